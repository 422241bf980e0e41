"""Gateways as they are kept: registered with an address of their own, heard of, fallen silent, gone."""

from collections.abc import Sequence

from sqlalchemy import Row, insert, select, update

from audiences.addresses import SPEAKER
from audiences.errors import GatewayTaken, UnknownGateway
from audiences.gateways import Gateway, GatewayState
from audiences.stores import areas as area_store
from audiences.stores.scope import below, within
from audiences.stores.tables import addresses, area_closure, areas, gateways
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.bulk import among
from ground.transaction import Transaction

PRESENT = gateways.c.gone_at.is_(None)


async def register(
    tx: Transaction,
    actor: Actor,
    *,
    code: str,
    name: str,
    area: int,
    source: str,
    at: int,
    secret_digest: str | None = None,
) -> int:
    """Register a gateway and open its speaker address; return its id."""
    actor.require(Role.ADMIN)
    await area_store.load(tx, actor, area)
    if await tx.value(select(gateways.c.id).where(gateways.c.code == code)) is not None:
        raise GatewayTaken(gateway=code)
    place = {"channel": SPEAKER, "value": code}
    address_id = int(await tx.value(insert(addresses).values(place).returning(addresses.c.id)))
    row = {"code": code, "name": name, "area_id": area, "address_id": address_id, "source": source}
    new = insert(gateways).values(row | {"secret_digest": secret_digest}).returning(gateways.c.id)
    gateway_id = int(await tx.value(new))
    await record_deed(tx, actor, "gateway.registered", f"gateway:{gateway_id}", at, area=area)
    return gateway_id


async def load(tx: Transaction, actor: Actor, gateway_id: int) -> Gateway:
    row = await tx.row(select(gateways).where(gateways.c.id == gateway_id, within(actor, gateways.c.area_id)))
    if row is None:
        raise UnknownGateway(gateway=gateway_id)
    return _gateway(row)


async def by_code(tx: Transaction, actor: Actor, code: str) -> Gateway:
    row = await tx.row(select(gateways).where(gateways.c.code == code, within(actor, gateways.c.area_id)))
    if row is None:
        raise UnknownGateway(gateway=code)
    return _gateway(row)


async def in_area(tx: Transaction, actor: Actor, area: int, *, after: int = 0, limit: int = 100) -> Sequence[Gateway]:
    """Return the gateways of an area and below, a page at a time in the order of their ids."""
    chosen = below(area, gateways.c.area_id) & within(actor, gateways.c.area_id) & PRESENT
    page = select(gateways).where(chosen, gateways.c.id > after).order_by(gateways.c.id).limit(limit)
    return [_gateway(row) for row in await tx.rows(page)]


async def topics(tx: Transaction, actor: Actor, gateway_id: int) -> Sequence[str]:
    """Return the codes of the areas a gateway listens for, from its own up to the root."""
    gateway = await load(tx, actor, gateway_id)
    above = area_closure.join(areas, areas.c.id == area_closure.c.ancestor_id)
    codes = select(areas.c.code).select_from(above).where(area_closure.c.descendant_id == gateway.area)
    return await tx.values(codes.order_by(area_closure.c.depth))


async def hear(tx: Transaction, actor: Actor, codes: Sequence[str], *, at: int) -> int:
    """Note that these gateways were heard at a machine instant, many in one statement; return how many are known."""
    actor.require(Role.ADMIN)
    mine = among(tx, gateways.c.code, codes) & PRESENT & within(actor, gateways.c.area_id)
    heard = update(gateways).where(mine).values(state=GatewayState.ONLINE.value, heard_at=at)
    return (await tx.execute(heard)).rowcount


async def lose(tx: Transaction, actor: Actor, codes: Sequence[str]) -> int:
    """Note that these gateways are gone from the broker (their last will was published)."""
    actor.require(Role.ADMIN)
    mine = among(tx, gateways.c.code, codes) & within(actor, gateways.c.area_id)
    return (await tx.execute(update(gateways).where(mine).values(state=GatewayState.OFFLINE.value))).rowcount


async def lose_silent(tx: Transaction, actor: Actor, *, before: int) -> int:
    """Note as offline whatever was online and has not been heard since a machine instant; return how many."""
    actor.require(Role.ADMIN)
    silent = (gateways.c.state == GatewayState.ONLINE.value) & (gateways.c.heard_at < before)
    mine = silent & within(actor, gateways.c.area_id)
    return (await tx.execute(update(gateways).where(mine).values(state=GatewayState.OFFLINE.value))).rowcount


async def retire(tx: Transaction, actor: Actor, gateway_ids: Sequence[int], *, at: int) -> None:
    """Take gateways out of service: they and their addresses stay for the evidence, closed."""
    actor.require(Role.ADMIN)
    mine = among(tx, gateways.c.id, gateway_ids) & within(actor, gateways.c.area_id) & PRESENT
    gone = update(gateways).where(mine).values(gone_at=at).returning(gateways.c.address_id)
    closed = (await tx.execute(gone)).scalars().all()
    closing = update(addresses).where(among(tx, addresses.c.id, closed), addresses.c.closed_at.is_(None))
    await tx.execute(closing.values(closed_at=at, closed_why="gateway gone"))


def _gateway(row: Row[tuple[int]]) -> Gateway:
    return Gateway(
        id=row.id,
        code=row.code,
        name=row.name,
        area=row.area_id,
        address=row.address_id,
        state=GatewayState(row.state),
        heard_at=row.heard_at,
        gone_at=row.gone_at,
    )
