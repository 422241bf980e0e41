"""Spot checks as they are planned and drawn: a policy of an area, and one row for each day on which it drew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, func, insert, select, update

from audiences.errors import UnknownArea
from audiences.stores.scope import below, within
from audiences.stores.tables import areas, sites
from bot.cases.video_errors import SpotPolicyImpossible, UnknownSpotPolicy
from bot.stores.video.tables import video_draws, video_policies, video_sites
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.bulk import among, insert_rows
from ground.ids import new_id
from ground.transaction import Dialect, Transaction

PLANNERS: Final = (Role.OFFICER, Role.ADMIN)
policies, draws = video_policies.c, video_draws.c


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDraft:
    """So many sites of a kind at random a day, at an hour in Beijing, and each at least once in so many days."""

    area: int
    site_kind: str
    number: int
    hour: int
    within_days: int
    answer_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotPolicy(PolicyDraft):
    """A policy as it is kept; `id` outside, `key` inside."""

    id: str
    key: int
    made_by: str
    made_at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class Draw:
    """What one day's drawing came to, and how many of its sites were asked so far."""

    key: int
    policy: int
    day: int
    seed: str
    drawn_at: int
    sites: tuple[int, ...]
    asked: int


async def plan(tx: Transaction, actor: Actor, draft: PolicyDraft, at: int) -> SpotPolicy:
    """Plan spot checks; refused where so few a day cannot come round in time."""
    actor.require(*PLANNERS)
    if await tx.value(select(areas.c.id).where(areas.c.id == draft.area, within(actor, areas.c.id))) is None:
        raise UnknownArea(area=draft.area)
    meant = below(draft.area, sites.c.area_id) & (sites.c.kind == draft.site_kind) & sites.c.gone_at.is_(None)
    many = int(await tx.value(select(func.count()).select_from(sites).where(meant)))
    if many > draft.number * draft.within_days:
        least = -(-many // draft.within_days)
        raise SpotPolicyImpossible(
            why=f"{many} sites in {draft.within_days} days are at least {least} a day; take more a day, or more days"
        )
    row = {
        "public_id": new_id(),
        "area_id": draft.area,
        "site_kind": draft.site_kind,
        "number": draft.number,
        "hour": draft.hour,
        "within_days": draft.within_days,
        "answer_ms": draft.answer_ms,
        "made_by": actor.name,
        "made_at": at,
    }
    made = await tx.row(insert(video_policies).values(row).returning(video_policies))
    if made is None:
        raise UnknownSpotPolicy(policy=row["public_id"])
    await record_deed(tx, actor, "spot_checks.planned", f"spot_checks:{made.public_id}", at, number=draft.number)
    return _policy(made)


async def end(tx: Transaction, actor: Actor, public_id: str, at: int) -> None:
    """Draw no more; what was drawn goes on."""
    actor.require(*PLANNERS)
    mine = (policies.public_id == public_id) & policies.ended_at.is_(None) & within(actor, policies.area_id)
    if (await tx.execute(update(video_policies).where(mine).values(ended_at=at))).rowcount == 0:
        raise UnknownSpotPolicy(policy=public_id)
    await record_deed(tx, actor, "spot_checks.ended", f"spot_checks:{public_id}", at)


async def listed(tx: Transaction, actor: Actor) -> Sequence[SpotPolicy]:
    """Return the policies of the actor's area, the newest first."""
    wanted = select(video_policies).where(within(actor, policies.area_id)).order_by(policies.id.desc())
    return [_policy(row) for row in await tx.rows(wanted)]


async def draws_of(tx: Transaction, actor: Actor, public_id: str, limit: int = 60) -> Sequence[Draw]:
    """Return what a policy drew, the newest first."""
    joined = video_draws.join(video_policies, policies.id == draws.policy_id)
    mine = (policies.public_id == public_id) & within(actor, policies.area_id)
    rows = await tx.rows(select(video_draws).select_from(joined).where(mine).order_by(draws.day.desc()).limit(limit))
    return [_draw(row) for row in rows]


async def in_force(tx: Transaction, actor: Actor) -> Sequence[SpotPolicy]:
    actor.require_hub()
    rows = await tx.rows(select(video_policies).where(policies.ended_at.is_(None)).order_by(policies.id))
    return [_policy(row) for row in rows]


async def drew(tx: Transaction, actor: Actor, day: int) -> frozenset[int]:
    """Return the policies that drew on a day."""
    actor.require_hub()
    return frozenset(await tx.values(select(draws.policy_id).where(draws.day == day)))


async def candidates(tx: Transaction, actor: Actor, policy: SpotPolicy) -> Mapping[int, int]:
    """Return the sites of a policy, each with the instant since which it waits."""
    actor.require_hub()
    joined = sites.outerjoin(video_sites, video_sites.c.site_id == sites.c.id)
    meant = below(policy.area, sites.c.area_id) & (sites.c.kind == policy.site_kind) & sites.c.gone_at.is_(None)
    since = func.coalesce(video_sites.c.asked_at, policy.made_at).label("since")
    return {row.id: row.since for row in await tx.rows(select(sites.c.id, since).select_from(joined).where(meant))}


async def keep_draw(
    tx: Transaction, actor: Actor, policy: SpotPolicy, day: int, seed: str, site_ids: Sequence[int], at: int
) -> None:
    """Keep what was drawn; whoever comes second on the same day has drawn nothing."""
    actor.require_hub()
    row = {"policy_id": policy.key, "area_id": policy.area, "day": day, "seed": seed, "drawn_at": at}
    await insert_rows(tx, video_draws, [row | {"sites": list(site_ids), "asked": 0}], ignore_known=True)


async def next_to_ask(tx: Transaction, actor: Actor) -> tuple[Draw, SpotPolicy] | None:
    """Return a drawing whose sites were not all asked, for one worker alone; None if there is none left."""
    actor.require_hub()
    joined = video_draws.join(video_policies, policies.id == draws.policy_id)
    waiting = select(draws.id).select_from(joined).where(draws.done_at.is_(None)).order_by(draws.id).limit(1)
    if tx.dialect is Dialect.POSTGRESQL:
        waiting = waiting.with_for_update(of=video_draws, skip_locked=True)
    key = await tx.value(waiting)
    if key is None:
        return None
    row = await tx.row(select(video_draws).where(draws.id == key))
    mine = await tx.row(select(video_policies).where(policies.id == row.policy_id)) if row else None
    return (_draw(row), _policy(mine)) if row and mine else None


async def still_there(tx: Transaction, actor: Actor, site_ids: Sequence[int]) -> Sequence[int]:
    """Return those of the drawn sites that are not gone meanwhile, in their order."""
    actor.require_hub()
    here = set(await tx.values(select(sites.c.id).where(among(tx, sites.c.id, site_ids), sites.c.gone_at.is_(None))))
    return [each for each in site_ids if each in here]


async def note_asked(tx: Transaction, actor: Actor, draw: Draw, asked: int, at: int) -> None:
    """Note how many of the drawn sites were asked so far."""
    actor.require_hub()
    done = at if asked >= len(draw.sites) else None
    await tx.execute(update(video_draws).where(draws.id == draw.key).values(asked=asked, done_at=done))


def _policy(row: Row[Any]) -> SpotPolicy:
    return SpotPolicy(
        id=row.public_id,
        key=row.id,
        area=row.area_id,
        site_kind=row.site_kind,
        number=row.number,
        hour=row.hour,
        within_days=row.within_days,
        answer_ms=row.answer_ms,
        made_by=row.made_by,
        made_at=row.made_at,
        ended_at=row.ended_at,
    )


def _draw(row: Row[Any]) -> Draw:
    return Draw(row.id, row.policy_id, row.day, row.seed, row.drawn_at, tuple(row.sites), row.asked)
