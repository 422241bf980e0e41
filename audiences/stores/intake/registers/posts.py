"""The register of posts: where a duty is, and who holds it now; another holder in the file is a handover."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Table, select

from audiences.stores import duties
from audiences.stores.duties import Handover
from audiences.stores.intake.registers.base import Entry, Intake, Known, Values
from audiences.stores.intake.registers.origins import ids_in
from audiences.stores.intake.registers.plain import PlainRegister
from audiences.stores.scope import lasting
from audiences.stores.tables import organisations, posts, sites, terms
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

_ROWS = PlainRegister(posts, "duty", "area_id", "site_id", "organisation_id", "rank")
_TERM = ("holder_id", "deputy_id", "until")


class PostRegister:
    """Posts with the term that lasts. A post at a site or in an organisation lies where that lies."""

    tables = (posts, terms)

    async def known(
        self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]
    ) -> Mapping[str, Known]:
        rows = await _ROWS.known(tx, actor, intake, external_ids)
        present = among(tx, terms.c.post_id, [each.id for each in rows.values()]) & lasting(intake.at)
        held = {row.post_id: row for row in await tx.rows(select(terms).where(present))}
        return {
            external_id: Known(each.id, each.mine, {**each.values, **_term(held.get(each.id))})
            for external_id, each in rows.items()
        }

    async def write(self, tx: Transaction, actor: Actor, intake: Intake, entries: Sequence[Entry]) -> None:
        await _ROWS.write(tx, actor, intake, await _placed(tx, entries))
        ids = await ids_in(tx, actor, posts, intake.source, [entry.external_id for entry in entries])
        others = [entry for entry in entries if any(map(entry.says_otherwise, _TERM))]
        taken = [
            _handover(ids[entry.external_id], entry.values, intake.at) for entry in others if entry.values["holder_id"]
        ]
        await duties.hand_over_many(tx, actor, intake.desk, taken, at=intake.at)
        left = [ids[entry.external_id] for entry in others if entry.known and not entry.values["holder_id"]]
        await duties.vacate(tx, actor, left, at=intake.at)

    async def listed(self, tx: Transaction, actor: Actor, intake: Intake, *, after: str, limit: int) -> Sequence[str]:
        return await _ROWS.listed(tx, actor, intake, after=after, limit=limit)

    async def retire(self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]) -> None:
        ids = await ids_in(tx, actor, posts, intake.source, external_ids)
        await duties.vacate(tx, actor, list(ids.values()), at=intake.at)
        await _ROWS.retire(tx, actor, intake, external_ids)


def _term(row: Row[Any] | None) -> Values:
    if row is None:
        return dict.fromkeys(_TERM)
    return {"holder_id": row.holder_id, "deputy_id": row.deputy_id, "until": row.until_at}


def _handover(post: int, values: Values, at: int) -> Handover:
    return Handover(post, values["holder_id"], values.get("deputy_id"), at, values.get("until"))


async def _placed(tx: Transaction, entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return the entries with the area of their site or organisation, which the file does not say again."""
    by_site = await _areas_by_id(tx, sites, [entry.values.get("site_id") for entry in entries])
    by_office = await _areas_by_id(tx, organisations, [entry.values.get("organisation_id") for entry in entries])
    return [
        replace(entry, values={**entry.values, "area_id": _area(entry.values, by_site, by_office)}) for entry in entries
    ]


def _area(values: Values, by_site: Mapping[int, int], by_office: Mapping[int, int]) -> int:
    if (site := values.get("site_id")) is not None:
        return by_site[site]
    if (office := values.get("organisation_id")) is not None:
        return by_office[office]
    return int(values["area_id"])


async def _areas_by_id(tx: Transaction, table: Table, ids: Sequence[int | None]) -> Mapping[int, int]:
    wanted = sorted({each for each in ids if each is not None})
    rows = await tx.rows(select(table.c.id, table.c.area_id).where(among(tx, table.c.id, wanted)))
    return {row.id: row.area_id for row in rows}
