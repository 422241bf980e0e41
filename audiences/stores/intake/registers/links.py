"""The registers of links between two things: members of organisations, relatives of people."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table, bindparam, select, update

from audiences.stores.intake.registers.base import Entry, Intake, Known
from audiences.stores.scope import within
from ground.actor import Actor, Role
from ground.bulk import among, insert_rows
from ground.transaction import Transaction


class LinkRegister:
    """A table of pairs with (source, external_id) and `gone_at`; scope is that of the `owner`, a table with an area."""

    def __init__(self, key: Column[int], owner: Table, *names: str) -> None:
        self.table = key.table
        self.tables = (key.table,)
        self.names = (key.name, *names)
        self._owner = owner
        self._joined = key.table.join(owner, owner.c.id == key)

    async def known(
        self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]
    ) -> Mapping[str, Known]:
        link = self.table.c
        columns = [link[name] for name in (*self.names, "gone_at")]
        mine = within(actor, self._owner.c.area_id).label("mine")
        chosen = (link.source == intake.source) & among(tx, link.external_id, external_ids)
        found = select(link.external_id, self._owner.c.id, mine, *columns).select_from(self._joined).where(chosen)
        rows = await tx.rows(found)
        return {row.external_id: Known(row.id, bool(row.mine), row._asdict()) for row in rows}

    async def write(self, tx: Transaction, actor: Actor, intake: Intake, entries: Sequence[Entry]) -> None:
        actor.require(Role.ADMIN)
        new = [
            self._row(entry) | {"source": intake.source, "external_id": entry.external_id}
            for entry in entries
            if entry.new
        ]
        await insert_rows(tx, self.table, new, ignore_known=True)
        rows = [
            {f"new_{name}": value for name, value in self._row(entry).items()} | {"called": entry.external_id}
            for entry in entries
            if entry.known
        ]
        if rows:
            this = (self.table.c.source == intake.source) & (self.table.c.external_id == bindparam("called"))
            values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in self._row(entries[0])}
            await tx.execute(update(self.table).where(this).values(values), rows)

    async def listed(self, tx: Transaction, actor: Actor, intake: Intake, *, after: str, limit: int) -> Sequence[str]:
        link = self.table.c
        mine = (link.source == intake.source) & link.gone_at.is_(None) & within(actor, self._owner.c.area_id)
        page = select(link.external_id).select_from(self._joined).where(mine, link.external_id > after)
        return await tx.values(page.order_by(link.external_id).limit(limit))

    async def retire(self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]) -> None:
        actor.require(Role.ADMIN)
        link = self.table.c
        key = link[self.names[0]]
        owned = key.in_(select(self._owner.c.id).where(within(actor, self._owner.c.area_id)))
        chosen = (link.source == intake.source) & among(tx, link.external_id, external_ids) & owned
        await tx.execute(update(self.table).where(chosen).values(gone_at=intake.at))

    def _row(self, entry: Entry) -> dict[str, object]:
        return {name: entry.values[name] for name in self.names if name in entry.values} | {"gone_at": None}
