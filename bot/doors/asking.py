"""The questions of whoever is to knock: which doors are asked of them, which is next, what was found there."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.cases.door_errors import UnknownDoor
from bot.cases.door_task import VISITS, WAITING, Kind, State
from bot.cases.door_values import DoorTask
from bot.conversing import Room
from bot.doors.opening import DOORS
from bot.doors.telling import LISTED_AT_MOST, choices, shown
from bot.lines import Line
from bot.stores.doors import names, tasks
from broadcast.content.message import Choice
from templates.labels import label

DOORS_TO_CHOOSE: Final = 8
MEANS: Final = ("in_person", "phone", "radio", "satellite_phone")
SEATED: Final = frozenset({"village_committee", "township_office", "command_centre"})


async def asked_of(room: Room, batch: str = "") -> Sequence[DoorTask]:
    """Return what is asked of the speaker: by one message, or all; the real ones, and drills if there are no others.

    By a seat only who is proven to have it; whom the directory names as person A or B is asked by name.
    """
    speaker = room.speaker
    if speaker.person is None:
        return []
    seats = [seat.organisation for seat in speaker.seats if speaker.proven and seat.kind in SEATED]
    mine = await tasks.asked_of(room.tx, DOORS, speaker.person, seats)
    if batch:
        return [each for each in mine if each.batch == batch]
    real = [each for each in mine if not each.drill]
    return real or mine


def left(room: Room, facts: Mapping[str, Any], mine: Sequence[DoorTask]) -> Sequence[DoorTask]:
    """Return the doors to which the speaker goes and of which they have said nothing yet."""
    going = [each for each in mine if each.state is State.ACCEPTED and each.accepted_by == room.speaker.person]
    return [each for each in going if each.key not in facts.get("seen", ())]


async def question(room: Room, step: str, facts: Mapping[str, Any], mine: Sequence[DoorTask]) -> Line:
    """Return what is asked at a step."""
    if step == "asked":
        return await asked(room, mine)
    if step == "which":
        return await _which(room, left(room, facts, mine))
    task = next((each for each in mine if each.key == facts.get("at")), mine[0])
    values = (await shown_many(room, [task]))[0]
    if step == "means":
        return Line("means", values, tuple(Choice(each, label("means", each, room.language)) for each in MEANS))
    kind = "silence outcome" if task.kind is Kind.OUT_OF_CONTACT else "door outcome"
    offered = [each for each in VISITS if kind == "door outcome" or each in CONTACT]
    named = tuple(Choice(each.value, label(kind, each.value, room.language)) for each in offered)
    return Line("at_door", values, (*named, Choice("later", label("door", "later", room.language))))


CONTACT: Final = frozenset({"answered_safe", "answered_help", "answered_informed", "nobody_home", "unreachable_place"})
"""What may come of looking for a whole village."""


async def asked(room: Room, mine: Sequence[DoorTask]) -> Line:
    """Return all that waits for the speaker's word, as the message said it."""
    waiting = [each for each in mine if each.state in WAITING] or list(mine)
    values = {
        "kind": waiting[0].kind.value,
        "level": min(each.level for each in waiting),
        "count": len(waiting),
        "doors": await shown_many(room, waiting[:LISTED_AT_MOST]),
        "again": False,
    }
    named = tuple(Choice(each.key, label("door", each.key, room.language)) for each in choices("go", "cannot"))
    return Line("asked", values, named)


def more(room: Room) -> Line:
    """Ask for a photo or a sentence, which nobody has to give."""
    return Line("more", {}, (Choice("skip", label("door", "skip", room.language)),))


async def last_of(room: Room, task_id: int) -> DoorTask | None:
    try:
        return await tasks.by_key(room.tx, DOORS, task_id)
    except UnknownDoor:
        return None


async def shown_many(room: Room, some: Sequence[DoorTask]) -> Sequence[Mapping[str, object]]:
    return [shown(each) for each in await names.of_tasks(room.tx, DOORS, some)]


async def _which(room: Room, some: Sequence[DoorTask]) -> Line:
    doors = await names.of_tasks(room.tx, DOORS, some[:DOORS_TO_CHOOSE])
    named = [Choice(str(each.task.key), f"{each.place} {each.name}".strip()) for each in doors]
    later = Choice("later", label("door", "later", room.language))
    return Line("which", {"count": len(some)}, (*named, later))
