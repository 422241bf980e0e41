"""未叫醒: who has not answered a call yet, or has and not reported, with how to ring them up and what is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, func, select

from audiences.stores.scope import within
from audiences.stores.tables import address_owners, addresses, areas, particulars
from broadcast.ladders.model import State, StepKind
from broadcast.stores.tables import alerts, call_chains, ladder_steps, ladders
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

RUNG_UP = ("voice", "sms")


@dataclass(frozen=True, slots=True)
class Unwoken:
    """One who has not answered, or not reported. `feedback` and `moved`: the last that was reported."""

    area: str
    duty: str
    level: int
    in_danger: bool
    due_at: int | None
    calls: int
    knocked: bool
    name: str | None = field(repr=False)
    phones: tuple[str, ...] = field(repr=False)
    feedback: str = ""
    moved: int | None = None


async def listed(
    tx: Transaction, actor: Actor, alert_id: str, state: State = State.OPEN, limit: int = 2_000
) -> Sequence[Unwoken]:
    """Return whoever is in this state on the chain that a warning belongs to; danger spots first, within the area."""
    chain = select(call_chains.c.chain).where(call_chains.c.alert_id == alert_id)
    own = select(ladders.c.chain).join(alerts, alerts.c.id == ladders.c.chain).where(alerts.c.id == alert_id)
    mine = and_(ladders.c.chain.in_(chain.union(own)), ladders.c.state == state, within(actor, ladders.c.area_id))
    named = ladders.join(areas, areas.c.id == ladders.c.area_id)
    named = named.outerjoin(particulars, particulars.c.person_id == ladders.c.person_id)
    wanted = select(ladders, areas.c.name.label("place"), particulars.c.name.label("called")).select_from(named)
    order = (ladders.c.in_danger.desc(), areas.c.code, ladders.c.id)
    rows = await tx.rows(wanted.where(mine).order_by(*order).limit(limit))
    tried = await _tries(tx, [row.id for row in rows])
    phones = await _phones(tx, [row.person_id for row in rows])
    reported = await _reported(tx, [row.id for row in rows]) if state is State.AWAKE else {}
    return [
        Unwoken(
            area=row.place,
            duty=row.duty,
            level=row.level,
            in_danger=row.in_danger,
            due_at=row.due_at,
            calls=tried.get((row.id, StepKind.CALLED.value), 0),
            knocked=(row.id, StepKind.KNOCKED.value) in tried,
            name=row.called,
            phones=phones.get(row.person_id, ()),
            feedback=reported.get(row.id, ("", None))[0],
            moved=reported.get(row.id, ("", None))[1],
        )
        for row in rows
    ]


async def _reported(tx: Transaction, ladder_ids: Sequence[int]) -> Mapping[int, tuple[str, int | None]]:
    """Return the last word and the last number of each ladder's feedback."""
    mine = among(tx, ladder_steps.c.ladder_id, ladder_ids) & (ladder_steps.c.kind == StepKind.FED_BACK)
    found: dict[int, tuple[str, int | None]] = {}
    for row in await tx.rows(select(ladder_steps).where(mine).order_by(ladder_steps.c.id)):
        word, moved = found.get(row.ladder_id, ("", None))
        found[row.ladder_id] = (row.result or word, moved if row.moved is None else row.moved)
    return found


async def _tries(tx: Transaction, ladder_ids: Sequence[int]) -> Mapping[tuple[int, str], int]:
    counted = select(ladder_steps.c.ladder_id, ladder_steps.c.kind, func.count().label("n"))
    mine = counted.where(among(tx, ladder_steps.c.ladder_id, ladder_ids))
    rows = await tx.rows(mine.group_by(ladder_steps.c.ladder_id, ladder_steps.c.kind))
    return {(row.ladder_id, row.kind): row.n for row in rows}


async def _phones(tx: Transaction, people: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    links = address_owners.join(addresses, addresses.c.id == address_owners.c.address_id)
    usable = and_(
        among(tx, address_owners.c.person_id, people),
        address_owners.c.until_at.is_(None),
        addresses.c.channel.in_(RUNG_UP),
        addresses.c.closed_at.is_(None),
        addresses.c.value.is_not(None),
    )
    found: dict[int, tuple[str, ...]] = {}
    wanted = select(address_owners.c.person_id, addresses.c.value).select_from(links).where(usable)
    for row in await tx.rows(wanted.order_by(addresses.c.id)):
        known = found.get(row.person_id, ())
        found[row.person_id] = known if row.value in known else (*known, row.value)
    return found
