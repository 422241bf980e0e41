"""Whoever is to knock says in chat or by SMS that they go, or cannot; and afterwards, door by door, what they found."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.cases.door_errors import DoorDone, TakenAlready
from bot.cases.door_task import VISITS, WAITING, Act, Kind, Outcome
from bot.cases.door_values import Deed, DoorTask
from bot.doors import asking, visiting
from bot.doors.asking import MEANS, asked_of, shown_many
from bot.doors.opening import DOORS, DoorDesk
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.reading.bare import fold
from bot.stores.doors import moving
from ground.actor import Actor, ActorKind, Role

WORDS: Final = frozenset({"上门", "上门任务", "敲门", "doors", "/doors", "door", "doortasks"})
CANNOT_WORDS: Final = frozenset({"去不了", "去不成", "cannotgo"})
GO, CANNOT, LATER, SKIP = "go", "cannot", "later", "skip"


class DoorFlow:
    """The facts: which message asked (batch), the doors that are done (seen), the one at hand (at), what was found."""

    name = "door"

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        said = fold(heard.text)
        if room.speaker.person is None or said not in WORDS | CANNOT_WORDS:
            return None
        if said in WORDS:
            return Opening()
        return Opening(step=CANNOT) if await asked_of(room) else None

    async def begin(self, room: Room, opening: Opening) -> Move:
        mine = await asked_of(room, opening.about)
        if not mine:
            return Move(None, (Line("gone" if opening.about else "none"),))
        facts = {"batch": opening.about, "seen": [], "key": f"{room.platform}:{room.speaker.address.id}:{room.now}"}
        if opening.step in {GO, CANNOT}:
            return await self._answered(room, opening.step, facts, mine)
        if any(each.state in WAITING for each in mine):
            return _move(mine, "asked", facts, await asking.asked(room, mine))
        return await self._next(room, facts)

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        facts = {**talk.facts, "key": heard.dedupe or str(talk.facts.get("key", ""))}
        if heard.photos:
            facts["photos"] = [*facts.get("photos", ()), *heard.photos]
        mine = await asked_of(room, str(facts.get("batch", "")))
        if mine and fold(heard.text) in CANNOT_WORDS and talk.step != "more":
            return await self._answered(room, CANNOT, facts, mine)
        if talk.step == "asked":
            if heard.word in {GO, CANNOT} and mine:
                return await self._answered(room, heard.word, facts, mine)
            return await self._again(room, talk, facts, mine, heard)
        if talk.step == "more":
            return await self._added(room, facts, heard)
        if not mine:
            return Move(None, (Line("none"),))
        return await self._at_door(room, talk, facts, mine, heard)

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        mine = await asked_of(room, str(talk.facts.get("batch", "")))
        if talk.step == "more":
            return (asking.more(room),)
        return (await asking.question(room, talk.step, talk.facts, mine) if mine else Line("none"),)

    async def _answered(self, room: Room, word: str, facts: Mapping[str, Any], mine: Sequence[DoorTask]) -> Move:
        """They go to all that is asked of them, or to none of it: then the next ones are asked at once."""
        if word == CANNOT:
            passed = await moving.pass_on(
                room.tx, DOORS, [each.key for each in mine], _deed(room, Act.CANNOT_GO, facts)
            )
            return Move(None, (Line("passed", {"count": passed}),), drill=mine[0].drill)
        waiting = [each.key for each in mine if each.state in WAITING]
        count = await moving.accept(room.tx, DOORS, waiting, _deed(room, Act.ACCEPT, facts))
        return await self._next(room, facts, *([Line("going", {"count": count})] if count else []))

    async def _again(
        self, room: Room, talk: Talk, facts: Mapping[str, Any], mine: Sequence[DoorTask], heard: Heard
    ) -> Move:
        if not mine:
            return Move(None, (Line("none"),))
        hint = Line("photo_kept" if heard.photos else "pick_one")
        return _move(mine, talk.step, facts, hint, await asking.question(room, talk.step, facts, mine))

    async def _at_door(
        self, room: Room, talk: Talk, facts: dict[str, Any], mine: Sequence[DoorTask], heard: Heard
    ) -> Move:
        """Hear which door it is, what was found there, and how."""
        if heard.word == LATER:
            return Move(None, (Line("later", {"count": len(asking.left(room, facts, mine))}),), drill=mine[0].drill)
        if talk.step == "which" and heard.word.isdigit():
            return await self._go_to(room, {**facts, "at": int(heard.word)}, mine)
        task = next((each for each in mine if each.key == facts.get("at")), None)
        if task is None:
            return await (
                self._again(room, talk, facts, mine, heard) if talk.step == "which" else self._gone(room, facts)
            )
        if talk.step == "means" and heard.word in MEANS:
            return await self._reported(room, task, facts, heard.word)
        if talk.step != "outcome" or heard.word not in VISITS:
            return await self._again(room, talk, facts, mine, heard)
        return await self._found(room, task, {**facts, "outcome": heard.word}, mine)

    async def _found(self, room: Room, task: DoorTask, facts: dict[str, Any], mine: Sequence[DoorTask]) -> Move:
        """A village may be reached by other means than on foot: they are asked which."""
        if task.kind is not Kind.OUT_OF_CONTACT:
            return await self._reported(room, task, facts, "in_person")
        return _move(mine, "means", facts, await asking.question(room, "means", facts, mine))

    async def _gone(self, room: Room, facts: Mapping[str, Any]) -> Move:
        return await self._next(room, facts, Line("gone"))

    async def _go_to(self, room: Room, facts: Mapping[str, Any], mine: Sequence[DoorTask]) -> Move:
        if not any(each.key == facts["at"] for each in asking.left(room, facts, mine)):
            return await self._next(room, facts)
        return _move(mine, "outcome", facts, await asking.question(room, "outcome", facts, mine))

    async def _reported(self, room: Room, task: DoorTask, facts: dict[str, Any], means: str) -> Move:
        """Keep what was found at once; words and a photo may follow."""
        outcome = Outcome(facts["outcome"])
        shots = tuple(facts.pop("photos", ()))
        kept = await self._do(room, task, Act.REPORT, facts, outcome=outcome, means=means, photos=shots)
        facts["seen"] = [*facts.get("seen", ()), task.key]
        if not kept:
            return await self._next(room, facts, Line("gone"))
        values = {**(await shown_many(room, [task]))[0], "outcome": outcome.value, "proven": room.speaker.proven}
        facts |= {"last": task.key}
        return Move("more", (Line("noted", values), asking.more(room)), facts, drill=task.drill)

    async def _added(self, room: Room, facts: dict[str, Any], heard: Heard) -> Move:
        """Keep words and photos beside the report they follow."""
        words = "" if heard.picked else heard.text.strip()
        shots = tuple(facts.pop("photos", ()))
        if not words and not shots and heard.word != SKIP:
            return Move("more", (Line("pick_one"), asking.more(room)), facts)
        said: tuple[Line, ...] = ()
        if words or shots:
            task = await asking.last_of(room, int(facts.get("last", 0)))
            if task is not None:
                await self._do(room, task, Act.ADD, facts, words=words, photos=shots)
                said = (Line("added"),)
        return await self._next(room, facts, *said)

    async def _next(self, room: Room, facts: Mapping[str, Any], *said: Line) -> Move:
        """Go to the only door that is left, or ask which; say so if there is none."""
        mine = await asked_of(room, str(facts.get("batch", "")))
        left = asking.left(room, facts, mine)
        kept = {name: value for name, value in facts.items() if name not in {"at", "outcome", "last"}}
        if not left:
            return Move(None, (*said, Line("over")), drill=bool(mine) and mine[0].drill)
        if len(left) == 1:
            kept["at"] = left[0].key
        step = "outcome" if len(left) == 1 else "which"
        return _move(left, step, kept, *said, await asking.question(room, step, kept, mine))

    @staticmethod
    async def _do(room: Room, task: DoorTask, act: Act, facts: Mapping[str, Any], **more: Any) -> int:
        """Take a step as the speaker; 0 if somebody was quicker."""
        deed = _deed(room, act, facts)
        actor = Actor(ActorKind.PERSON, str(deed.person), task.area, frozenset({Role.DUTY}))
        desk = DoorDesk(room.teller, room.desk)
        try:
            await visiting.act(desk, room.tx, actor, task, replace(deed, **more))
        except (DoorDone, TakenAlready):
            return 0
        return 1


def _deed(room: Room, act: Act, facts: Mapping[str, Any]) -> Deed:
    person = room.speaker.person
    return Deed(
        act=act,
        by=f"person:{person}",
        dedupe=f"{facts.get('key', '')}:{act}",
        happened_at=room.happened_at,
        now=room.now,
        person=person,
        verified=room.speaker.proven,
        means="sms" if room.platform == "sms" else "chat",
    )


def _move(mine: Sequence[DoorTask], step: str, facts: Mapping[str, Any], *say: Line) -> Move:
    return Move(step, say, facts, drill=mine[0].drill)
