"""The register of who answers for a household: persons A and B, written onto households that are known already."""

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select, update

from audiences.stores.intake.registers.base import Entry, Intake, Known
from audiences.stores.intake.registers.origins import update_rows
from audiences.stores.intake.registers.plain import PlainRegister
from audiences.stores.scope import within
from audiences.stores.tables import households
from ground.actor import Actor, Role
from ground.bulk import among
from ground.transaction import Transaction

_NAMES = ("responsible_a_id", "responsible_b_id")
_HOUSEHOLDS = PlainRegister(households, *_NAMES)


class ResponsibleRegister:
    """Two columns of households; it makes no household and marks none as gone."""

    tables = (households,)

    async def known(
        self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]
    ) -> Mapping[str, Known]:
        kept = await _HOUSEHOLDS.known(tx, actor, intake, external_ids)
        return {external_id: each for external_id, each in kept.items() if each.values["gone_at"] is None}

    async def write(
        self,
        tx: Transaction,
        actor: Actor,
        intake: Intake,  # noqa: ARG002 - the contract hands it in
        entries: Sequence[Entry],
    ) -> None:
        actor.require(Role.ADMIN)
        rows = [
            {"id": entry.known.id} | {name: entry.values[name] for name in _NAMES if name in entry.values}
            for entry in entries
            if entry.known
        ]
        await update_rows(tx, actor, households, rows)

    async def listed(self, tx: Transaction, actor: Actor, intake: Intake, *, after: str, limit: int) -> Sequence[str]:
        answered = or_(*(households.c[name].is_not(None) for name in _NAMES)) & households.c.gone_at.is_(None)
        mine = (households.c.source == intake.source) & within(actor, households.c.area_id)
        external_id = households.c.external_id
        page = select(external_id).where(answered, mine, external_id > after).order_by(external_id).limit(limit)
        return await tx.values(page)

    async def retire(self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]) -> None:
        actor.require(Role.ADMIN)
        mine = (households.c.source == intake.source) & within(actor, households.c.area_id)
        chosen = mine & among(tx, households.c.external_id, external_ids)
        await tx.execute(update(households).where(chosen).values(dict.fromkeys(_NAMES)))
