"""What a report still lacks, and how it is asked: danger first, one question at a time, then the summary."""

from collections.abc import Mapping
from typing import Final

from bot.conversing import Room
from bot.lines import Line, Wants
from bot.relief.describing import place_of
from bot.relief.entering import Entering
from bot.relief.gathering import Gathered
from broadcast.content.message import Choice
from templates.labels import label

WITHOUT_PHOTOS = frozenset({"sms", "voice"})
AREA = "area:"  # the key of a place that a name may mean
QUESTIONS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {  # the line, and what may be chosen
    "same": ("ask_same", ("same", "other")),
    "danger": ("ask_danger", ("unhurt", "hurt", "trapped")),
    "what": ("ask_what", ()),
    "people": ("ask_people", ()),  # a bare number is an answer: no choice may have one
    "head": ("ask_head", ("skip",)),
    "photos": ("ask_photos", ("no_photos",)),
    "change": ("ask_change", ("danger", "what", "where", "people", "head", "whose")),
}


def next_step(room: Room, gathered: Gathered) -> str:
    """Return the first question that is still open, or that all is there to be confirmed."""
    lacks = {
        "same": bool(gathered.earlier),
        "danger": not gathered.danger_known,
        "what": not (gathered.damage or gathered.needs or gathered.alarming),
        "where": gathered.area is None,
        "people": gathered.people is None,
        "head": not gathered.head and (gathered.neighbour or not room.speaker.people),
        "photos": not gathered.photos and not gathered.alarming and room.platform not in WITHOUT_PHOTOS,
    }
    return next((step for step, lacking in lacks.items() if lacking and step not in gathered.passed), "confirm")


async def question(room: Room, step: str, gathered: Gathered) -> tuple[Line, ...]:
    """Return a question with what may be chosen; the summary is two lines, the promise apart."""
    if step == "confirm":
        return (Line("summary", await _summary(room, gathered)), _promise(room))
    if step == "where":
        options = tuple(Choice(f"{AREA}{area}", called) for area, called in gathered.options)
        return (Line("which_place", {}, options) if options else Line("ask_where", {}, wants=Wants.PLACE),)
    values = {"code": gathered.earlier, "neighbour": gathered.neighbour}
    block, keys = QUESTIONS.get(step, QUESTIONS["what"])
    return (Line(block, values, _choices(room, *keys)),)


def without_questions(head: str, area: int | None, entry: Entering) -> Gathered:
    """Return a report that an officer enters for somebody, with what the report itself need not ask any more."""
    known = Gathered(head=head, area=area, neighbour=True, entry=entry.facts())
    return known.passing("head").passing("photos")


def _promise(room: Room) -> Line:
    return Line("promise", {}, _choices(room, "yes", "change"))


async def _summary(room: Room, gathered: Gathered) -> dict[str, object]:
    return {
        "place": "" if gathered.area is None else await place_of(room.tx, gathered.area),
        "spot": gathered.spot,
        "hazard": gathered.hazard,
        "damage": list(gathered.damage),
        "needs": list(gathered.needs),
        "people": gathered.people,
        "hurt": gathered.hurt or 0,
        "trapped": gathered.trapped or 0,
        "danger_known": gathered.danger_known,
        "head": gathered.head,
        "neighbour": gathered.neighbour,
        "entered": bool(gathered.entry),
        "photos": len(gathered.photos),
        "quote": "" if gathered.damage or gathered.needs else " ".join(gathered.said)[:60],
    }


def _choices(room: Room, *keys: str) -> tuple[Choice, ...]:
    return tuple(Choice(key, label("relief answer", key, room.language)) for key in keys)
