"""The broker's accounts follow the register of gateways: one each, reading its own topic and those above it."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select

from app.broker.accounts import Account, gateway_account
from app.broker.embedded import EmbeddedServer
from app.house import House
from app.scheduler import Round
from audiences.stores.tables import area_closure, areas, gateways
from ground.transaction import Transaction

LOOK = 5.0  # seconds between looks at the register


async def accounts_of(house: House) -> Sequence[Account]:
    """Return the accounts of all gateways in service, in one statement."""
    async with house.database.reading() as tx:
        lines = await tx.rows(
            select(gateways.c.code, areas.c.code.label("above"))
            .join(area_closure, area_closure.c.descendant_id == gateways.c.area_id)
            .join(areas, areas.c.id == area_closure.c.ancestor_id)
            .where(gateways.c.gone_at.is_(None))
        )
    above: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        above[line.code].append(line.above)
    passwords = house.passwords
    return [gateway_account(passwords, code, codes) for code, codes in above.items()]


def keep_told(house: House, server: EmbeddedServer) -> Round:
    """Return the round that tells the broker when gateways came, went or moved."""
    told: list[object] = []

    async def tell() -> None:
        async with house.database.reading() as tx:
            present = await _register(tx)
        if told != [present]:  # the first look too: whoever came since the server was started must be let in
            await server.reload(await accounts_of(house))
            told[:] = [present]

    return Round("accounts", LOOK, tell)


async def _register(tx: Transaction) -> object:
    """Return what changes whenever the register of gateways does."""
    in_service = gateways.c.gone_at.is_(None)
    row = await tx.row(select(func.count(), func.max(gateways.c.id), func.sum(gateways.c.area_id)).where(in_service))
    return tuple(row) if row else None
