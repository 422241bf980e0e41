"""Ladders found again: by person and chain, by what is due, by area; and changed by condition."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select, update

from audiences.stores.scope import within
from broadcast.ladders.errors import UnknownLadder
from broadcast.ladders.model import Ladder, State, StepKind
from broadcast.stores.tables import call_chains, ladder_steps, ladders
from ground.actor import Actor
from ground.bulk import among, side_by_side
from ground.transaction import Dialect, Transaction

JOINED = ladders.join(call_chains, call_chains.c.chain == ladders.c.chain)
MINE = ladders.alias("mine")


async def load(tx: Transaction, actor: Actor, public_id: str) -> Ladder:
    """Return one ladder of the actor's area."""
    row = await _first(tx, and_(ladders.c.public_id == public_id, within(actor, ladders.c.area_id)))
    if row is None:
        raise UnknownLadder(ladder=public_id)
    return ladder_of(row)


async def due(
    tx: Transaction,
    actor: Actor,
    now: int,
    limit: int,
    among_ids: Sequence[int] | None = None,
    *,
    behind: Collection[str] = (),
) -> Sequence[Ladder]:
    """Return unfinished ladders whose step is due, danger spots and graver levels first; held in the transaction.

    Chains that are to stay `behind` are left out. A step that lies further ahead than it was ever to wait was set
    before the clock jumped back: it is due, too.
    """
    actor.require_hub()
    jumped = ladders.c.due_at - ladders.c.wait > now
    chosen = and_(ladders.c.state != State.CLOSED, or_(ladders.c.due_at <= now, jumped))
    waiting = (ladders.c.state == State.OPEN).desc()  # before feedback is asked for
    order = (call_chains.c.drill, waiting, ladders.c.level, ladders.c.in_danger.desc(), ladders.c.due_at, ladders.c.id)
    wanted = select(ladders, call_chains.c.alert_id, call_chains.c.drill).select_from(JOINED)
    wanted = wanted.where(chosen).order_by(*order).limit(limit)
    if among_ids is not None:
        wanted = wanted.where(among(tx, ladders.c.id, among_ids))
    if behind:
        wanted = wanted.where(ladders.c.chain.not_in(sorted(behind)))
    if tx.dialect is Dialect.POSTGRESQL:
        wanted = wanted.with_for_update(skip_locked=True, of=ladders)
    return [ladder_of(row) for row in await tx.rows(wanted)]


def called(tx: Transaction, person_ids: Sequence[int], room: int | None = None) -> ColumnElement[bool]:
    """Say that a ladder is one of these people's own, or that one of them was called on it in another's place.

    With a `room`, an address, those of whom it is the landline as well. Each is looked up by its own index: of ten
    thousand ladders not all are read for one answer.
    """
    own = select(MINE.c.id).where(among(tx, MINE.c.person_id, person_ids))
    turned_to = ladder_steps.c.kind.in_((StepKind.MESSAGED, StepKind.CALLED))
    stood_in = select(ladder_steps.c.ladder_id).where(among(tx, ladder_steps.c.person_id, person_ids), turned_to)
    beside = [] if room is None else [select(MINE.c.id).where(MINE.c.room_id == room)]
    return ladders.c.id.in_(own.union(stood_in, *beside))


async def calling(
    tx: Transaction, actor: Actor, chain: str, person_ids: Sequence[int], address: int | None = None
) -> Sequence[Ladder]:
    """Return the ladders of a chain on which any of these people was called: his own, or those he stands in for.

    At the `address` of a duty room whoever picks up answers for who is on shift there.

    They are locked, so that of two answers at once the second sees what the first did.
    """
    actor.require_hub()
    wanted = select(ladders, call_chains.c.alert_id, call_chains.c.drill).select_from(JOINED)
    of_chain = ladders.c.chain.concat("") == chain  # else SQLite reads the whole chain by its index
    wanted = wanted.where(of_chain, called(tx, person_ids, address)).order_by(ladders.c.id)
    if tx.dialect is Dialect.POSTGRESQL:
        wanted = wanted.with_for_update(of=ladders)
    return [ladder_of(row) for row in await tx.rows(wanted)]


async def beside(tx: Transaction, actor: Actor, ladder: Ladder) -> Sequence[Ladder]:
    """Return the other open ladders of which one answer is enough; none if each answers for himself."""
    actor.require_hub()
    if not ladder.group:
        return []
    same = and_(ladders.c.chain == ladder.chain, ladders.c.any_of == ladder.group, ladders.c.id != ladder.id)
    wanted = select(ladders, call_chains.c.alert_id, call_chains.c.drill).select_from(JOINED)
    rows = await tx.rows(wanted.where(same, ladders.c.state == State.OPEN).order_by(ladders.c.id))
    return [ladder_of(row) for row in rows]


async def listed(
    tx: Transaction,
    actor: Actor,
    *,
    chain: str | None = None,
    states: Collection[State] = (State.OPEN,),
    after: int = 0,
    limit: int = 100,
) -> Sequence[Ladder]:
    """Return ladders of the actor's area in these states, a page at a time: open ones are the list 未叫醒."""
    chosen: list[ColumnElement[bool]] = [within(actor, ladders.c.area_id), ladders.c.id > after]
    if chain is not None:
        chosen.append(ladders.c.chain == chain)
    if set(states) != set(State):
        chosen.append(ladders.c.state.in_(sorted(states)))
    wanted = select(ladders, call_chains.c.alert_id, call_chains.c.drill).select_from(JOINED)
    return [ladder_of(row) for row in await tx.rows(wanted.where(*chosen).order_by(ladders.c.id).limit(limit))]


async def set_all(tx: Transaction, actor: Actor, ladder_ids: Sequence[int], **values: Any) -> None:
    """Change ladders alike."""
    actor.require_hub()
    if ladder_ids:
        await tx.execute(update(ladders).where(among(tx, ladders.c.id, ladder_ids)).values(**values))


async def set_targets(tx: Transaction, actor: Actor, targets: Mapping[int, int | None], **values: Any) -> None:
    """Change ladders alike, by id, but for who is being called now; one statement for them all."""
    actor.require_hub()
    given = side_by_side(tx, ladders, {"id": list(targets), "target_id": list(targets.values())}).subquery("given")
    which, target = given.c
    await tx.execute(update(ladders).where(ladders.c.id == which).values(target_id=target, **values))


async def _first(tx: Transaction, chosen: ColumnElement[bool]) -> Row[Any] | None:
    wanted = select(ladders, call_chains.c.alert_id, call_chains.c.drill).select_from(JOINED)
    return await tx.row(wanted.where(chosen))


def ladder_of(row: Row[Any]) -> Ladder:
    return Ladder(
        id=row.id,
        public_id=row.public_id,
        chain=row.chain,
        alert=row.alert_id,
        drill=row.drill,
        area=row.area_id,
        duty=row.duty,
        person=row.person_id,
        deputy=row.deputy_id,
        superior=row.superior_id,
        group=row.any_of,
        level=row.level,
        state=State(row.state),
        outcome=row.outcome,
        position=row.position,
        due_at=row.due_at,
        target=row.target_id,
        answered_by=row.answered_by_id,
        room=row.room_id,
        code=row.code,
    )


async def awake_of(tx: Transaction, actor: Actor, person_ids: Sequence[int]) -> Sequence[Ladder]:
    """Return the ladders, of any chain, that wait for these people's feedback; the newest chain first."""
    actor.require_hub()
    wanted = select(ladders, call_chains.c.alert_id, call_chains.c.drill).select_from(JOINED)
    mine = and_(ladders.c.state == State.AWAKE, called(tx, person_ids))
    rows = await tx.rows(wanted.where(mine).order_by(ladders.c.id.desc()))
    return [ladder_of(row) for row in rows]


async def open_for(tx: Transaction, actor: Actor, person_ids: Sequence[int]) -> Sequence[Ladder]:
    """Return the open ladders, of any chain, on which one of these people was called; the newest chain first."""
    actor.require_hub()
    wanted = select(ladders, call_chains.c.alert_id, call_chains.c.drill).select_from(JOINED)
    mine = and_(ladders.c.state == State.OPEN, called(tx, person_ids))
    rows = await tx.rows(wanted.where(mine).order_by(ladders.c.id.desc()))
    return [ladder_of(row) for row in rows]
