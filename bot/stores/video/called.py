"""Checks that people are called about (叫应): which of them were seen meanwhile, and who else may go there."""

from collections.abc import Sequence

from sqlalchemy import select, update

from audiences.stores.scope import lasting
from audiences.stores.tables import posts, terms
from bot.cases.video_check import WAITING
from bot.stores.video.checks import Check
from bot.stores.video.holders import WATCHING
from bot.stores.video.tables import video_checks
from broadcast.stores.tables import call_chains
from ground.actor import Actor
from ground.transaction import Transaction


async def seen(tx: Transaction, actor: Actor, limit: int) -> Sequence[str]:
    """Return checks that are still called about, although something was shown or said."""
    actor.require_hub()
    joined = call_chains.join(video_checks, video_checks.c.public_id == call_chains.c.chain)
    going_on = (call_chains.c.stage == "open") & video_checks.c.state.not_in(WAITING)
    return list(await tx.values(select(call_chains.c.chain).select_from(joined).where(going_on).limit(limit)))


async def others_of(tx: Transaction, actor: Actor, check: Check, now: int) -> Sequence[int]:
    """Return who else watches the site of a check, holders before deputies."""
    actor.require_hub()
    if check.site is None:
        return []
    held = (posts.c.site_id == check.site) & posts.c.duty.in_(WATCHING) & posts.c.gone_at.is_(None) & lasting(now)
    wanted = select(terms.c.holder_id, terms.c.deputy_id).join(posts, posts.c.id == terms.c.post_id).where(held)
    rows = await tx.rows(wanted.order_by(posts.c.rank, posts.c.id))
    line = [*(row.holder_id for row in rows), *(row.deputy_id for row in rows)]
    return [each for each in dict.fromkeys(line) if each is not None and each != check.person]


async def hand_over(tx: Transaction, actor: Actor, check: Check, person: int, due_at: int) -> None:
    """Let somebody see to a check, until a new deadline; past that, it is overdue once more."""
    actor.require_hub()
    handed = {"person_id": person, "due_at": due_at, "overdue_at": None}
    await tx.execute(update(video_checks).where(video_checks.c.id == check.key).values(handed))
