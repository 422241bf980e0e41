"""A register that is one table: organisations, sites, households."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Table, select, update

from audiences.stores.intake.registers.base import Entry, Intake, Known
from audiences.stores.intake.registers.origins import update_rows
from audiences.stores.scope import within
from ground.actor import Actor, Role
from ground.bulk import among, insert_rows
from ground.transaction import Transaction


class PlainRegister:
    """A table with (source, external_id), `area_id`, `gone_at` and the named columns; what comes back is not gone."""

    def __init__(self, table: Table, *names: str) -> None:
        self.table = table
        self.tables = (table,)
        self.names = names

    async def known(
        self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]
    ) -> Mapping[str, Known]:
        table = self.table.c
        columns = [table[name] for name in (*self.names, "gone_at")]
        mine = within(actor, table.area_id).label("mine")
        chosen = (table.source == intake.source) & among(tx, table.external_id, external_ids)
        rows = await tx.rows(select(table.external_id, table.id, mine, *columns).where(chosen))
        return {row.external_id: Known(row.id, bool(row.mine), row._asdict()) for row in rows}

    async def write(self, tx: Transaction, actor: Actor, intake: Intake, entries: Sequence[Entry]) -> None:
        actor.require(Role.ADMIN)
        new = [
            self._row(entry) | {"source": intake.source, "external_id": entry.external_id}
            for entry in entries
            if entry.new
        ]
        await insert_rows(tx, self.table, new)
        await update_rows(
            tx, actor, self.table, [self._row(entry) | {"id": entry.known.id} for entry in entries if entry.known]
        )

    async def listed(self, tx: Transaction, actor: Actor, intake: Intake, *, after: str, limit: int) -> Sequence[str]:
        table = self.table.c
        mine = (table.source == intake.source) & table.gone_at.is_(None) & within(actor, table.area_id)
        page = select(table.external_id).where(mine, table.external_id > after).order_by(table.external_id)
        return await tx.values(page.limit(limit))

    async def retire(self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]) -> None:
        actor.require(Role.ADMIN)
        table = self.table.c
        mine = (
            (table.source == intake.source) & among(tx, table.external_id, external_ids) & within(actor, table.area_id)
        )
        await tx.execute(update(self.table).where(mine).values(gone_at=intake.at))

    def _row(self, entry: Entry) -> dict[str, object]:
        return {name: entry.values[name] for name in self.names if name in entry.values} | {"gone_at": None}
