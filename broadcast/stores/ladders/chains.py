"""Chains of warnings that somebody must answer: begun at issue, carried on by an update, over with the ending."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from broadcast.alerts.model import Alert
from broadcast.ladders.policy import Policy
from broadcast.stores.tables import call_chains
from ground.actor import Actor
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain as it is kept; `stage` is opening, dialling, open, closing or over."""

    root: str
    alert: str
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


async def in_stage(tx: Transaction, actor: Actor, *stages: str) -> Sequence[Chain]:
    """Return the chains in these stages, the gravest first, and real ones before drills."""
    actor.require_hub()
    order = (call_chains.c.drill, call_chains.c.level, call_chains.c.opened_at)
    rows = await tx.rows(select(call_chains).where(call_chains.c.stage.in_(stages)).order_by(*order))
    return [_chain(row) for row in rows]


async def _set(tx: Transaction, root: str, values: dict[str, Any]) -> None:
    await tx.execute(update(call_chains).where(call_chains.c.chain == root).values(values))


def _chain(row: Row[Any]) -> Chain:
    return Chain(
        root=row.chain,
        alert=row.alert_id,
        area=row.area_id,
        audience=row.audience_id,
        drill=row.drill,
        level=row.level,
        policy=Policy.unpacked(row.policy),
        stage=row.stage,
        through=row.through,
    )
