"""Who of those to be called can be reached, on which channels, and which rule of the target found them."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import and_, exists, literal, select

from audiences.stores.reach.usable import usable
from audiences.stores.tables import address_owners, addresses, audience_members, people
from ground.actor import Actor
from ground.bulk import among, insert_chosen
from ground.transaction import Transaction

DIALLED = "voice"
MOBILE = "sms"
BY_NUMBER = (DIALLED, MOBILE)
BESIDE = "beside sms"  # the source of such a link


async def channels_of(
    tx: Transaction, actor: Actor, people_ids: Sequence[int], channels: Collection[str], now: int
) -> Mapping[int, frozenset[str]]:
    """Return on which of the channels each of these people has an address that works."""
    actor.require_hub()
    links = address_owners.join(addresses, addresses.c.id == address_owners.c.address_id)
    theirs = and_(among(tx, address_owners.c.person_id, people_ids), usable(list(channels), now, "replies"))
    found: dict[int, set[str]] = {}
    wanted = select(address_owners.c.person_id, addresses.c.channel).select_from(links).where(theirs).distinct()
    for row in await tx.rows(wanted):
        found.setdefault(row.person_id, set()).add(row.channel)
    return {person: frozenset(channels) for person, channels in found.items()}


async def rules_of(tx: Transaction, actor: Actor, audience: int | None, people_ids: Sequence[int]) -> Mapping[int, int]:
    """Return by which rule of the target these people are told what to do, of those whom it found."""
    actor.require_hub()
    if audience is None or not people_ids:
        return {}
    member = audience_members.c
    mine = and_(member.audience_id == audience, among(tx, member.person_id, people_ids))
    return {row.person_id: row.rule for row in await tx.rows(select(member.person_id, member.rule).where(mine))}


async def make_dialable(tx: Transaction, actor: Actor, people_ids: Sequence[int]) -> None:
    """Give whoever has a mobile an address to be called at, under the same number: one that was closed stays so."""
    actor.require_hub()
    if not people_ids:
        return
    owned = address_owners.join(addresses, addresses.c.id == address_owners.c.address_id)
    mobile = and_(
        among(tx, address_owners.c.person_id, people_ids),
        address_owners.c.until_at.is_(None),
        addresses.c.channel == MOBILE,
        addresses.c.closed_at.is_(None),
        addresses.c.value.is_not(None),
    )
    there = addresses.alias("there")
    same = and_(there.c.channel == DIALLED, there.c.value == addresses.c.value)
    numbers = select(literal(DIALLED), addresses.c.value).select_from(owned).where(mobile, ~exists().where(same))
    await insert_chosen(tx, addresses, ["channel", "value"], numbers.distinct(), {})
    linked = address_owners.alias("linked")
    known = exists().where(linked.c.address_id == there.c.id, linked.c.person_id == address_owners.c.person_id)
    links = (
        select(there.c.id, address_owners.c.person_id, address_owners.c.rank, literal(BESIDE), address_owners.c.from_at)
        .select_from(owned.join(there, same))
        .where(mobile, ~known)
        .distinct()
    )
    await insert_chosen(tx, address_owners, ["address_id", "person_id", "rank", "source", "from_at"], links, {})


async def homes(tx: Transaction, actor: Actor, people_ids: Sequence[int]) -> Mapping[int, int]:
    """Return in which area each of these people lives."""
    actor.require_hub()
    wanted = select(people.c.id, people.c.area_id).where(among(tx, people.c.id, people_ids))
    return {row.id: row.area_id for row in await tx.rows(wanted)}


async def of_the_same_number(tx: Transaction, actor: Actor, address_id: int) -> Sequence[int]:
    """Return an address and, if it is a telephone number, the other one under which that number is texted or called."""
    actor.require_hub()
    this, other = addresses.alias("this"), addresses.alias("other")
    same = and_(this.c.value == other.c.value, this.c.channel.in_(BY_NUMBER), other.c.channel.in_(BY_NUMBER))
    twins = select(other.c.id).select_from(this.join(other, same)).where(this.c.id == address_id)
    return sorted({address_id, *await tx.values(twins)})
