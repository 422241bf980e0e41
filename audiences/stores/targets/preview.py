"""The preview: what a target would come to now, counted before anybody is told anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, case, distinct, exists, func, select

from audiences.stores.reach.usable import usable
from audiences.stores.tables import address_owners, addresses, area_closure, areas
from audiences.stores.targets.resolving import Resolved, resolve
from audiences.stores.targets.windows import everybody_in_reach
from audiences.targeting.sql.membership import people_of, speakers_of
from audiences.targeting.target import Target
from ground.actor import Actor
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class VillageCount:
    """One village, or the area itself where somebody belongs to none: `unreachable` have no usable address."""

    area_id: int
    code: str
    name: str
    people: int
    unreachable: int
    speakers: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Counts as of one instant.

    `rules` are people by rule, in the officer's order, each person in the first that matches; `addresses` are usable
    ones by channel, each once; `sharing` people reach each other's messages at the `shared` addresses.
    """

    people: int
    rules: tuple[tuple[str, int], ...]
    addresses: Mapping[str, int]
    shared: int
    sharing: int
    unreachable: int
    speakers: int
    villages: tuple[VillageCount, ...]


async def preview(
    tx: Transaction, actor: Actor, target: Target, channels: Sequence[str], now: int, purpose: str = "warnings"
) -> Preview:
    """Count whom the target names at the instant `now` and what reaches them by the channels; five statements or so."""
    resolved = await resolve(tx, actor, target, now)
    chosen = people_of(resolved.target, resolved.standpoint)
    reached = chosen.where(everybody_in_reach(resolved.target, resolved.standpoint)).subquery("reached")
    by_place = await tx.rows(_people_by_place(reached, channels, now, purpose))
    links = _links(reached, channels, now, purpose)
    by_channel = await tx.rows(_addresses_by_channel(links))
    sharing = (await tx.rows(_sharing(links)))[0]
    speakers = await tx.rows(_speakers_by_place(resolved))
    return Preview(
        people=sum(int(row.people) for row in by_place),
        rules=_by_rule(target, by_place),
        addresses=dict.fromkeys(channels, 0) | {row.channel: row.addresses for row in by_channel},
        shared=sharing.addresses,
        sharing=sharing.people,
        unreachable=sum(int(row.unreachable) for row in by_place),
        speakers=sum(int(row.speakers) for row in speakers),
        villages=_villages(by_place, speakers),
    )


def _links(reached: Subquery, channels: Sequence[str], now: int, purpose: str) -> Select[Any]:
    """SELECT person_id, address_id, channel: who of the people reached has which usable address."""
    link = address_owners.c
    joined = reached.join(address_owners, link.person_id == reached.c.person_id).join(
        addresses, addresses.c.id == link.address_id
    )
    chosen = select(reached.c.person_id, link.address_id, addresses.c.channel).select_from(joined)
    return chosen.where(usable(channels, now, purpose))


def _addresses_by_channel(links: Select[Any]) -> Select[Any]:
    each = links.subquery("each")
    return select(each.c.channel, func.count(distinct(each.c.address_id)).label("addresses")).group_by(each.c.channel)


def _sharing(links: Select[Any]) -> Select[int, int]:
    """SELECT addresses, people: the addresses that several of the people reached have, and those people."""
    other = address_owners.alias("other")  # most addresses are one person's, by whatever count: those cost one look
    elsewhere = (other.c.address_id == address_owners.c.address_id) & (other.c.person_id != address_owners.c.person_id)
    crowded = links.where(exists(select(1).where(elsewhere).correlate(address_owners)))
    owners = func.count().over(partition_by=address_owners.c.address_id).label("owners")
    each = crowded.add_columns(owners).subquery("each")
    return select(
        func.count(distinct(each.c.address_id)).label("addresses"),
        func.count(distinct(each.c.person_id)).label("people"),
    ).where(each.c.owners > 1)


def _people_by_place(reached: Subquery, channels: Sequence[str], now: int, purpose: str) -> Select[Any]:
    """SELECT village_id, code, name, rule, people, unreachable."""
    joined = address_owners.join(addresses, addresses.c.id == address_owners.c.address_id)
    theirs = address_owners.c.person_id == reached.c.person_id
    reachable = exists(select(1).select_from(joined).where(theirs, usable(channels, now, purpose)).correlate(reached))
    columns = (reached.c.area_id, reached.c.rule)
    counts = select(
        *columns, func.count().label("people"), func.sum(case((reachable, 0), else_=1)).label("unreachable")
    )
    by_area = counts.group_by(*columns).subquery("by_area")
    total = (func.sum(by_area.c.people).label("people"), func.sum(by_area.c.unreachable).label("unreachable"))
    return _by_village(by_area, (by_area.c.rule,), total)


def _speakers_by_place(resolved: Resolved) -> Select[Any]:
    """SELECT village_id, code, name, speakers."""
    chosen = speakers_of(resolved.target, resolved.standpoint).subquery("chosen")
    counts = select(chosen.c.area_id, func.count().label("speakers")).group_by(chosen.c.area_id)
    by_area = counts.subquery("by_area")
    return _by_village(by_area, (), (func.sum(by_area.c.speakers).label("speakers"),))


def _by_village(
    by_area: Subquery, keys: tuple[ColumnElement[Any], ...], totals: tuple[ColumnElement[Any], ...]
) -> Select[Any]:
    """Sum counts by area up to the village: the nearest ancestor-or-self of that level, else the area itself."""
    above = areas.alias("above")
    is_above = (area_closure.c.ancestor_id == above.c.id) & (area_closure.c.descendant_id == by_area.c.area_id)
    village = select(above.c.id).where(is_above, above.c.level == "village").order_by(area_closure.c.depth).limit(1)
    nearest = func.coalesce(village.correlate(by_area).scalar_subquery(), by_area.c.area_id)
    place = (areas.c.id.label("area_id"), areas.c.code, areas.c.name, *keys)
    joined = by_area.join(areas, areas.c.id == nearest)
    return select(*place, *totals).select_from(joined).group_by(*(areas.c.id, areas.c.code, areas.c.name, *keys))


def _by_rule(target: Target, by_place: Sequence[Row[Any]]) -> tuple[tuple[str, int], ...]:
    counts = [0] * len(target.rules)
    for row in by_place:
        counts[row.rule] += int(row.people)
    return tuple((rule.name, count) for rule, count in zip(target.rules, counts, strict=True))


def _villages(by_place: Sequence[Row[Any]], speakers: Sequence[Row[Any]]) -> tuple[VillageCount, ...]:
    found = {(row.code, row.area_id, row.name): [0, 0, 0] for row in (*by_place, *speakers)}
    for row in by_place:
        found[row.code, row.area_id, row.name][0] += int(row.people)
        found[row.code, row.area_id, row.name][1] += int(row.unreachable)
    for row in speakers:
        found[row.code, row.area_id, row.name][2] += int(row.speakers)
    return tuple(VillageCount(area_id, code, name, *counts) for (code, area_id, name), counts in sorted(found.items()))
