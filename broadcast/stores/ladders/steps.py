"""What was done on ladders and what was said to them: append-only, people by id."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, func, select

from audiences.stores.scope import within
from broadcast.ladders.model import StepKind
from broadcast.stores.tables import ladder_steps, ladders
from ground.actor import Actor
from ground.bulk import among, insert_rows
from ground.clock import machine_now
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of one ladder; `at` is story time."""

    ladder: int
    kind: StepKind
    at: int
    by: str
    person: int | None = None
    address: int | None = None
    notice: int | None = None
    result: str = ""
    under_way: int = 0
    moved: int | None = None


async def write(tx: Transaction, actor: Actor, steps: Iterable[Step]) -> None:
    actor.require_hub()
    learned = machine_now()
    rows = [
        {
            "ladder_id": each.ladder,
            "kind": each.kind,
            "person_id": each.person,
            "address_id": each.address,
            "notice_id": each.notice,
            "result": each.result,
            "moved": each.moved,
            "by": each.by,
            "under_way": each.under_way,
            "happened_at": each.at,
            "learned_at": learned,
        }
        for each in steps
    ]
    await insert_rows(tx, ladder_steps, rows)


async def of_ladders(tx: Transaction, actor: Actor, ladder_ids: Sequence[int]) -> Sequence[Row[tuple[int]]]:
    """Return what happened on some ladders of the actor's area, in order."""
    joined = ladder_steps.join(ladders, ladders.c.id == ladder_steps.c.ladder_id)
    mine = among(tx, ladders.c.id, ladder_ids) & within(actor, ladders.c.area_id)
    return await tx.rows(select(ladder_steps).select_from(joined).where(mine).order_by(ladder_steps.c.id))


async def calls_placed(tx: Transaction, actor: Actor, chain: str) -> int:
    """Return how many calls a chain has cost so far, within the actor's area."""
    joined = ladder_steps.join(ladders, ladders.c.id == ladder_steps.c.ladder_id)
    mine = (ladders.c.chain == chain) & (ladder_steps.c.kind == StepKind.CALLED) & within(actor, ladders.c.area_id)
    return int(await tx.value(select(func.count()).select_from(joined).where(mine)))
