"""Calling tables as they are kept, version by version; the nearest at or above a place is what holds there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, and_, exists, func, null, select

from audiences.errors import UnknownArea
from audiences.stores.scope import below, lasting, within
from audiences.stores.tables import area_closure, areas, posts, terms
from broadcast.alerts.codes import read_codes
from broadcast.ladders import policy
from broadcast.ladders.checking import require_sound
from broadcast.ladders.errors import StaleTable, WhyMissing
from broadcast.ladders.occasions import packed, unpacked
from broadcast.ladders.policy import Occasion, Policy
from broadcast.stores.tables import calling_policies
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.bulk import insert_rows
from ground.clock import machine_now
from ground.transaction import Dialect, Transaction

LONGEST_REASON: Final = 400
SETTERS: Final = (Role.OFFICER, Role.APPROVER)
kept = calling_policies.c


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an area's table; `occasions` None: from then on what holds above held there again."""

    area: int
    version: int
    occasions: tuple[Occasion, ...] | None
    reason: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Holding:
    """What holds at a place: `kept` is the version it comes from, None: the table of the house."""

    occasions: Sequence[Occasion]
    kept: Version | None


async def holding(tx: Transaction, actor: Actor, area: int) -> Holding:
    """Return the table of the nearest area at or above one of the actor's that has its own, else the house's."""
    newer = calling_policies.alias("newer")
    overtaken = exists().where(newer.c.area_id == kept.area_id, newer.c.version > kept.version)
    tables = area_closure.join(calling_policies, kept.area_id == area_closure.c.ancestor_id)
    here = and_(area_closure.c.descendant_id == areas.c.id, kept.occasions.is_not(null()), ~overtaken)
    wanted = select(areas.c.id.label("asked"), calling_policies).select_from(areas.outerjoin(tables, here))
    wanted = wanted.where(areas.c.id == area, within(actor, areas.c.id)).order_by(area_closure.c.depth).limit(1)
    row = await tx.row(wanted)
    if row is None:
        raise UnknownArea(area=area)
    found = None if row.version is None else _version(row)
    return Holding(policy.read_occasions() if found is None else found.occasions or (), found)


async def policy_for(tx: Transaction, actor: Actor, area: int, level: int, event: str, now: int) -> Policy | None:
    """Return who is woken by a warning of an area; None: nobody is called."""
    actor.require_hub()
    return policy.policy_for(level, event, now, (await holding(tx, actor, area)).occasions)


async def held(tx: Transaction, actor: Actor, area: int, duties: Sequence[str], now: int) -> Mapping[str, int]:
    """Return how many people hold each of these duties in an area and below; a duty that nobody holds is left out."""
    here = [posts.c.duty.in_(duties), posts.c.gone_at.is_(None), below(area, posts.c.area_id), lasting(now)]
    counted = select(posts.c.duty, func.count(func.distinct(terms.c.holder_id)).label("people"))
    joined = counted.join(terms, terms.c.post_id == posts.c.id).where(*here, within(actor, posts.c.area_id))
    return {row.duty: row.people for row in await tx.rows(joined.group_by(posts.c.duty))}


async def versions(
    tx: Transaction, actor: Actor, area: int, *, before: int | None = None, limit: int = 100
) -> Sequence[Version]:
    """Return what an area of the actor's has set, the newest first; `before` is the last version of the page before."""
    await _require_area(tx, actor, area)
    chosen = [kept.area_id == area, *([] if before is None else [kept.version < before])]
    wanted = select(calling_policies).where(*chosen).order_by(kept.version.desc()).limit(limit)
    return [_version(row) for row in await tx.rows(wanted)]


async def put(
    tx: Transaction,
    actor: Actor,
    area: int,
    occasions: Sequence[Occasion],
    reason: str,
    at: int,
    over: int | None = None,
) -> Version:
    """Let an area call by a table of its own from now on; what is being called already goes on as it began.

    `over` is the version of the area that was read before (0: there was none), to be told if somebody was faster.
    The table that stands there already is not written again.
    """
    actor.require(*SETTERS)
    require_sound(occasions, read_codes().events)
    return await _write(tx, actor, area, tuple(occasions), reason, at, over)


async def give_back(
    tx: Transaction, actor: Actor, area: int, reason: str, at: int, over: int | None = None
) -> Version | None:
    """Let an area call again as what holds above it says; None: it never did otherwise."""
    actor.require(*SETTERS)
    newest = await _newest(tx, actor, area)
    if newest is None:
        return None
    return await _write(tx, actor, area, None, reason, at, over)


async def _write(
    tx: Transaction,
    actor: Actor,
    area: int,
    occasions: tuple[Occasion, ...] | None,
    reason: str,
    at: int,
    over: int | None,
) -> Version:
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise WhyMissing(most=LONGEST_REASON)
    newest = await _newest(tx, actor, area)
    present = newest.version if newest else 0
    if newest is not None and newest.occasions == occasions:
        return newest
    if over is not None and over != present:
        raise StaleTable(given=over, present=present)
    made = Version(area, present + 1, occasions, reason.strip(), actor.name, at)
    row = {"area_id": area, "version": made.version, "reason": made.reason, "by": made.by, "at": at}
    content = {} if occasions is None else {"occasions": packed(occasions)}
    await insert_rows(tx, calling_policies, [row | content | {"learned_at": machine_now()}])
    deed = "calling_table.set" if occasions is not None else "calling_table.given_back"
    await record_deed(tx, actor, deed, f"area:{area}", at, version=made.version)
    return made


async def _newest(tx: Transaction, actor: Actor, area: int) -> Version | None:
    """Return the newest version of an area of the actor's; whoever else would write one waits for this transaction."""
    await _require_area(tx, actor, area, held=True)
    row = await tx.row(select(calling_policies).where(kept.area_id == area).order_by(kept.version.desc()).limit(1))
    return None if row is None else _version(row)


async def _require_area(tx: Transaction, actor: Actor, area: int, *, held: bool = False) -> None:
    wanted = select(areas.c.id).where(areas.c.id == area, within(actor, areas.c.id))
    if held and tx.dialect is Dialect.POSTGRESQL:
        wanted = wanted.with_for_update(key_share=True)
    if await tx.value(wanted) is None:
        raise UnknownArea(area=area)


def _version(row: Row[Any]) -> Version:
    occasions = None if row.occasions is None else unpacked(row.occasions)
    return Version(row.area_id, row.version, occasions, row.reason, row.by, row.at)
