"""Who keeps a shelter's door: who has a post there, the members of the organisation that runs it, offices above."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true

from audiences.areas import Level
from audiences.sites import SiteKind
from audiences.stores.scope import below, lasting, within
from audiences.stores.tables import area_closure, areas, organisation_members, posts, sites, terms
from bot.stores.evacuation.tables import groups, households, orders
from ground.actor import Actor
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Kept:
    """A shelter that somebody keeps, and an open order whose people may come there."""

    site: int
    name: str
    area: int
    order: int
    drill: bool


async def kept_by(
    tx: Transaction,
    actor: Actor,
    person: int,
    area_ids: Sequence[int],
    now: int,
    *,
    site: int | None = None,
    limit: int = 100,
) -> Sequence[Kept]:
    """Return what a person keeps: by a post or an organisation there, or because it lies in one of these areas."""
    actor.require_hub()
    only = true() if site is None else sites.c.id == site
    mine = or_(
        sites.c.id.in_(_by_post(person, now)),
        sites.c.id.in_(_by_organisation(person)),
        *(below(area, sites.c.area_id) for area in area_ids),
    )
    columns = (sites.c.id, sites.c.name, sites.c.area_id, orders.c.id.label("order_id"), orders.c.drill)
    wanted = select(*columns).select_from(sites.join(orders, _takes_people()))
    wanted = wanted.where(mine, only, sites.c.gone_at.is_(None), orders.c.lifted_at.is_(None))
    rows = await tx.rows(wanted.order_by(sites.c.id, orders.c.id).limit(limit))
    return [Kept(row.id, row.name, row.area_id, row.order_id, row.drill) for row in rows]


async def around(
    tx: Transaction, actor: Actor, order_id: int, area_id: int, *, limit: int = 40
) -> Sequence[tuple[int, str]]:
    """Return (site, name) of the shelters to which people of a group may go: the order's, then the township's."""
    meant = select(households.c.shelter_id).where(households.c.order_id == order_id)
    here = and_(sites.c.kind == SiteKind.SHELTER, exists().where(*_near(sites.c.area_id, area_id)))
    wanted = select(sites.c.id, sites.c.name).where(or_(sites.c.id.in_(meant), here), sites.c.gone_at.is_(None))
    bounded = wanted.where(within(actor, sites.c.area_id), _has_roll(actor, order_id, area_id))
    rows = await tx.rows(bounded.order_by(sites.c.id.in_(meant).desc(), sites.c.id).limit(limit))
    return [(row.id, row.name) for row in rows]


def _by_post(person: int, now: int) -> Select[Any]:
    held = or_(terms.c.holder_id == person, terms.c.deputy_id == person) & lasting(now) & posts.c.gone_at.is_(None)
    return select(posts.c.site_id).join(terms, terms.c.post_id == posts.c.id).where(held, posts.c.site_id.is_not(None))


def _by_organisation(person: int) -> Select[Any]:
    joined = select(posts.c.site_id).join(
        organisation_members, organisation_members.c.organisation_id == posts.c.organisation_id
    )
    member = (organisation_members.c.person_id == person) & organisation_members.c.gone_at.is_(None)
    return joined.where(member, posts.c.gone_at.is_(None), posts.c.site_id.is_not(None))


def _takes_people() -> ColumnElement[bool]:
    """Say whether an order's people may come to a site: they are meant to, or it is a shelter of their township."""
    meant = exists().where(households.c.order_id == orders.c.id, households.c.shelter_id == sites.c.id)
    group = exists().where(groups.c.order_id == orders.c.id, *_near(sites.c.area_id, groups.c.area_id))
    return or_(meant, and_(sites.c.kind == SiteKind.SHELTER, group))


def _near(place: ColumnElement[int], other: ColumnElement[int] | int) -> Sequence[ColumnElement[bool]]:
    """Say that a place lies in the village or the township of another."""
    up, down = area_closure.alias(), area_closure.alias()
    both = areas.alias()
    return (
        up.c.descendant_id == other,
        both.c.id == up.c.ancestor_id,
        both.c.level.in_((Level.VILLAGE, Level.TOWNSHIP)),
        down.c.ancestor_id == both.c.id,
        down.c.descendant_id == place,
    )


def _has_roll(actor: Actor, order_id: int, area_id: int) -> ColumnElement[bool]:
    here = (groups.c.order_id == order_id) & (groups.c.area_id == area_id)
    return exists().where(here, within(actor, groups.c.area_id))
