"""Notices as they are kept: made, released, superseded, found again with their words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from json import dumps
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from audiences.stores.scope import within
from audiences.stores.tables import area_closure, audiences
from broadcast.content.compose import Words
from broadcast.content.message import Message
from broadcast.errors import OutsideYourArea, UnknownNotice
from broadcast.notices import Guarantee, Kind, Lane, Notice, NoticeDraft, Policy, Purpose, State
from broadcast.stores.tables import notice_words, notices
from ground.actor import Actor, Role
from ground.bulk import among, insert_rows
from ground.ids import new_id
from ground.transaction import Transaction

WRITERS = (Role.OFFICER, Role.APPROVER, Role.DUTY)


async def create(tx: Transaction, actor: Actor, draft: NoticeDraft, words: Sequence[Words], at: int) -> Notice:
    """Keep a notice with its words; what it supersedes is marked in the same transaction, nothing is planned yet."""
    actor.require(*WRITERS)
    row = asdict(draft)
    superseded = row.pop("supersedes")
    row |= {
        "public_id": new_id(),
        "audience_id": row.pop("audience"),
        "area_id": row.pop("area"),
        "tells_heard_of": list(draft.tells_heard_of),
        "made_at": at,
    }
    if not actor.unbounded:
        await _require_own(tx, actor, draft)
    notice_id = int(await tx.value(insert(notices).values(row).returning(notices.c.id)))
    await insert_rows(tx, notice_words, [_kept_words(notice_id, each) for each in words])
    if superseded:
        await supersede(tx, actor, superseded, notice_id, at)
    return await load(tx, actor, notice_id)


async def release(tx: Transaction, actor: Actor, notice_id: int, at: int) -> Notice:
    """Let a notice go that was prepared beforehand; a notice that is under way already stays as it is."""
    actor.require(*WRITERS)
    mine = (notices.c.id == notice_id) & (notices.c.state == State.PREPARED) & within(actor, notices.c.area_id)
    await tx.execute(update(notices).where(mine).values(state=State.PLANNING, valid_from=at))
    return await load(tx, actor, notice_id)


async def supersede(tx: Transaction, actor: Actor, notice_ids: Sequence[int], by: int, at: int) -> None:
    """Mark notices as overtaken: every claim reads it, so nothing of theirs is claimed from the commit on."""
    actor.require(*WRITERS)
    mine = notices.c.id.in_(notice_ids) & notices.c.superseded_at.is_(None) & within(actor, notices.c.area_id)
    await tx.execute(update(notices).where(mine).values(superseded_at=at, superseded_by=by))


async def load(tx: Transaction, actor: Actor, notice_id: int) -> Notice:
    row = await tx.row(select(notices).where(notices.c.id == notice_id, within(actor, notices.c.area_id)))
    if row is None:
        raise UnknownNotice(notice=notice_id)
    return notice_of(row)


async def newest(tx: Transaction, actor: Actor) -> int:
    """Return the number of the notice that was made last; 0 if there is none."""
    actor.require_hub()
    return int(await tx.value(select(func.max(notices.c.id))) or 0)


async def by_ids(tx: Transaction, actor: Actor, notice_ids: Collection[int]) -> Mapping[int, Notice]:
    """Return those of the notices that are known in the actor's area."""
    mine = among(tx, notices.c.id, sorted(notice_ids)) & within(actor, notices.c.area_id)
    return {row.id: notice_of(row) for row in await tx.rows(select(notices).where(mine))}


async def by_public_id(tx: Transaction, actor: Actor, public_id: str) -> Notice:
    row = await tx.row(select(notices).where(notices.c.public_id == public_id, within(actor, notices.c.area_id)))
    if row is None:
        raise UnknownNotice(notice=public_id)
    return notice_of(row)


async def of_origin(tx: Transaction, actor: Actor, *origins: str) -> Sequence[Notice]:
    """Return everything that was to be said on behalf of the origins (alert:<id>), oldest first."""
    mine = among(tx, notices.c.origin, origins) & within(actor, notices.c.area_id)
    return [notice_of(row) for row in await tx.rows(select(notices).where(mine).order_by(notices.c.id))]


async def under_planning(tx: Transaction, actor: Actor, limit: int, beside: Sequence[int] = ()) -> Sequence[Notice]:
    """Return notices that still have slices to plan, the most urgent lanes first; not those in `beside`."""
    mine = (notices.c.state == State.PLANNING) & within(actor, notices.c.area_id)
    if beside:
        mine &= ~among(tx, notices.c.id, beside)
    precedence = case({lane.value: place for place, lane in enumerate(Lane)}, value=notices.c.lane)
    rows = await tx.rows(select(notices).where(mine).order_by(precedence, notices.c.id).limit(limit))
    return [notice_of(row) for row in rows]


async def open_with_audience(tx: Transaction, actor: Actor, now: int) -> Sequence[Notice]:
    """Return the notices to which a repaired address or a new post holder may still be added."""
    mine = (
        notices.c.audience_id.is_not(None)
        & (notices.c.state != State.PREPARED)
        & notices.c.superseded_at.is_(None)
        & or_(notices.c.expires.is_(None), notices.c.expires > now)
        & within(actor, notices.c.area_id)
    )
    return [notice_of(row) for row in await tx.rows(select(notices).where(mine).order_by(notices.c.id))]


async def plan_again(tx: Transaction, actor: Actor, notice_ids: Sequence[int]) -> None:
    """Have the planner look once more: somebody was added, or a late receipt shows one more who heard."""
    actor.require_hub()
    mine = notices.c.id.in_(notice_ids) & (notices.c.state == State.PLANNED)
    await tx.execute(update(notices).where(mine).values(state=State.PLANNING))


async def words_of(tx: Transaction, actor: Actor, notice_id: int) -> Sequence[Words]:
    wanted = (
        select(notice_words)
        .join(notices, notices.c.id == notice_words.c.notice_id)
        .where(notice_words.c.notice_id == notice_id, within(actor, notices.c.area_id))
    )
    return [Words(row.channel, row.language, row.rule, Message.unpacked(row.message)) for row in await tx.rows(wanted)]


async def _require_own(tx: Transaction, actor: Actor, draft: NoticeDraft) -> None:
    """Refuse a notice of another area, for the audience of another, or for those who heard another's notices."""
    here = within(actor, literal(draft.area, BigInteger))
    asked = exists().where(audiences.c.id == draft.audience, _handed_down(actor, audiences.c.actor_area_id))
    aimed = true() if draft.audience is None else asked
    told = among(tx, notices.c.id, draft.tells_heard_of) & within(actor, notices.c.area_id)
    ours = set(await tx.values(select(notices.c.id).where(told)))
    if not await tx.value(select(and_(here, aimed))) or not ours.issuperset(draft.tells_heard_of):
        raise OutsideYourArea


def _handed_down(actor: Actor, scope: ColumnElement[int]) -> ColumnElement[bool]:
    """Say that the scope is the actor's, or one above it: the county approves what the township then issues."""
    above = select(area_closure.c.ancestor_id).where(area_closure.c.descendant_id == actor.area)
    return or_(within(actor, scope), scope.in_(above), scope.is_(None))


def _kept_words(notice_id: int, words: Words) -> dict[str, Any]:
    message = words.message.packed()
    return {
        "notice_id": notice_id,
        "channel": words.channel,
        "language": words.language,
        "rule": words.rule,
        "message": message,
        "digest": sha256(dumps(message, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
    }


def notice_of(row: Row[Any]) -> Notice:
    return Notice(
        id=row.id,
        public_id=row.public_id,
        origin=row.origin,
        kind=Kind(row.kind),
        purpose=Purpose(row.purpose),
        lane=Lane(row.lane),
        guarantee=Guarantee(row.guarantee),
        drill=row.drill,
        asks_answer=row.asks_answer,
        policy=Policy(**(row.policy | {"channels": tuple(row.policy["channels"])})),
        audience=row.audience_id,
        area=row.area_id,
        expires=row.expires,
        valid_from=row.valid_from,
        state=State(row.state),
        superseded_at=row.superseded_at,
        size=row.size,
        tells_heard_of=tuple(row.tells_heard_of),
    )
