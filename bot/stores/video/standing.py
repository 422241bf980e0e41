"""How sites stand: green, yellow or red by the last check that ended; a site nobody checked has no light."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select, update

from audiences.stores.scope import below, within
from audiences.stores.tables import sites
from bot.cases.video_check import Light
from bot.stores.video.checks import Check
from bot.stores.video.tables import video_sites
from ground.actor import Actor
from ground.bulk import among, insert_rows
from ground.transaction import Transaction

states = video_sites.c


@dataclass(frozen=True, slots=True)
class SiteLight:
    """One site with its light."""

    site: int
    kind: str
    name: str
    area: int
    light: Light
    changed_at: int | None
    asked_at: int | None
    seen_at: int | None


async def asked(tx: Transaction, actor: Actor, checks: Sequence[Check], at: int) -> None:
    """Note that sites were asked for; drills change nothing."""
    actor.require_hub()
    meant = {each.site: each for each in checks if each.site is not None and not each.drill}
    if not meant:
        return
    blank = [_row(each, Light.NONE, at) for each in meant.values()]
    await insert_rows(tx, video_sites, blank, ignore_known=True)
    await tx.execute(update(video_sites).where(among(tx, states.site_id, list(meant))).values(asked_at=at))


async def turn(tx: Transaction, actor: Actor, check: Check, light: Light, at: int, *, seen: bool) -> bool:
    """Turn the light of a check's site, unless a later check turned it before; return whether it did."""
    actor.require_hub()
    if check.site is None or check.drill:
        return False
    await insert_rows(tx, video_sites, [_row(check, Light.NONE, at)], ignore_known=True)
    mine = (states.site_id == check.site) & (states.check_id <= check.key)
    changed: dict[str, Any] = {"light": light.value, "check_id": check.key, "changed_at": at}
    if seen:
        changed["seen_at"] = at
    return (await tx.execute(update(video_sites).where(mine).values(changed))).rowcount == 1


async def lights(
    tx: Transaction,
    actor: Actor,
    area: int,
    *,
    kind: str | None = None,
    light: Light | None = None,
    after: int = 0,
    limit: int = 100,
) -> Sequence[SiteLight]:
    """Return the sites of an area and below with their lights, a page at a time in the order of their ids."""
    shown = func.coalesce(states.light, Light.NONE.value)
    columns = (sites, shown.label("shown"), states.changed_at, states.asked_at, states.seen_at)
    joined = sites.outerjoin(video_sites, states.site_id == sites.c.id)
    chosen = below(area, sites.c.area_id) & within(actor, sites.c.area_id) & sites.c.gone_at.is_(None)
    wanted = select(*columns).select_from(joined).where(chosen, sites.c.id > after)
    if kind is not None:
        wanted = wanted.where(sites.c.kind == kind)
    if light is not None:
        wanted = wanted.where(shown == light.value)
    return [_light(row) for row in await tx.rows(wanted.order_by(sites.c.id).limit(limit))]


async def counted(tx: Transaction, actor: Actor, area: int, *, kind: str | None = None) -> Mapping[Light, int]:
    """Return how many sites of an area and below show which light."""
    shown = func.coalesce(states.light, Light.NONE.value).label("shown")
    joined = sites.outerjoin(video_sites, states.site_id == sites.c.id)
    chosen = below(area, sites.c.area_id) & within(actor, sites.c.area_id) & sites.c.gone_at.is_(None)
    wanted = select(shown, func.count().label("many")).select_from(joined).where(chosen).group_by(shown)
    if kind is not None:
        wanted = wanted.where(sites.c.kind == kind)
    return {Light(row.shown): row.many for row in await tx.rows(wanted)}


def _row(check: Check, light: Light, at: int) -> dict[str, Any]:
    return {
        "site_id": check.site,
        "area_id": check.area,
        "light": light.value,
        "check_id": 0,
        "changed_at": at,
    }


def _light(row: Row[Any]) -> SiteLight:
    return SiteLight(
        row.id, row.kind, row.name, row.area_id, Light(row.shown), row.changed_at, row.asked_at, row.seen_at
    )
