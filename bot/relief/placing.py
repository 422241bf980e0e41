"""Where a reporter is: by the words, by a shared point near households that are known, by their home."""

from dataclasses import dataclass, replace

from audiences.areas import Ambiguous, Choice, Found, Meaning
from audiences.stores import gazetteer, nearby
from bot.conversing import Room
from bot.reading.report import ReliefReading, read_report
from bot.relief.desk import RELIEF
from bot.relief.gathering import Gathered
from bot.stores.place_names import place_names
from bot.turns import Place

CHOICES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Placed:
    """What is known of the place after a turn."""

    gathered: Gathered
    unknown: str = ""  # a name that no area bears


def home_of(room: Room) -> int | None:
    """Return the village that is taken for meant where none is named: the directory's, else the poster's."""
    return room.speaker.told_area if room.speaker.area is None else room.speaker.area


async def read_here(room: Room, text: str) -> ReliefReading:
    """Read a message with the names of the gazetteer, nearest to the writer's home first; once in a turn."""
    read = room.readings.get(text)
    if read is None:
        read = read_report(text, await place_names(room.tx, RELIEF, text, home=home_of(room)))
        room.readings[text] = read
    return read


def place(gathered: Gathered, read: ReliefReading) -> Placed:
    """Take the place that a message names, if it names one."""
    if read.place is None:
        return Placed(gathered)
    spot = read.place.spot or gathered.spot
    return taken(replace(gathered, spot=spot), read.place.meaning, read.place.words)


def taken(gathered: Gathered, meaning: Meaning, words: str) -> Placed:
    """Take what a name means."""
    match meaning:
        case Found(area):
            return Placed(replace(gathered, area=area.id, options=()))
        case Ambiguous(choices):
            options = tuple([each.area.id, _called(each)] for each in choices[:CHOICES_SHOWN])
            return Placed(replace(gathered, area=None, options=options))
        case _:
            kept = replace(gathered, spot=gathered.spot or words)
            return Placed(kept, unknown=words)


def _called(choice: Choice) -> str:
    """Return how a place is told from others of its name: by the two above it."""
    return " ".join(choice.path[-3:])


async def by_name(room: Room, gathered: Gathered, text: str) -> Placed:
    """Look a name up that was given as the answer to "where"."""
    return taken(gathered, await gazetteer.find(room.tx, RELIEF, text), text)


async def by_point(room: Room, gathered: Gathered, point: Place) -> Placed:
    """Take a shared point: the area of the nearest household that is known, within a few kilometres."""
    kept = replace(gathered, point=f"{point.latitude:.6f},{point.longitude:.6f}")
    area = await nearby.area_near(room.tx, RELIEF, point.latitude, point.longitude)
    return Placed(kept if area is None else replace(kept, area=area), unknown="" if area is not None else "📍")
