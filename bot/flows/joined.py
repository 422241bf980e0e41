"""What is known of somebody who joined, and whether they may change it by chat."""

from collections.abc import Sequence

from audiences.addresses import masked
from audiences.stores import areas
from audiences.stores.reach import addresses, joining
from bot.flows.base import Room
from bot.lines import Line
from broadcast.content.message import Choice
from ground.actor import system
from templates.labels import label

SHOWER = system("joiner")
CHOICES = ("change_village", "change_phone", "keep")


def is_joined(room: Room) -> bool:
    return bool(room.speaker.people)


async def may_change(room: Room) -> bool:
    """Who came by chat may; of the others only who was proven, for a list may say otherwise."""
    person = room.speaker.person
    if person is None:
        return False
    return room.speaker.proven or await joining.entered_themselves(room.tx, SHOWER, person)


async def known_lines(room: Room) -> tuple[Line, ...]:
    """Say what is known, masked where a stranger with the phone in hand might read it."""
    speaker = room.speaker
    village = (await areas.load(room.tx, SHOWER, speaker.area)).name if speaker.area else ""
    if speaker.person is None:
        return (Line("known_shared", {"village": village, "count": len(speaker.people)}, _choices(room, ("keep",))),)
    reached = await addresses.of_person(room.tx, SHOWER, speaker.person, now=room.now)
    phones = [masked(each.value) for each in reached if each.channel in {"sms", "voice"} and each.value]
    values = {"village": village, "name": speaker.name, "phone": phones[0] if phones else ""}
    return (Line("known", values, _choices(room, CHOICES)),)


def _choices(room: Room, keys: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(key, label("join", key, room.language)) for key in keys)
