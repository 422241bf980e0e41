"""What the relief desk leans on, and whose turn a request is."""

from dataclasses import dataclass

from audiences.stores import areas, offices
from audiences.stores.offices import Office
from bot.cases.relief import OFFICES, PATIENCE, Level, Patience, above
from bot.cases.relief_errors import NoOffice
from bot.telling import Teller
from ground.actor import system
from ground.events import NewsDesk
from ground.transaction import Transaction

RELIEF = system("relief")
CASE, STATUS = "relief_case", "relief_status"  # the flows that news leads to: of the office's people, of the reporter


@dataclass(frozen=True, slots=True)
class ReliefDesk:
    teller: Teller
    news: NewsDesk
    patience: Patience = PATIENCE


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is."""

    level: Level
    office: Office


async def first_turn(tx: Transaction, area: int, start: Level = Level.VILLAGE) -> Turn | None:
    """Return the office of the lowest level from `start` up that answers for a place; None if there is none at all."""
    level: Level | None = start
    while level is not None:
        office = await offices.nearest(tx, RELIEF, area, OFFICES[level])
        if office is not None:
            return Turn(level, office)
        level = above(level)
    return None


async def somewhere(tx: Transaction) -> int:
    """Return the area of the highest command centre, or the top of the tree: for what nobody knows the place of."""
    centre = await offices.topmost(tx, RELIEF, OFFICES[Level.COUNTY])
    if centre is not None:
        return centre.area
    roots = await areas.children(tx, RELIEF, None)
    if not roots:
        raise NoOffice
    return roots[0].id
