"""The register of areas. A batch comes parents first, and the closure is written in the same transaction."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update

from audiences.areas import fold
from audiences.stores import areas as area_store
from audiences.stores.intake.registers.base import Entry, Intake, Known
from audiences.stores.intake.registers.origins import update_rows
from audiences.stores.scope import within
from audiences.stores.tables import area_closure, areas
from ground.actor import Actor, Role
from ground.bulk import among, insert_rows
from ground.transaction import Transaction


class AreaRegister:
    """Areas by their code, which is one for all sources; what another source brought is not this one's to change."""

    tables = (areas, area_closure)

    async def known(
        self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]
    ) -> Mapping[str, Known]:
        above = areas.alias("above")
        mine = ((areas.c.source == intake.source) & within(actor, areas.c.id)).label("mine")
        columns = (areas.c.id, areas.c.code, areas.c.name, areas.c.level, areas.c.gone_at)
        joined = areas.outerjoin(above, above.c.id == areas.c.parent_id)
        chosen = select(*columns, mine, above.c.code.label("parent_code")).select_from(joined)
        rows = await tx.rows(chosen.where(among(tx, areas.c.code, external_ids)))
        return {row.code: Known(row.id, bool(row.mine), row._asdict()) for row in rows}

    async def write(self, tx: Transaction, actor: Actor, intake: Intake, entries: Sequence[Entry]) -> None:
        actor.require(Role.ADMIN)
        parents = await _ids(tx, [entry.values["parent_code"] for entry in entries if entry.values["parent_code"]])
        new = [entry for entry in entries if entry.new]
        await insert_rows(tx, areas, [_row(entry) | _place(entry, parents, intake.source) for entry in new])
        made = await _ids(tx, [entry.external_id for entry in new])
        await area_store.close_over(tx, actor, list(made.values()))
        known = [(entry, entry.known) for entry in entries if entry.known]
        await update_rows(tx, actor, areas, [_row(entry) | {"id": each.id} for entry, each in known])
        for entry, each in known:
            if entry.says_otherwise("parent_code"):
                await area_store.move(tx, actor, each.id, parents[entry.values["parent_code"]], at=intake.at)

    async def listed(self, tx: Transaction, actor: Actor, intake: Intake, *, after: str, limit: int) -> Sequence[str]:
        mine = (areas.c.source == intake.source) & areas.c.gone_at.is_(None) & within(actor, areas.c.id)
        return await tx.values(
            select(areas.c.code).where(mine, areas.c.code > after).order_by(areas.c.code).limit(limit)
        )

    async def retire(self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]) -> None:
        actor.require(Role.ADMIN)
        mine = (areas.c.source == intake.source) & among(tx, areas.c.code, external_ids) & within(actor, areas.c.id)
        await tx.execute(update(areas).where(mine).values(gone_at=intake.at))


def _row(entry: Entry) -> dict[str, object]:
    name = entry.values["name"]
    return {"name": name, "folded": fold(name), "level": entry.values["level"], "gone_at": None}


def _place(entry: Entry, parents: Mapping[str, int], source: str) -> dict[str, object]:
    parent = entry.values["parent_code"]
    return {"code": entry.external_id, "parent_id": parents[parent] if parent else None, "source": source}


async def _ids(tx: Transaction, codes: Sequence[str]) -> Mapping[str, int]:
    rows = await tx.rows(select(areas.c.code, areas.c.id).where(among(tx, areas.c.code, codes)))
    return {row.code: row.id for row in rows}
