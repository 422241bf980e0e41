"""Erasures under way: who is being forgotten and how far it has come; what is looked for goes when it is done."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from audiences.people import ERASURE_ASKED, ERASURE_DONE, Erasure
from audiences.stores.tables import address_owners, addresses, erasures
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

rows = erasures.c


async def begin(tx: Transaction, actor: Actor, person_id: int, stage: str) -> None:
    """Let the first step be taken; what has begun already goes on where it is."""
    actor.require_hub()
    waiting = (rows.person_id == person_id) & (rows.stage == ERASURE_ASKED)
    await tx.execute(update(erasures).where(waiting).values(stage=stage, through=0))


async def under_way(tx: Transaction, actor: Actor, limit: int = 20) -> Sequence[Erasure]:
    """Return those that have begun and are not done, the oldest first."""
    actor.require_hub()
    begun = rows.done_at.is_(None) & (rows.stage != ERASURE_ASKED)
    found = await tx.rows(select(erasures).where(begun).order_by(rows.asked_at, rows.person_id).limit(limit))
    theirs = await _addresses(tx, [row.person_id for row in found])
    return [
        Erasure(
            person=row.person_id,
            household=row.household_id,
            area=row.area_id,
            name=row.name or "",
            numbers=tuple(row.numbers),
            addresses=theirs[row.person_id],
            stage=row.stage,
            through=row.through,
        )
        for row in found
    ]


async def keep_place(tx: Transaction, actor: Actor, person_id: int, stage: str, through: int) -> None:
    """Note how far it has come."""
    actor.require_hub()
    await tx.execute(update(erasures).where(rows.person_id == person_id).values(stage=stage, through=through))


async def finish(tx: Transaction, actor: Actor, person_id: int, at: int) -> None:
    """Nothing is left to be looked for: that, too, is forgotten."""
    actor.require_hub()
    done: dict[str, Any] = {"name": None, "numbers": [], "stage": ERASURE_DONE, "through": 0, "done_at": at}
    await tx.execute(update(erasures).where(rows.person_id == person_id).values(done))


async def _addresses(tx: Transaction, person_ids: Sequence[int]) -> Mapping[int, tuple[int, ...]]:
    """Return the addresses of people that lost their value: nobody else has them."""
    links = address_owners.join(addresses, addresses.c.id == address_owners.c.address_id)
    chosen = among(tx, address_owners.c.person_id, person_ids) & addresses.c.value.is_(None)
    found: dict[int, list[int]] = {person: [] for person in person_ids}
    columns = select(address_owners.c.person_id, address_owners.c.address_id).select_from(links).where(chosen)
    for row in await tx.rows(columns.order_by(address_owners.c.address_id)):
        found[row.person_id].append(row.address_id)
    return {person: tuple(each) for person, each in found.items()}
