"""The roll call: whoever answers for households says door by door who has moved, and who has not and why."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from bot.cases.sheet import parse
from bot.evacuation import door_steps, found_steps, sheets
from bot.evacuation.asking import key_of, question, which
from bot.evacuation.calling import next_door, totals
from bot.evacuation.charge import Charge, charges_of
from bot.evacuation.noting import DONE, NEXT, OVER, Hand, Turn
from bot.evacuation.paging import page_line
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.reading.bare import fold

WORDS: Final = frozenset({"清点", "点名", "清点人数", "转移清点", "rollcall", "roll", "/roll", "headcount"})
PAGE_WORDS: Final = frozenset({"清点网页", "网页清点", "网页", "rollpage", "page"})
PAGE: Final = "page"
STEPS: Final[Mapping[str, Callable[[Hand], Awaitable[Turn]]]] = {
    "home": door_steps.at_door,
    "person": door_steps.of_person,
    "shelter": door_steps.to_shelter,
    "refusal": door_steps.why,
    "rest": door_steps.the_rest,
    "add_name": found_steps.name_of,
    "add_kind": found_steps.kind_of,
    "add_state": found_steps.state_of,
}


class Roll:
    """The facts: which roll (order, area), the doors that were asked about (seen), the door and the row at hand."""

    name = "roll"

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        said = fold(heard.text)
        if room.speaker.person is None or said not in WORDS | PAGE_WORDS:
            return None
        return Opening(step=PAGE if said in PAGE_WORDS else "")

    async def begin(self, room: Room, opening: Opening) -> Move:
        found = await charges_of(room)
        order, _, area = opening.about.partition(":")
        if order:
            found = [each for each in found if each.order.id == order and area in ("", str(each.area))]
        if not found:
            return Move(None, (Line("none_open"),))
        if opening.step == PAGE and room.public_url:
            pages = [line for each in found if (line := await page_line(room, each)) is not None]
            return Move(None, tuple(pages), drill=found[0].order.drill)
        if len(found) > 1:
            return Move("which", (which(found),))
        return await self._start(room, found[0])

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        if talk.step == "which":
            return await self._chosen(room, heard)
        facts = dict(talk.facts)
        charge = await _charge(room, facts)
        if charge is None:
            return Move(None, (Line("none_open"),))
        if heard.photos:
            facts["photos"] = [*facts.get("photos", ()), *heard.photos]
        if talk.step in {"home", "person"} and (echo := await self._sheet(room, charge, heard)) is not None:
            return await self._next(room, charge, facts, echo)
        step = STEPS.get(talk.step)
        if step is None:
            return await self._next(room, charge, facts)
        turn = await step(Hand(room, charge, facts, heard, await charge.lines(room.tx)))
        return await self._follow(room, charge, turn)

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        if talk.step == "which":
            return (which(await charges_of(room)),)
        charge = await _charge(room, talk.facts)
        return (Line("none_open") if charge is None else await question(room, charge, talk.step, talk.facts),)

    async def _chosen(self, room: Room, heard: Heard) -> Move:
        found = {key_of(each): each for each in await charges_of(room)}
        if heard.word in found:
            return await self._start(room, found[heard.word])
        return Move("which", (Line("pick_one"), which(list(found.values()))))

    async def _start(self, room: Room, charge: Charge) -> Move:
        """Begin at the first door; in a chat with the link to the page, which would cost a text message of its own."""
        page = None if room.platform == "sms" else await page_line(room, charge)
        return await self._next(room, charge, {"seen": []}, *([page] if page else []))

    async def _sheet(self, room: Room, charge: Charge, heard: Heard) -> Line | None:
        """Take a sheet's code in the middle of a call, if it is one and leaves no doubt."""
        code = None if heard.picked else parse(heard.text)
        if code is None or await sheets.doubtful(room, charge, code) is not None:
            return None
        echo = await sheets.take(room, charge, code, heard.dedupe)
        return Line("sheet_taken", echo.values)

    async def _follow(self, room: Room, charge: Charge, turn: Turn) -> Move:
        facts = dict(turn.facts)
        if turn.step == OVER:
            return await self._over(room, charge, *turn.said)
        if turn.step == DONE:
            facts["seen"] = [*facts["seen"], facts["home"]]
        if turn.step in {NEXT, DONE}:
            return await self._next(room, charge, facts, *turn.said)
        say = (*turn.said, await question(room, charge, turn.step, facts))
        return Move(turn.step, say, facts, drill=charge.order.drill)

    async def _next(self, room: Room, charge: Charge, facts: Mapping[str, Any], *said: Line) -> Move:
        """Go to the next door, or say how the roll stands once there is none."""
        door = next_door(await charge.lines(room.tx), facts["seen"])
        if door is None:
            return await self._over(room, charge, *said)
        kept = {"order": charge.order.key, "area": charge.area, "seen": facts["seen"], "home": door.key}
        if facts.get("photos"):
            kept["photos"] = facts["photos"]
        say = (*said, await question(room, charge, "home", kept))
        return Move("home", say, kept, drill=charge.order.drill)

    @staticmethod
    async def _over(room: Room, charge: Charge, *said: Line) -> Move:
        lines = await charge.lines(room.tx)
        return Move(None, (*said, Line("over", {"place": charge.place} | totals(lines))), drill=charge.order.drill)


async def _charge(room: Room, facts: Mapping[str, Any]) -> Charge | None:
    mine = await charges_of(room)
    return next((each for each in mine if (each.order.key, each.area) == (facts.get("order"), facts.get("area"))), None)
