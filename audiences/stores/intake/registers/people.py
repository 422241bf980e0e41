"""The register of people: their row, their name, their needs, and the phone and the chat their source gives them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from audiences.addresses import TELEGRAM, Opening, channel_of
from audiences.stores.intake.registers.base import Entry, Intake, Known
from audiences.stores.intake.registers.origins import ids_in, replace_rows
from audiences.stores.intake.registers.plain import PlainRegister
from audiences.stores.reach import owners
from audiences.stores.tables import address_owners, addresses, needs, particulars, people
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

PHONE, CHAT = "#phone", "#telegram"  # follow the person's external id: what the links to phone and chat are called

Moved = tuple[Entry, tuple[str, str] | None]  # and the channel and value that take the place of what was
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
        phones = await _owned(tx, intake.source, external_ids, PHONE)
        chats = await _owned(tx, intake.source, external_ids, CHAT)
        return {
            external_id: Known(
                each.id,
                each.mine,
                {
                    **each.values,
                    "name": named.get(each.id),
                    "needs": codes[each.id],
                    "phone": phones.get(each.id),
                    "telegram": chats.get(each.id),
                },
            )
            for external_id, each in rows.items()
        }

    async def write(self, tx: Transaction, actor: Actor, intake: Intake, entries: Sequence[Entry]) -> None:
        await _ROWS.write(tx, actor, intake, entries)
        ids = await ids_in(tx, actor, people, intake.source, [entry.external_id for entry in entries])
        await _write_names(tx, actor, entries, ids)
        await _write_needs(tx, actor, entries, ids)
        await _repair(tx, actor, intake, PHONE, _phones(entries), ids)
        await _repair(tx, actor, intake, CHAT, _chats(entries), ids)

    async def listed(self, tx: Transaction, actor: Actor, intake: Intake, *, after: str, limit: int) -> Sequence[str]:
        return await _ROWS.listed(tx, actor, intake, after=after, limit=limit)

    async def retire(self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]) -> None:
        await _ROWS.retire(tx, actor, intake, external_ids)


async def _owned(tx: Transaction, source: str, external_ids: Sequence[str], link: str) -> Mapping[int, str]:
    called = [external_id + link for external_id in external_ids]
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


async def _repair(
    tx: Transaction, actor: Actor, intake: Intake, link: str, moved: Sequence[Moved], ids: Mapping[str, int]
) -> None:
    """Close what is changed and open what is new; only what befalls people who were known is told."""
    dropped = [entry.external_id + link for entry, _ in moved if entry.known]
    await owners.end_called(tx, actor, intake.desk, intake.source, dropped, "changed", at=intake.at)
    for known, desk in ((True, intake.desk), (False, None)):
        openings = [
            Opening(ids[entry.external_id], *place, intake.source, entry.external_id + link)
            for entry, place in moved
            if place and (entry.known is not None) is known
        ]
        await owners.open_for(tx, actor, desk, openings, at=intake.at)


def _phones(entries: Sequence[Entry]) -> Sequence[Moved]:
    """Return who has another phone now, or reads no texts on it any more, or does again."""
    moved: list[Moved] = []
    for entry in entries:
        before = entry.known.values if entry.known else {}
        number = entry.values["phone"] if "phone" in entry.values else before.get("phone")
        channel = channel_of(entry.values.get("phone_kind") or before.get("phone_kind", ""))
        if entry.known is None or (number, channel) != (before["phone"], channel_of(before["phone_kind"])):
            moved.append((entry, (channel, number) if number else None))
    return moved


def _chats(entries: Sequence[Entry]) -> Sequence[Moved]:
    moved = [(entry, entry.values["telegram"]) for entry in entries if entry.says_otherwise("telegram")]
    return [(entry, (TELEGRAM, chat) if chat else None) for entry, chat in moved]
