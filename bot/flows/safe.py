"""A resident under an order says "safe" or "need help": kept for checking, and the person who answers hears of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.cases.evacuation import PersonState, Way
from bot.evacuation import reporting
from bot.evacuation.ordering import MARSHAL
from bot.evacuation.wording import choices, contact
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.reading.bare import read
from bot.stores.evacuation import missing, orders, roll
from bot.stores.evacuation.reports import Said
from bot.stores.evacuation.roll import Line as Row
from broadcast.answers import AnswerKind

MEANT: Final = {AnswerKind.SAFE.value: PersonState.SAFE, AnswerKind.NEED_HELP.value: PersonState.NEED_HELP}
WHO: Final = ("all", "me")


class Safe:
    """The facts: the state that was said, and the key of the turn."""

    name = "safe"

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        meant = MEANT.get(read(heard.text)) if heard.text else None
        if meant is None or not await _rows(room):
            return None
        return Opening({"dedupe": heard.dedupe}, step=read(heard.text).value)

    async def begin(self, room: Room, opening: Opening) -> Move:
        rows = await _rows(room, opening.about)
        if not rows:
            return Move(None, (Line("none_open"),))
        key = str(opening.facts.get("dedupe") or f"{room.platform}:{room.speaker.address.id}:{room.happened_at}")
        facts = {"dedupe": key, "order": opening.about}
        state = MEANT.get(opening.step)
        if state is None:
            return Move("how", (_how(room.language),), facts)
        return await self._said(room, rows, state, facts)

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        rows = await _rows(room, str(talk.facts.get("order", "")))
        if not rows:
            return Move(None, (Line("none_open"),))
        if talk.step == "how":
            return await self._how_heard(room, rows, talk, heard)
        help_asked = bool(heard.text) and MEANT.get(read(heard.text)) is PersonState.NEED_HELP and not heard.picked
        if help_asked:
            return await self._note(room, rows, {**talk.facts, "state": PersonState.NEED_HELP.value})
        if heard.word == "all":
            return await self._note(room, rows, talk.facts)
        if heard.word == "me":
            own = [row for row in rows if row.person in room.speaker.people]
            return await self._note(room, own if room.speaker.person else own[:1], talk.facts)
        return Move("who", (_who(rows, room.language),), talk.facts)

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        if talk.step == "how":
            return (_how(room.language),)
        return (_who(await _rows(room, str(talk.facts.get("order", ""))), room.language),)

    async def _how_heard(self, room: Room, rows: Sequence[Row], talk: Talk, heard: Heard) -> Move:
        state = MEANT.get(heard.word or read(heard.text))
        if state is None:
            return Move("how", (_how(room.language),), talk.facts)
        return await self._said(room, rows, state, {**talk.facts, "dedupe": heard.dedupe})

    async def _said(self, room: Room, rows: Sequence[Row], state: PersonState, facts: Mapping[str, Any]) -> Move:
        """Ask whether it is of everybody in the household; never a question before a call for help."""
        kept = {**facts, "state": state.value}
        if len(rows) > 1 and state is not PersonState.NEED_HELP:
            return Move("who", (_who(rows, room.language),), kept)
        return await self._note(room, [row for row in rows if row.person in room.speaker.people], kept)

    @staticmethod
    async def _note(room: Room, rows: Sequence[Row], facts: Mapping[str, Any]) -> Move:
        """Keep it as an unverified report of these rows, and say who comes, or whom to call."""
        state = PersonState(facts["state"])
        said = [
            Said(
                line=row.id,
                state=state,
                happened_at=room.happened_at,
                by=f"person:{room.speaker.person}" if room.speaker.person else f"address:{room.speaker.address.id}",
                means=Way.SMS if room.platform == "sms" else Way.CHAT,
                dedupe=str(facts["dedupe"]),
            )
            for row in rows
        ]
        await reporting.overhear(room.tx, said, room.now)
        homes = [row.household for row in rows if row.household]
        answering = await missing.responsible_for(room.tx, MARSHAL, rows[0].order, homes) if rows else {}
        call = contact(next(iter(answering.values()), ()))
        values = {"state": state.value, "people": len(rows), "call": call}
        line = Line("noted_help" if state is PersonState.NEED_HELP else "noted", values)
        drill = bool(rows) and (await orders.by_key(room.tx, MARSHAL, rows[0].order)).drill
        return Move(None, (line,), drill=drill)


def _how(language: str) -> Line:
    return Line("how", {}, choices("answer", tuple(MEANT), language))


def _who(rows: Sequence[Row], language: str) -> Line:
    return Line("who", {"names": [row.name or "" for row in rows]}, choices("who", WHO, language))


async def _rows(room: Room, order: str = "") -> Sequence[Row]:
    """Return the rows of the speaker's household: of the order that was named, else of the newest."""
    rows = await roll.open_for_people(room.tx, MARSHAL, room.speaker.people) if room.speaker.people else []
    if not rows:
        return []
    newest = max(row.order for row in rows)
    if order:
        known = {each.id: each.key for each in await orders.open_ones(room.tx, MARSHAL)}
        newest = known.get(order, newest)
    return [row for row in rows if row.order == newest]
