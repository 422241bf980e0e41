"""The register of phones and other addresses: who owns which, by what the source calls the link."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, bindparam, not_, or_, select, update

from audiences.addresses import Opening
from audiences.stores.intake.registers.base import Entry, Intake, Known
from audiences.stores.intake.registers.people import CHAT, PHONE
from audiences.stores.reach import owners
from audiences.stores.scope import within
from audiences.stores.tables import address_owners, addresses, people
from ground.actor import Actor, Role
from ground.bulk import among
from ground.transaction import Transaction

_LINKS = address_owners.join(addresses, addresses.c.id == address_owners.c.address_id).join(
    people, people.c.id == address_owners.c.person_id
)
_WITH_PEOPLE = [address_owners.c.external_id.like(f"%{link}") for link in (PHONE, CHAT)]
_OWN_FILE = not_(or_(*_WITH_PEOPLE))


class AddressRegister:
    """Links between people and addresses. A changed value closes the old address and opens the new one."""

    tables = (addresses, address_owners)

    async def known(
        self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]
    ) -> Mapping[str, Known]:
        link, place = address_owners.c, addresses.c
        columns = (link.external_id, link.address_id, link.person_id, link.rank, place.channel, place.value)
        mine = within(actor, people.c.area_id).label("mine")
        chosen = _called(tx, intake.source, external_ids)
        rows = await tx.rows(select(*columns, mine).select_from(_LINKS).where(chosen))
        return {
            row.external_id: Known(
                row.address_id,
                bool(row.mine),
                {"person_id": row.person_id, "channel": row.channel, "value": row.value, "rank": row.rank},
            )
            for row in rows
        }

    async def write(self, tx: Transaction, actor: Actor, intake: Intake, entries: Sequence[Entry]) -> None:
        moved = [entry for entry in entries if any(map(entry.says_otherwise, ("person_id", "channel", "value")))]
        ended = [entry.external_id for entry in moved if entry.known]
        await owners.end_called(tx, actor, intake.desk, intake.source, ended, "changed", at=intake.at)
        await owners.open_for(tx, actor, intake.desk, [_opening(entry, intake.source) for entry in moved], at=intake.at)
        await _rank(tx, intake.source, [entry for entry in entries if entry.known and entry not in moved])

    async def listed(self, tx: Transaction, actor: Actor, intake: Intake, *, after: str, limit: int) -> Sequence[str]:
        link = address_owners.c
        mine = (link.source == intake.source) & owners.present() & _OWN_FILE & within(actor, people.c.area_id)
        page = select(link.external_id).select_from(_LINKS).where(mine, link.external_id > after)
        return await tx.values(page.order_by(link.external_id).limit(limit))

    async def retire(self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]) -> None:
        actor.require(Role.ADMIN)
        await owners.end_called(tx, actor, intake.desk, intake.source, external_ids, "gone", at=intake.at)


def _called(tx: Transaction, source: str, external_ids: Sequence[str]) -> ColumnElement[bool]:
    link = address_owners.c
    return (link.source == source) & among(tx, link.external_id, external_ids) & owners.present()


def _opening(entry: Entry, source: str) -> Opening:
    values = entry.values
    return Opening(
        values["person_id"], values["channel"], values["value"], source, entry.external_id, values.get("rank", 0)
    )


async def _rank(tx: Transaction, source: str, entries: Sequence[Entry]) -> None:
    rows = [{"called": entry.external_id, "place": entry.values["rank"]} for entry in entries if "rank" in entry.values]
    if rows:
        link = address_owners.c
        this = (link.source == source) & (link.external_id == bindparam("called")) & owners.present()
        await tx.execute(update(address_owners).where(this).values(rank=bindparam("place")), rows)
