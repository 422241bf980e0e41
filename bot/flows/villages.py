"""Which village somebody means: by the code of a poster, by name, in pinyin, or by the place they share."""

from collections.abc import Sequence
from dataclasses import dataclass

from audiences.areas import Area, Found, Level
from audiences.areas import Choice as Meant
from audiences.stores import areas, gazetteer, nearby, readings, village_codes
from bot.flows.base import Heard, Room
from broadcast.content.message import Choice
from ground.actor import system

ASKER = system("asker")
PREFIX = "area-"
SHOWN = 7
HOMES = frozenset({Level.VILLAGE, Level.NATURAL_VILLAGE, Level.GROUP, Level.GRID})
LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True)
class Sought:
    """What a turn comes to: the one village, several to choose from, or nothing and why."""

    area: Area | None = None
    choices: tuple[Choice, ...] = ()
    why: str = ""  # no_village no_code nothing_near ask_again


async def sought(room: Room, heard: Heard) -> Sought:
    """Return the village that a turn names; one that is only likely is asked about."""
    if heard.word.startswith(PREFIX):
        return Sought(await areas.load(room.tx, ASKER, int(heard.word.removeprefix(PREFIX))))
    if heard.place is not None:
        near = await nearby.villages_near(room.tx, ASKER, heard.place.latitude, heard.place.longitude)
        return Sought(choices=offered(near), why="" if near else "nothing_near")
    if heard.link or heard.text:
        return await _named(room, heard.link or heard.text)
    return Sought(why="ask_again")


async def _named(room: Room, text: str) -> Sought:
    coded = await village_codes.find(room.tx, ASKER, text)
    if coded is not None:
        return Sought(coded)
    meaning = await gazetteer.find(room.tx, ASKER, text)
    if isinstance(meaning, Found):
        return await _within(room, meaning.area)
    meant = getattr(meaning, "choices", ()) or await readings.find(room.tx, ASKER, text)
    homes = [each for each in meant if each.area.level in HOMES]
    if homes:
        return Sought(choices=offered(homes))
    return Sought(why="no_code" if village_codes.as_code(text) else "no_village")


async def _within(room: Room, area: Area) -> Sought:
    """Take a village or what lies below one; of a township, ask which of its villages."""
    if area.level in HOMES:
        return Sought(area)
    below = await areas.children(room.tx, ASKER, area.id)
    villages = [Meant(each, (area.name, each.name)) for each in below if each.level in HOMES]
    few = 0 < len(villages) <= SHOWN
    return Sought(choices=offered(villages)) if few else Sought(why="no_village")


def offered(meant: Sequence[Meant]) -> tuple[Choice, ...]:
    """Return areas as choices: each with the name of what it lies in."""
    return tuple(Choice(f"{PREFIX}{each.area.id}", " ".join(each.path[-2:])[:LONGEST_LABEL]) for each in meant[:SHOWN])
