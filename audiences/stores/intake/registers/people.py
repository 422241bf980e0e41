"""The register of people: their row, their name, their needs, and the phone their source gives them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from audiences.addresses import Opening, channel_of
from audiences.stores.intake.registers.base import Entry, Intake, Known
from audiences.stores.intake.registers.origins import ids_in, replace_rows
from audiences.stores.intake.registers.plain import PlainRegister
from audiences.stores.reach import owners
from audiences.stores.tables import address_owners, addresses, needs, particulars, people
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

PHONE = "#phone"  # follows the person's external id: what the link to that phone is called

_ROWS = PlainRegister(people, "area_id", "household_id", "language", "phone_kind", "whereabouts")


class PeopleRegister:
    """People with what hangs on them. The first phone of a new person is no news; a repaired one is."""

    tables = (people, particulars, addresses, address_owners)

    async def known(
        self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]
    ) -> Mapping[str, Known]:
        rows = await _ROWS.known(tx, actor, intake, external_ids)
        keys = [each.id for each in rows.values()]
        names = await tx.rows(select(particulars).where(among(tx, particulars.c.person_id, keys)))
        named = {row.person_id: row.name for row in names}
        codes: dict[int, list[str]] = defaultdict(list)
        for row in await tx.rows(select(needs).where(among(tx, needs.c.person_id, keys)).order_by(needs.c.code)):
            codes[row.person_id].append(row.code)
        phones = await _phones(tx, intake.source, external_ids)
        return {
            external_id: Known(
                each.id,
                each.mine,
                {
                    **each.values,
                    "name": named.get(each.id),
                    "needs": codes[each.id],
                    "phone": phones.get(each.id),
                },
            )
            for external_id, each in rows.items()
        }

    async def write(self, tx: Transaction, actor: Actor, intake: Intake, entries: Sequence[Entry]) -> None:
        await _ROWS.write(tx, actor, intake, entries)
        ids = await ids_in(tx, actor, people, intake.source, [entry.external_id for entry in entries])
        await _write_names(tx, actor, entries, ids)
        await _write_needs(tx, actor, entries, ids)
        await _write_phones(tx, actor, intake, entries, ids)

    async def listed(self, tx: Transaction, actor: Actor, intake: Intake, *, after: str, limit: int) -> Sequence[str]:
        return await _ROWS.listed(tx, actor, intake, after=after, limit=limit)

    async def retire(self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]) -> None:
        await _ROWS.retire(tx, actor, intake, external_ids)


async def _phones(tx: Transaction, source: str, external_ids: Sequence[str]) -> Mapping[int, str]:
    called = [external_id + PHONE for external_id in external_ids]
    links = address_owners.join(addresses, addresses.c.id == address_owners.c.address_id)
    chosen = (address_owners.c.source == source) & among(tx, address_owners.c.external_id, called) & owners.present()
    rows = await tx.rows(select(address_owners.c.person_id, addresses.c.value).select_from(links).where(chosen))
    return {row.person_id: row.value for row in rows}


async def _write_names(tx: Transaction, actor: Actor, entries: Sequence[Entry], ids: Mapping[str, int]) -> None:
    rows = [
        {"person_id": ids[entry.external_id], "name": entry.values["name"]}
        for entry in entries
        if entry.says_otherwise("name")
    ]
    await replace_rows(tx, actor, particulars.c.person_id, [row["person_id"] for row in rows], rows)


async def _write_needs(tx: Transaction, actor: Actor, entries: Sequence[Entry], ids: Mapping[str, int]) -> None:
    changed = {ids[entry.external_id]: entry.values["needs"] for entry in entries if entry.says_otherwise("needs")}
    rows = [{"person_id": person, "code": code} for person, codes in changed.items() for code in codes]
    await replace_rows(tx, actor, needs.c.person_id, list(changed), rows)


async def _write_phones(
    tx: Transaction, actor: Actor, intake: Intake, entries: Sequence[Entry], ids: Mapping[str, int]
) -> None:
    """Close changed phones and open the new ones; only what befalls people who were known is told."""
    moved = [entry for entry in entries if _has_another_phone(entry)]
    dropped = [entry.external_id + PHONE for entry in moved if entry.known]
    await owners.end_called(tx, actor, intake.desk, intake.source, dropped, "changed", at=intake.at)
    for known, desk in ((True, intake.desk), (False, None)):
        openings = [
            Opening(
                ids[entry.external_id], _channel(entry), entry.values["phone"], intake.source, entry.external_id + PHONE
            )
            for entry in moved
            if entry.values["phone"] and (entry.known is not None) is known
        ]
        await owners.open_for(tx, actor, desk, openings, at=intake.at)


def _has_another_phone(entry: Entry) -> bool:
    if entry.known is None or "phone" not in entry.values:
        return bool(entry.values.get("phone"))
    return entry.says_otherwise("phone") or _channel(entry) != channel_of(entry.known.values["phone_kind"])


def _channel(entry: Entry) -> str:
    before = entry.known.values if entry.known else {}
    return channel_of(entry.values.get("phone_kind") or before.get("phone_kind", ""))
