"""The names of places that a message may have: two statements and one for the writer's home, however long it is."""

from typing import Final

from audiences.stores import gazetteer
from bot.reading.where.places import PlaceNames, other_spellings
from bot.reading.writing import STOP, writing
from ground.actor import Actor
from ground.transaction import Transaction

LOOKED_THROUGH: Final = 400  # letters from the front, and as many from the end: people say there where they are


async def place_names(tx: Transaction, actor: Actor, text: str, *, home: int | None = None) -> PlaceNames:
    """Return what `read_report` needs of the gazetteer. `home` is the writer's own area, if it is known."""
    plain = writing(text).plain
    ends = plain if len(plain) <= 2 * LOOKED_THROUGH else plain[:LOOKED_THROUGH] + STOP + plain[-LOOKED_THROUGH:]
    choices = await gazetteer.mentioned(tx, actor, STOP.join(other_spellings(ends)))
    paths = {} if home is None else await gazetteer.paths_to(tx, actor, [home])
    return PlaceNames(choices, () if home is None else paths.get(home, ()))
