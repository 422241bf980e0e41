"""Progress: how many deliveries of a notice are in which state, by channel and area; written with each batch."""

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import Executable, Integer, Row, Select, func, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from audiences.stores.scope import within
from audiences.stores.tables import area_closure
from broadcast.stores.tables import counters, notices
from ground.actor import Actor
from ground.bulk import as_rows, rows_to_come
from ground.transaction import Dialect, Transaction

NO_AREA = 0
Place = tuple[int, str, int, str]
"""Notice, channel, area (NO_AREA: none), state."""

Places = Mapping[tuple[int, str, int | None], int]
"""Notice, channel, area → how many deliveries."""

PLACE = ("notice_id", "channel", "area_id")
NAMES = (*PLACE, "state", "n")
_place_of = attrgetter(*PLACE)


def move(tally: Counter[Place], rows: Sequence[Row[Any]], before: str, after: str) -> None:
    """Note that deliveries went from one state to another; of each row only its place (`PLACE`) is read."""
    shift(tally, _places(rows), before, after)


def note(tally: Counter[Place], rows: Sequence[Any], state: str | None) -> None:
    """Count deliveries in a tally that is beside their states (maybe_twice, answered); None counts nothing."""
    raise_by(tally, _places(rows), state)


def shift(tally: Counter[Place], places: Places, before: str, after: str) -> None:
    """As `move`, of deliveries that are counted by place already."""
    for (notice, channel, area), n in places.items():
        tally[notice, channel, area or NO_AREA, before] -= n
        tally[notice, channel, area or NO_AREA, after] += n


def raise_by(tally: Counter[Place], places: Places, state: str | None) -> None:
    """As `note`, of deliveries that are counted by place already."""
    if state is None:
        return
    for (notice, channel, area), n in places.items():
        tally[notice, channel, area or NO_AREA, state] += n


def _places(rows: Sequence[Any]) -> Places:
    return Counter(map(_place_of, rows))


async def add(tx: Transaction, actor: Actor, tally: Mapping[Place, int]) -> None:
    """Write what a batch changed, in a fixed order so that two workers never wait for each other in a ring."""
    actor.require_hub()
    rows = [(*place, n) for place, n in sorted(tally.items()) if n]
    if rows:
        await tx.execute(ADDED[tx.dialect], as_rows(tx.dialect, NAMES, rows))


async def add_selected(tx: Transaction, actor: Actor, chosen: Select[Any]) -> None:
    """Write counts that a SELECT of (notice_id, channel, area_id, state, n) comes to."""
    actor.require_hub()
    await tx.execute(_adding(tx.dialect, chosen))


def _adding(dialect: Dialect, chosen: Select[Any]) -> Executable:
    if dialect is Dialect.POSTGRESQL:
        bulk = insert_postgresql(counters).from_select(NAMES, chosen)
        return bulk.on_conflict_do_update(constraint=counters.primary_key, set_=_sum(bulk.excluded))
    lite = insert_sqlite(counters).from_select(NAMES, chosen)
    return lite.on_conflict_do_update(index_elements=list(counters.primary_key), set_=_sum(lite.excluded))


def _sum(excluded: Any) -> dict[str, Any]:
    return {"n": counters.c.n + excluded.n}


ADDED = {dialect: _adding(dialect, rows_to_come(dialect, counters, NAMES)) for dialect in Dialect}


async def by_channel(tx: Transaction, actor: Actor, notice_id: int) -> dict[str, dict[str, int]]:
    """Return channel → state → n for what lies in the actor's area."""
    mine = (counters.c.notice_id == notice_id) & _mine(actor)
    total = func.sum(counters.c.n).cast(Integer).label("n")
    grouped = select(counters.c.channel, counters.c.state, total).where(mine)
    progress: dict[str, dict[str, int]] = {}
    for row in await tx.rows(grouped.group_by(counters.c.channel, counters.c.state)):
        if row.n:
            progress.setdefault(row.channel, {})[row.state] = row.n
    return progress


async def by_area(tx: Transaction, actor: Actor, notice_id: int, under: int) -> dict[int, dict[str, int]]:
    """Return area → state → n, rolled up to the areas directly below `under` and to `under` itself."""
    places = select(area_closure.c.descendant_id.label("place")).where(
        area_closure.c.ancestor_id == under, area_closure.c.depth <= 1
    )
    total = func.sum(counters.c.n).cast(Integer).label("n")
    rolled = (
        select(area_closure.c.ancestor_id, counters.c.state, total)
        .join(counters, counters.c.area_id == area_closure.c.descendant_id)
        .where(counters.c.notice_id == notice_id, area_closure.c.ancestor_id.in_(places), _mine(actor))
        .group_by(area_closure.c.ancestor_id, counters.c.state)
    )
    progress: dict[int, dict[str, int]] = {}
    for row in await tx.rows(rolled):
        if row.n:
            progress.setdefault(row.ancestor_id, {})[row.state] = row.n
    return progress


def _mine(actor: Actor) -> Any:
    """A county sees what lies in its area, and all of a notice that is its own."""
    own = select(notices.c.id).where(within(actor, notices.c.area_id))
    return within(actor, counters.c.area_id) | counters.c.notice_id.in_(own)
