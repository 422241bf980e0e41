"""Whom a chain of warnings concerns by duty: posts where the warning is, and above them up to where it was given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, and_, func, select

from audiences.duties import Duty
from audiences.stores.rosters.rooms import rooms_of
from audiences.stores.scope import below, lasting, within
from audiences.stores.tables import area_closure, areas, audience_members, audiences, posts, terms
from broadcast.stores.ladders.chains import Chain
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

LEADING: Final = (Duty.LEADER_ON_DUTY.value, Duty.ADMINISTRATIVE.value)
"""Duties whose holders are turned to when nobody below answers, in this order."""


@dataclass(frozen=True, slots=True)
class Held:
    """A post that somebody holds now, or a shift (without a post) in a duty room with its landline, an address."""

    post: int | None
    duty: str
    area: int
    site: int | None
    organisation: int | None
    holder: int
    deputy: int | None
    room: int | None = None


async def is_frozen(tx: Transaction, actor: Actor, audience: int | None) -> bool:
    """Say whether it is known by now whom the warning concerns."""
    actor.require_hub()
    if audience is None:
        return True
    return bool(await tx.value(select(audiences.c.frozen_at.is_not(None)).where(audiences.c.id == audience)))


async def concerned(tx: Transaction, actor: Actor, chain: Chain, now: int, limit: int) -> Sequence[Held]:
    """Return the next posts with one of the policy's duties, in the order of their ids."""
    actor.require_hub()
    chosen = [
        posts.c.id > chain.through,
        posts.c.duty.in_(chain.policy.duties),
        posts.c.gone_at.is_(None),
        below(chain.area, posts.c.area_id),
        lasting(now),
    ]
    if chain.audience is not None:
        chosen.append(posts.c.area_id.in_(_meant(chain.audience)))
    wanted = (
        select(posts, terms.c.holder_id, terms.c.deputy_id)
        .join(terms, terms.c.post_id == posts.c.id)
        .where(*chosen)
        .order_by(posts.c.id)
        .limit(limit)
    )
    return [
        Held(row.id, row.duty, row.area_id, row.site_id, row.organisation_id, row.holder_id, row.deputy_id)
        for row in await tx.rows(wanted)
    ]


async def on_shift(tx: Transaction, actor: Actor, chain: Chain, now: int) -> Sequence[Held]:
    """Return who is on shift in the duty rooms where the warning is: they answer for their townships, nobody else."""
    actor.require_hub()
    rooms = await rooms_of(tx, actor, [chain.area], now)
    there = {room.area for room in rooms.values()}
    if chain.audience is not None:
        asked = select(areas.c.id).where(among(tx, areas.c.id, sorted(there)), areas.c.id.in_(_meant(chain.audience)))
        there = set(await tx.values(asked))
    return [
        Held(None, each.role.value, room.area, None, room.organisation, each.person, each.backup, room.phone_address)
        for room in rooms.values()
        for each in room.on_shift
        if room.area in there and each.role.value in chain.policy.duties
    ]


async def superiors(tx: Transaction, actor: Actor, areas: Sequence[int], now: int) -> Mapping[int, Sequence[int]]:
    """Return for each area who leads there and above, the nearest first: a ladder may climb above its own subtree."""
    actor.require_hub()
    above = posts.join(area_closure, area_closure.c.ancestor_id == posts.c.area_id)
    above = above.join(terms, terms.c.post_id == posts.c.id)
    leads = and_(posts.c.duty.in_(LEADING), posts.c.gone_at.is_(None), lasting(now))
    wanted = (
        select(area_closure.c.descendant_id, terms.c.holder_id)
        .select_from(above)
        .where(leads, among(tx, area_closure.c.descendant_id, sorted(set(areas))))
        .order_by(area_closure.c.depth, posts.c.duty.desc(), posts.c.rank, posts.c.id)
    )
    found: dict[int, list[int]] = {}
    for row in await tx.rows(wanted):
        found.setdefault(row.descendant_id, []).append(row.holder_id)
    return found


async def count(tx: Transaction, actor: Actor, area: int, audience: int | None, duties: Sequence[str], now: int) -> int:
    """Return how many people the policy would wake: for a dry run."""
    here = [posts.c.duty.in_(duties), posts.c.gone_at.is_(None), below(area, posts.c.area_id), lasting(now)]
    here.append(within(actor, posts.c.area_id))
    if audience is not None:
        here.append(posts.c.area_id.in_(_meant(audience)))
    held = select(func.count(func.distinct(terms.c.holder_id))).join(posts, posts.c.id == terms.c.post_id)
    return int(await tx.value(held.where(*here)))


def _meant(audience: int) -> Select[tuple[int]]:
    members = select(audience_members.c.area_id).where(audience_members.c.audience_id == audience).distinct()
    return select(area_closure.c.ancestor_id).where(area_closure.c.descendant_id.in_(members))
