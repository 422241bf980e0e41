"""Chains of warnings, and matters, that somebody must answer: begun, carried on by an update, and over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from broadcast.alerts.model import Alert
from broadcast.ladders.matter import Matter
from broadcast.ladders.policy import Policy
from broadcast.stores.tables import call_chains
from ground.actor import Actor
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain as it is kept; `stage` is opening, dialling, open, closing or over. `alert` or `matter` is None."""

    root: str
    alert: str | None  # the newest
    matter: Matter | None
    area: int
    audience: int | None
    drill: bool
    level: int
    policy: Policy
    stage: str
    through: int


async def begin(tx: Transaction, actor: Actor, root: str, alert: Alert, policy: Policy, now: int) -> None:
    """Let a warning be answered for; its ladders are opened in slices."""
    actor.require_hub()
    row = {
        "chain": root,
        "alert_id": alert.id,
        "area_id": alert.area,
        "audience_id": alert.audience,
        "drill": alert.drill,
        "level": int(alert.level or 1),
        "policy": policy.packed(),
        "stage": "opening",
        "through": 0,
        "opened_at": now,
        "moved_at": now,
    }
    await tx.execute(insert(call_chains).values(row))


async def begin_matter(tx: Transaction, actor: Actor, matter: Matter, policy: Policy, now: int) -> Chain:
    """Let a matter be answered for; whom it concerns is known, so that there is nothing to open."""
    actor.require_hub()
    row = {
        "chain": matter.id,
        "matter": matter.packed(),
        "until_at": matter.until,
        "area_id": matter.area,
        "drill": matter.drill,
        "level": matter.level,
        "policy": policy.packed(),
        "stage": "open",
        "through": 0,
        "opened_at": now,
        "moved_at": now,
    }
    await tx.execute(insert(call_chains).values(row))
    return Chain(matter.id, None, matter, matter.area, None, matter.drill, matter.level, policy, "open", 0)


async def begin_matter_anew(tx: Transaction, actor: Actor, matter: Matter, now: int) -> None:
    """Call about a matter once more, in the words and until the time of now."""
    actor.require_hub()
    anew = {"matter": matter.packed(), "until_at": matter.until, "stage": "open", "moved_at": now}
    await _set(tx, matter.id, anew)


async def outlasted(tx: Transaction, actor: Actor, now: int, limit: int) -> Sequence[str]:
    """Return matters that are over by themselves, and still called about."""
    actor.require_hub()
    late = (call_chains.c.stage == "open") & (call_chains.c.until_at <= now)
    return list(await tx.values(select(call_chains.c.chain).where(late).order_by(call_chains.c.until_at).limit(limit)))


async def carry_on(tx: Transaction, actor: Actor, chain: Chain, alert: Alert, policy: Policy | None, now: int) -> None:
    """Speak of the newest warning from now on; a graver one asks everybody anew, a lesser one never does.

    Posts are looked through again in any case: a second place joins, and who has answered is left in peace.
    """
    actor.require_hub()
    level = min(chain.level, int(alert.level or 1))
    graver = level < chain.level and policy is not None
    changed: dict[str, Any] = {"alert_id": alert.id, "audience_id": alert.audience, "level": level}
    if graver and policy is not None:
        changed["policy"] = policy.packed()
    await _set(tx, chain.root, changed | {"stage": "opening", "through": 0, "moved_at": now})


async def move(tx: Transaction, actor: Actor, root: str, stage: str, now: int, through: int | None = None) -> None:
    """Note how far a chain has come."""
    actor.require_hub()
    await _set(tx, root, {"stage": stage, "moved_at": now} | ({} if through is None else {"through": through}))


async def find(tx: Transaction, actor: Actor, root: str) -> Chain | None:
    actor.require_hub()
    row = await tx.row(select(call_chains).where(call_chains.c.chain == root))
    return None if row is None else _chain(row)


async def of_alerts(tx: Transaction, actor: Actor, alert_ids: Sequence[str]) -> Chain | None:
    """Return the chain that one of these warnings belongs to, if one is answered for."""
    actor.require_hub()
    row = await tx.row(select(call_chains).where(call_chains.c.chain.in_(alert_ids)))
    return None if row is None else _chain(row)


async def in_stage(tx: Transaction, actor: Actor, stage: str) -> Sequence[str]:
    """Return which chains are in a stage, the gravest first, and real ones before drills."""
    actor.require_hub()
    order = (call_chains.c.drill, call_chains.c.level, call_chains.c.opened_at)
    return list(await tx.values(select(call_chains.c.chain).where(call_chains.c.stage == stage).order_by(*order)))


async def _set(tx: Transaction, root: str, values: dict[str, Any]) -> None:
    await tx.execute(update(call_chains).where(call_chains.c.chain == root).values(values))


def _chain(row: Row[Any]) -> Chain:
    return Chain(
        root=row.chain,
        alert=row.alert_id,
        matter=None if row.matter is None else Matter.unpacked(row.chain, row.matter, row.until_at),
        area=row.area_id,
        audience=row.audience_id,
        drill=row.drill,
        level=row.level,
        policy=Policy.unpacked(row.policy),
        stage=row.stage,
        through=row.through,
    )
