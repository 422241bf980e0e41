"""Who leads at a place and one level above right now: leaders on duty and duty officers, by shift or by post."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, select

from audiences.duties import Duty
from audiences.rosters.shift import ShiftRole
from audiences.stores.rosters.shifts import lasting_at
from audiences.stores.scope import lasting
from audiences.stores.tables import area_closure, organisations, posts, shifts, terms
from ground.actor import Actor
from ground.transaction import Transaction

LEADING: Final = (Duty.LEADER_ON_DUTY, Duty.DUTY_OFFICER)
ONE_ABOVE: Final = 1


async def leading_here_and_above(tx: Transaction, actor: Actor, area_id: int, at: int) -> Sequence[int]:
    """Return the people who lead in an area and in the one above it; if nobody does, those of the nearest above."""
    actor.require_hub()
    rows = await tx.rows(_on_shift(area_id, at).union(_holding(area_id, at)))
    nearest = min((row.depth for row in rows), default=0)
    return sorted({row.person for row in rows if row.depth <= max(nearest, ONE_ABOVE)})


def _on_shift(area_id: int, at: int) -> Select[Any]:
    up = area_closure.join(organisations, organisations.c.area_id == area_closure.c.ancestor_id)
    up = up.join(shifts, shifts.c.organisation_id == organisations.c.id)
    wanted = select(shifts.c.person_id.label("person"), area_closure.c.depth).select_from(up)
    here = (area_closure.c.descendant_id == area_id) & organisations.c.gone_at.is_(None)
    return wanted.where(here, lasting_at(at), shifts.c.role.in_(list(ShiftRole)))


def _holding(area_id: int, at: int) -> Select[Any]:
    """Holders of the duties of the place itself: a post at a site answers for the site."""
    up = area_closure.join(posts, posts.c.area_id == area_closure.c.ancestor_id)
    up = up.join(terms, terms.c.post_id == posts.c.id)
    wanted = select(terms.c.holder_id.label("person"), area_closure.c.depth).select_from(up)
    here = (area_closure.c.descendant_id == area_id) & posts.c.gone_at.is_(None) & posts.c.site_id.is_(None)
    return wanted.where(here, posts.c.duty.in_(LEADING), lasting(at))
