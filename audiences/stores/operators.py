"""Operators as they are kept. Everyone who acts through console or API is loaded here as an actor first."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Row, insert, select, update

from audiences.errors import OperatorDisabled, ScopeTooWide, UnknownOperator
from audiences.operators import Operator
from audiences.stores import areas
from audiences.stores import people as people_store
from audiences.stores.scope import within
from audiences.stores.tables import operators
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.ids import new_id
from ground.transaction import Transaction


async def make(
    tx: Transaction,
    actor: Actor,
    *,
    title: str,
    area: int | None,
    roles: Iterable[Role],
    at: int,
    person: int | None = None,
) -> Operator:
    """Make an operator for an area within the actor's own; only the unbounded make one for the whole deployment."""
    actor.require(Role.ADMIN)
    if area is None and not actor.unbounded:
        raise ScopeTooWide
    if area is not None:
        await areas.load(tx, actor, area)
    if person is not None:
        await people_store.load(tx, actor, person, now=at)
    made = Operator(new_id(), title, person, area, frozenset(roles), None)
    row = {
        "id": made.id,
        "person_id": person,
        "title": title,
        "area_id": area,
        "roles": sorted(made.roles),
        "made_at": at,
    }
    await tx.execute(insert(operators).values(row))
    await record_deed(tx, actor, "operator.made", f"operator:{made.id}", at, roles=sorted(made.roles), area=area)
    return made


async def disable(tx: Transaction, actor: Actor, operator_id: str, *, at: int) -> None:
    """From now on the operator may do nothing; what they did stays theirs."""
    actor.require(Role.ADMIN)
    await details(tx, actor, operator_id)
    still = (operators.c.id == operator_id) & operators.c.disabled_at.is_(None)
    await tx.execute(update(operators).where(still).values(disabled_at=at))
    await record_deed(tx, actor, "operator.disabled", f"operator:{operator_id}", at)


async def load(tx: Transaction, actor: Actor, operator_id: str) -> Actor:
    """Return the operator as an actor; one who was disabled is refused."""
    operator = await details(tx, actor, operator_id)
    if operator.disabled_at is not None:
        raise OperatorDisabled(operator=operator_id)
    return operator.actor()


async def details(tx: Transaction, actor: Actor, operator_id: str) -> Operator:
    row = await tx.row(select(operators).where(operators.c.id == operator_id, within(actor, operators.c.area_id)))
    if row is None:
        raise UnknownOperator(operator=operator_id)
    return _operator(row)


async def everyone(tx: Transaction, actor: Actor, *, after: str = "", limit: int = 100) -> Sequence[Operator]:
    """Return the operators of the actor's area and below, a page at a time in the order of their ids."""
    page = select(operators).where(operators.c.id > after, within(actor, operators.c.area_id))
    return [_operator(row) for row in await tx.rows(page.order_by(operators.c.id).limit(limit))]


def _operator(row: Row[tuple[str]]) -> Operator:
    roles = frozenset(Role(name) for name in row.roles)
    return Operator(row.id, row.title, row.person_id, row.area_id, roles, row.disabled_at)
