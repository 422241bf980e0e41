"""The register of gateways: each with a speaker address of its own."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update

from audiences.addresses import SPEAKER
from audiences.stores import gateways as gateway_store
from audiences.stores.intake.registers.base import Entry, Intake, Known
from audiences.stores.intake.registers.origins import update_rows
from audiences.stores.scope import within
from audiences.stores.tables import addresses, gateways
from ground.actor import Actor, Role
from ground.bulk import among, insert_rows
from ground.transaction import Transaction

_NAMES = ("name", "area_id")


class GatewayRegister:
    """Gateways by their code, which is one for all sources; what another source brought is not this one's to change."""

    tables = (gateways, addresses)

    async def known(
        self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]
    ) -> Mapping[str, Known]:
        mine = ((gateways.c.source == intake.source) & within(actor, gateways.c.area_id)).label("mine")
        columns = (gateways.c.id, gateways.c.code, gateways.c.name, gateways.c.area_id, gateways.c.gone_at)
        chosen = select(*columns, mine).where(among(tx, gateways.c.code, external_ids))
        rows = await tx.rows(chosen)
        return {row.code: Known(row.id, bool(row.mine), row._asdict()) for row in rows}

    async def write(self, tx: Transaction, actor: Actor, intake: Intake, entries: Sequence[Entry]) -> None:
        actor.require(Role.ADMIN)
        places = await _open_speakers(tx, [entry.external_id for entry in entries])
        new = [
            {"code": entry.external_id, "address_id": places[entry.external_id], "source": intake.source} | _row(entry)
            for entry in entries
            if entry.new
        ]
        await insert_rows(tx, gateways, new)
        await update_rows(tx, actor, gateways, [_row(each) | {"id": each.known.id} for each in entries if each.known])

    async def listed(self, tx: Transaction, actor: Actor, intake: Intake, *, after: str, limit: int) -> Sequence[str]:
        code = gateways.c.code
        mine = (gateways.c.source == intake.source) & gateways.c.gone_at.is_(None) & within(actor, gateways.c.area_id)
        return await tx.values(select(code).where(mine, code > after).order_by(code).limit(limit))

    async def retire(self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]) -> None:
        chosen = (gateways.c.source == intake.source) & among(tx, gateways.c.code, external_ids)
        ids = await tx.values(select(gateways.c.id).where(chosen, within(actor, gateways.c.area_id)))
        await gateway_store.retire(tx, actor, ids, at=intake.at)


async def _open_speakers(tx: Transaction, codes: Sequence[str]) -> Mapping[str, int]:
    """Return the speaker address of each code, made or opened again."""
    speakers = (addresses.c.channel == SPEAKER) & among(tx, addresses.c.value, codes)
    await insert_rows(tx, addresses, [{"channel": SPEAKER, "value": code} for code in codes], ignore_known=True)
    await tx.execute(update(addresses).where(speakers).values(closed_at=None, closed_why=None))
    rows = await tx.rows(select(addresses.c.id, addresses.c.value).where(speakers))
    return {row.value: row.id for row in rows}


def _row(entry: Entry) -> dict[str, object]:
    return {name: entry.values[name] for name in _NAMES if name in entry.values} | {"gone_at": None}
