"""Opening door tasks: whoever needs somebody to knock says whose door and why; the rest follows by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.cases.door_policy import of_kind
from bot.cases.door_task import Task
from bot.stores.doors import holders, places, tasks
from bot.stores.doors.holders import Holder
from bot.stores.doors.places import Place, Wanted
from bot.stores.doors.steps import KEEPER as DOORS
from bot.telling import Teller
from ground.clock import Clock
from ground.events import NewsDesk
from ground.transaction import Database, Transaction

__all__ = ["DOORS", "DoorDesk", "Doorkeeper", "open_tasks"]


@dataclass(frozen=True, slots=True)
class DoorDesk:
    """What door tasks lean on: who tells people, and where news is told."""

    teller: Teller
    news: NewsDesk


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """What the rounds of door tasks lean on."""

    database: Database
    clock: Clock
    desk: DoorDesk


async def open_tasks(tx: Transaction, wished: Sequence[Task], now: int) -> None:
    """Open door tasks in the caller's transaction; the sweep tells whoever is to go, within a second.

    Set-based: eight statements, however many. Once per (origin, subject): what is open, or was, stays as it is.
    """
    await keep(tx, await resolve(tx, wished), now)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Wishes with the places of their doors, and whom each can be asked of."""

    wished: Sequence[Task]
    places: Mapping[str, Place]
    holders: Mapping[str, Sequence[Holder]]


async def resolve(tx: Transaction, wished: Sequence[Task]) -> Resolved:
    """Look up where the doors are and who can be asked: before the writer is held, where there are many."""
    once = list({(each.origin, each.subject): each for each in wished}.values())
    if not once:
        return Resolved((), {}, {})
    wanted = {each.subject: Wanted(each.person, each.household, each.village or each.area) for each in once}
    found = await places.of_doors(tx, DOORS, wanted)
    stairs = {each.subject: of_kind(each.kind).stairs for each in once}
    return Resolved(once, found, await holders.of_places(tx, DOORS, found, stairs))


async def keep(tx: Transaction, resolved: Resolved, now: int) -> None:
    """Open the tasks that were looked up; one statement."""
    await tasks.keep(tx, DOORS, resolved.wished, resolved.places, resolved.holders, now)
