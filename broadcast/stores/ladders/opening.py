"""Opening ladders: one slice of posts becomes one ladder per holder; who has one already joins it."""

from collections.abc import Mapping, Sequence
from secrets import randbelow
from typing import Any

from sqlalchemy import Row, select

from broadcast.ladders.model import Outcome, State, StepKind
from broadcast.stores.ladders import rows as ladder_rows
from broadcast.stores.ladders import steps
from broadcast.stores.ladders.chains import Chain
from broadcast.stores.ladders.posts import Held
from broadcast.stores.ladders.steps import Step
from broadcast.stores.tables import ladders
from ground.actor import Actor
from ground.bulk import among, insert_rows
from ground.ids import new_id
from ground.transaction import Transaction

CODES = 10_000


async def open_all(
    tx: Transaction, actor: Actor, chain: Chain, held: Sequence[Held], leads: Mapping[int, Sequence[int]], now: int
) -> int:
    """Open a ladder for every holder who has none in this chain; return how many are new.

    Of those who have one: at a graver level they are asked again, else they are left in peace.
    """
    actor.require_hub()
    first = {each.holder: each for each in sorted(held, key=lambda post: _lets_off(chain, post), reverse=True)}
    known = {row.person_id: row for row in await _known(tx, chain, list(first))}
    new = [each for each in first.values() if each.holder not in known]
    await insert_rows(tx, ladders, [_row(chain, each, leads.get(each.area, ()), now) for each in new])
    made = {row.person_id: row.id for row in await _known(tx, chain, [each.holder for each in new])}
    opened = [Step(ladder=made[each.holder], kind=StepKind.OPENED, at=now, by=actor.name) for each in new]
    await steps.write(tx, actor, opened)
    await _join(tx, actor, chain, [(each, known[each.holder]) for each in first.values() if each.holder in known], now)
    return len(new)


async def _join(tx: Transaction, actor: Actor, chain: Chain, again: Sequence[tuple[Held, Row[Any]]], now: int) -> None:
    # a warning that ran out and was issued anew asks again whoever was let off when it ended
    raised = [row.id for _, row in again if row.level > chain.level or row.outcome == Outcome.OVER]
    fresh = {"level": chain.level, "state": State.OPEN, "outcome": "", "position": 0, "target_id": None}
    await ladder_rows.set_all(tx, actor, raised, **fresh, due_at=now, wait=0, closed_at=None)
    alone = [row.id for each, row in again if row.any_of and not _group(chain, each)]
    await ladder_rows.set_all(tx, actor, alone, any_of="")
    joined = [row.id for each, row in again if row.post_id != each.post and row.id not in raised]
    told = [(StepKind.RAISED, raised), (StepKind.JOINED, joined)]
    written = [Step(ladder=each, kind=kind, at=now, by=actor.name) for kind, ids in told for each in ids]
    await steps.write(tx, actor, written)


async def _known(tx: Transaction, chain: Chain, people: Sequence[int]) -> Sequence[Row[Any]]:
    mine = (ladders.c.chain == chain.root) & among(tx, ladders.c.person_id, people)
    return await tx.rows(select(ladders).where(mine)) if people else []


def _row(chain: Chain, each: Held, leads: Sequence[int], now: int) -> dict[str, Any]:
    below = {each.holder, each.deputy}
    return {
        "public_id": new_id(),
        "chain": chain.root,
        "person_id": each.holder,
        "deputy_id": each.deputy,
        "superior_id": next((person for person in leads if person not in below), None),
        "post_id": each.post,
        "room_id": each.room,
        "duty": each.duty,
        "area_id": each.area,
        "any_of": _group(chain, each),
        "in_danger": each.site is not None,
        "level": chain.level,
        "code": f"{randbelow(CODES):04}",
        "state": State.OPEN,
        "outcome": "",
        "position": 0,
        "wait": 0,
        "due_at": now,
        "opened_at": now,
    }


def _group(chain: Chain, each: Held) -> str:
    """Name those of whom one is enough: in one organisation, else in one place."""
    if each.duty in chain.policy.each:
        return ""
    return f"organisation:{each.organisation}" if each.organisation is not None else f"area:{each.area}"


def _lets_off(chain: Chain, each: Held) -> bool:
    """Say whether another may answer for this post: of several that somebody holds, one without that counts."""
    return bool(_group(chain, each))
