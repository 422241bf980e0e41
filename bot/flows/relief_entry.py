"""代报灾: an officer enters damage for somebody: for whom, how it came, who said it when; then the report itself."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from audiences.stores import people
from bot.cases.relief import HANDLING
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.reading.bare import fold
from bot.relief.asking import without_questions
from bot.relief.describing import place_of
from bot.relief.entering import Entering, said_when
from bot.relief.placing import place, read_here
from broadcast.answers import Means, Spoke
from broadcast.content.message import Choice
from templates.labels import label

ASKED_FOR: Final = frozenset({"代报", "代报灾", "代录", "代录灾情", "代人报灾", "替人报灾", "reportforsomebody"})
FOR_NAMED: Final = re.compile(
    r"\s*(?:代|替|帮)(?!人|我|他|她|邻居)([\u4e00-\u9fff·]{2,8}?)家?报(?!平安)灾?情?[\s:：,，。]*(.*)", re.DOTALL
)
LONGEST_NAME: Final = 40
SHOWN: Final = 7  # namesakes to choose from
PERSON, NOBODY = "person:", "nobody"
WHEN: Final = ("now", "half_hour", "hour", "three_hours")
STEPS: Final = ("whom", "which", "means", "spoke", "when", "what")


class ReliefEntry:
    name = "relief_entry"

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        """Somebody proven of an office says that they report for another; a neighbour's own report is no entry."""
        if not heard.text or seat_of(room) is None:
            return None
        if fold(heard.text) in ASKED_FOR:
            return Opening()
        named = FOR_NAMED.fullmatch(heard.text)
        if named is None:
            return None
        return Opening({"name": named[1], "words": [named[2]] if named[2].strip() else [], "photos": [*heard.photos]})

    async def begin(self, room: Room, opening: Opening) -> Move:
        facts = {key: value for key, value in opening.facts.items() if value}
        if seat_of(room) is None:
            return Move(None, (Line("not_for_you"),))
        return await self._found(room, facts) if facts.get("name") else await self._next(room, facts)

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        if seat_of(room) is None:
            return Move(None, (Line("not_for_you"),))
        facts = dict(talk.facts)
        facts["photos"] = [*(facts.get("photos") or ()), *heard.photos]
        if talk.step == "whom" and heard.text.strip():
            return await self._found(room, facts | {"name": heard.text.strip()[:LONGEST_NAME]})
        learned = await _learned(room, talk.step, heard)
        if learned is None:
            return Move(talk.step, (Line("not_understood"), *await self.ask(room, talk)), facts)
        return await self._next(room, facts | learned)

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        return (await _question(room, talk.step, talk.facts),)

    async def _found(self, room: Room, facts: Mapping[str, Any]) -> Move:
        """Look for whom it is in the officer's own area: one of that name is meant, several are asked about."""
        found = await people.named(room.tx, room.speaker.actor_in(seat_of(room) or 0), facts["name"], now=room.now)
        if len(found) == 1:
            return await self._next(room, dict(facts) | {"person": found[0].id})
        return await self._next(room, dict(facts) | ({"person": 0} if not found else {}))

    async def _next(self, room: Room, facts: Mapping[str, Any]) -> Move:
        known = {
            "whom": bool(facts.get("name")),
            "which": facts.get("person") is not None,
            "means": bool(facts.get("means")),
            "spoke": bool(facts.get("spoke")),
            "when": facts.get("said_at") is not None,
            "what": bool(facts.get("words")),
        }
        step = next((each for each in STEPS if not known[each]), "")
        if not step:
            return await _report(room, facts)
        return Move(step, (await _question(room, step, facts),), facts)


def seat_of(room: Room) -> int | None:
    """Return the area of the office in which the speaker is proven to sit."""
    if not room.speaker.proven:
        return None
    return next((seat.area for seat in room.speaker.seats if seat.kind in HANDLING), None)


async def _learned(room: Room, step: str, heard: Heard) -> dict[str, Any] | None:
    """Return what an answer adds; None if it cannot be read."""
    match step:
        case "which" if heard.word:
            return {"person": 0 if heard.word == NOBODY else int(heard.word.removeprefix(PERSON))}
        case "means" if heard.word:
            return {"means": heard.word}
        case "spoke" if heard.word or heard.text.strip():
            return {"spoke": heard.word or heard.text.strip()[:LONGEST_NAME]}
        case "when":
            at = said_when(heard.word, heard.text, room.happened_at)
            return None if at is None else {"said_at": at}
        case "what" if heard.text.strip() or heard.photos:
            return {"words": [heard.text.strip() or "📷"]}
    return None


async def _question(room: Room, step: str, facts: Mapping[str, Any]) -> Line:
    language = room.language
    match step:
        case "which":
            return Line(
                "ask_which", {"name": facts.get("name", "")}, await _namesakes(room, str(facts.get("name", "")))
            )
        case "means":
            choices = tuple(Choice(each.value, label("means", each.value, language)) for each in Means)
            return Line("ask_means", {"name": facts.get("name", "")}, choices)
        case "spoke":
            choices = tuple(Choice(each.value, label("spoke", each.value, language)) for each in Spoke)
            return Line("ask_spoke", {}, choices)
        case "when":
            return Line("ask_when", {}, tuple(Choice(each, label("said when", each, language)) for each in WHEN))
        case "what":
            return Line("ask_what", {"name": facts.get("name", "")})
    return Line("ask_whom")


async def _namesakes(room: Room, name: str) -> tuple[Choice, ...]:
    found = await people.named(room.tx, room.speaker.actor_in(seat_of(room) or 0), name, now=room.now)
    choices = [Choice(f"{PERSON}{each.id}", await place_of(room.tx, each.area)) for each in found[:SHOWN]]
    return (*choices, Choice(NOBODY, label("said when", NOBODY, room.language)))


async def _report(room: Room, facts: Mapping[str, Any]) -> Move:
    """Hand over to the report: what the words do not say is asked there, danger first."""
    seat = seat_of(room) or 0
    found = await people.named(room.tx, room.speaker.actor_in(seat), facts["name"], now=room.now)
    person = next((each for each in found if each.id == facts.get("person")), None)
    spoke = facts["spoke"] if facts["spoke"] not in set(Spoke) else label("spoke", facts["spoke"], room.language)
    entry = Entering(
        means=facts["means"],
        said_at=facts["said_at"],
        spoke=spoke,
        seat=seat,
        person=None if person is None else person.id,
        household=None if person is None else person.household,
    )
    gathered = without_questions(facts["name"], None if person is None else person.area, entry)
    for words in facts["words"]:
        read = await read_here(room, words)
        gathered = place(gathered.reading(read, words), read).gathered
    gathered = gathered.with_photos(facts.get("photos") or ())
    return Move(None, then=("relief", Opening(gathered.facts())))


RELIEF_ENTRY = ReliefEntry()
