"""The register of places that posts are at: when a site or an organisation moves, its posts move along."""

from collections.abc import Sequence

from sqlalchemy import Column, Table, select, update

from audiences.stores.intake.registers.base import Entry, Intake
from audiences.stores.intake.registers.plain import PlainRegister
from audiences.stores.tables import posts
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction


class PlaceRegister(PlainRegister):
    """Sites or organisations; `at` is the column of `posts` that points here."""

    def __init__(self, table: Table, at: Column[int], *names: str) -> None:
        super().__init__(table, *names)
        self._at = at

    async def write(self, tx: Transaction, actor: Actor, intake: Intake, entries: Sequence[Entry]) -> None:
        await super().write(tx, actor, intake, entries)
        moved = [entry.known.id for entry in entries if entry.known and entry.says_otherwise("area_id")]
        here = select(self.table.c.area_id).where(self.table.c.id == self._at).scalar_subquery()
        if moved:
            await tx.execute(update(posts).where(among(tx, self._at, moved)).values(area_id=here))
