"""Freezing: a target becomes a list of members at one moment, in slices, each a short transaction of its own.

Who has a duty comes first, then the other people by area, then the speakers. A slice looks at one window of at most
`limit` candidates, so it costs the same whether few or all of them match. Rules hold as of the moment the audience was
asked for: what changes while slices go on is news, and news adds members, see growth.py.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, Subquery, exists, func, insert, literal, select, update

from audiences.stores.scope import within
from audiences.stores.tables import audience_members, audiences, gateways, people
from audiences.stores.targets.resolving import Resolved, resolve, resolve_again
from audiences.stores.targets.windows import START, Place, by_area, next_by_area, next_on_duty, on_duty
from audiences.targeting.errors import UnknownAudience
from audiences.targeting.sql import reach
from audiences.targeting.sql.membership import people_of, speakers_of
from audiences.targeting.target import Target
from ground.actor import Actor, Role
from ground.transaction import Transaction


class Stage(StrEnum):
    """What is being frozen now; in this order."""

    DUTIES = "duties"
    PEOPLE = "people"
    GATEWAYS = "gateways"
    FROZEN = "frozen"


FOLLOWING = {Stage.DUTIES: Stage.PEOPLE, Stage.PEOPLE: Stage.GATEWAYS, Stage.GATEWAYS: Stage.FROZEN}


@dataclass(frozen=True, slots=True)
class Slice:
    """Members first_seq to last_seq were added. None was when last_seq is first_seq - 1: that alone is no end."""

    first_seq: int
    last_seq: int
    done: bool


async def ask(tx: Transaction, actor: Actor, target: Target, at: int) -> int:
    """Ask for the target's audience as of the instant `at`; return its id. Freezing it is left to `freeze_slice`."""
    actor.require(Role.OFFICER, Role.APPROVER, Role.PUBLICITY)
    resolved = await resolve(tx, actor, target, at)
    row = {"rules": resolved.target.to_json(), "actor_area_id": actor.area, "asked_at": at}
    return int(await tx.value(insert(audiences).values(row).returning(audiences.c.id)))


async def freeze_slice(tx: Transaction, actor: Actor, audience_id: int, limit: int, now: int) -> Slice:
    """Add up to `limit` more members, numbered on without a gap; `now` is when it is frozen, if this was the last."""
    actor.require_hub()
    audience = await hold(tx, actor, audience_id)
    stage = Stage(audience.stage)
    if stage is Stage.FROZEN:
        return Slice(audience.size + 1, audience.size, done=True)
    resolved = await resolve_again(tx, audience.rules, audience.actor_area_id, audience.asked_at)
    after = Place(audience.cursor_area_id, audience.cursor_id)
    added, reached = await STEPS[stage](tx, audience, resolved, after, limit)
    if reached is None:
        stage, reached = FOLLOWING[stage], START
    done, size = stage is Stage.FROZEN, audience.size + added
    progress = {"stage": stage, "cursor_area_id": reached.area, "cursor_id": reached.id, "size": size}
    change = update(audiences).where(audiences.c.id == audience_id)
    await tx.execute(change.values(progress | {"frozen_at": now if done else None}))
    return Slice(audience.size + 1, size, done)


async def hold(tx: Transaction, actor: Actor, audience_id: int) -> Row[Any]:
    """Return the audience's row, locked: members are numbered by one transaction at a time."""
    mine = (audiences.c.id == audience_id) & within(actor, audiences.c.actor_area_id)
    row = await tx.row(select(audiences).where(mine).with_for_update())
    if row is None:
        raise UnknownAudience(audience=audience_id)
    return row


async def add_people(
    tx: Transaction, audience: Row[Any], chosen: Select[Any], why: str, order: Sequence[str] = ("person_id",)
) -> int:
    """Number the people that a SELECT of `membership.people_of` yields, and are no members yet, onto the audience."""
    member = audience_members.c
    known = exists(select(1).where(member.audience_id == audience.id, member.person_id == people.c.id))
    new = chosen.where(~known).subquery("new")
    return await _number(tx, audience, "person_id", order, new, why)


Step = Callable[[Transaction, Row[Any], Resolved, Place, int], Awaitable[tuple[int, Place | None]]]


async def _duties(
    tx: Transaction, audience: Row[Any], resolved: Resolved, after: Place, limit: int
) -> tuple[int, Place | None]:
    window = await next_on_duty(tx, after, limit)
    chosen = people_of(resolved.target, resolved.standpoint)
    theirs = on_duty(resolved.standpoint, window, people.c.id)
    return await add_people(tx, audience, chosen.where(theirs), Stage.FROZEN), window.until


async def _people(
    tx: Transaction, audience: Row[Any], resolved: Resolved, after: Place, limit: int
) -> tuple[int, Place | None]:
    roots = reach.homes_of(resolved.target, resolved.standpoint)
    window = await next_by_area(tx, people, roots, after, limit)
    chosen = by_area(people_of(resolved.target, resolved.standpoint), people, roots, window)
    return await add_people(tx, audience, chosen, Stage.FROZEN, ("home_id", "person_id")), window.until


async def _gateways(
    tx: Transaction, audience: Row[Any], resolved: Resolved, after: Place, limit: int
) -> tuple[int, Place | None]:
    roots = reach.speakers_of(resolved.target, resolved.standpoint)
    window = await next_by_area(tx, gateways, roots, after, limit)
    new = by_area(speakers_of(resolved.target, resolved.standpoint), gateways, roots, window).subquery("new")
    return await _number(tx, audience, "gateway_id", ("area_id", "gateway_id"), new, Stage.FROZEN), window.until


STEPS: dict[Stage, Step] = {Stage.DUTIES: _duties, Stage.PEOPLE: _people, Stage.GATEWAYS: _gateways}


async def _number(tx: Transaction, audience: Row[Any], who: str, order: Sequence[str], new: Subquery, why: str) -> int:
    """Insert the rows of a subquery as members, dense from the audience's size on, in the order of the columns."""
    seq = literal(audience.size) + func.row_number().over(order_by=[new.c[name] for name in order])
    chosen = select(literal(audience.id), seq, new.c[who], new.c.area_id, new.c.rule, literal(why))
    names = ["audience_id", "seq", who, "area_id", "rule", "why"]
    return (await tx.execute(insert(audience_members).from_select(names, chosen))).rowcount
