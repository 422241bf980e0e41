"""What an address was asked: the warning that it can still answer, the news that offers it choices."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, and_, or_, select

from broadcast.answers import AnswerKind
from broadcast.content.compose import ANSWERS
from broadcast.content.message import Choice, Message
from broadcast.content.rules import likeliest
from broadcast.deliveries import Key, State
from broadcast.notices import Kind, Purpose
from broadcast.notices import State as NoticeState
from broadcast.stores.sending.hearers import may_have_heard
from broadcast.stores.tables import deliveries, notice_words, notices
from ground.actor import Actor
from ground.clock import HOUR
from ground.transaction import Transaction

NOTES_LOOKED_AT = 5


@dataclass(frozen=True, slots=True)
class OpenNotice:
    """A warning that an address was sent and can still answer."""

    id: int
    public_id: str
    origin: str
    kind: str
    drill: bool
    rule: int
    language: str
    asks_answer: bool = True
    numbered: tuple[AnswerKind, ...] = ANSWERS  # what the numbers mean that it asked for, from one on


@dataclass(frozen=True, slots=True)
class AskedNote:
    """News of a case that offers choices, as this address was told it."""

    id: int
    origin: str
    choices: tuple[Choice, ...]


async def newest_open(tx: Transaction, actor: Actor, address_id: int, now: int) -> OpenNotice | None:
    """Return the newest warning that this address heard, that asks for an answer and is still valid."""
    actor.require_hub()
    still_open = and_(
        notices.c.purpose == Purpose.WARNINGS,
        notices.c.asks_answer,
        notices.c.state != NoticeState.PREPARED,
        notices.c.superseded_at.is_(None),
        or_(notices.c.expires.is_(None), notices.c.expires > now),
    )
    row = await tx.row(_heard_here(address_id).where(still_open).order_by(notices.c.id.desc()).limit(1))
    found = _open_notice(row)
    if row is None or found is None or row.rule >= 0:
        return found
    return replace(found, numbered=await _numbered(tx, row))


async def newest_note(tx: Transaction, actor: Actor, address_id: int, channel: str, now: int) -> AskedNote | None:
    """Return the newest note that this address was told within half a day and that offers choices.

    News that asks nothing does not take the word from the one before it that did.
    """
    actor.require_hub()
    told = and_(notices.c.kind == Kind.NOTE, notices.c.made_at > now - 12 * HOUR, notices.c.superseded_at.is_(None))
    newest = _heard_here(address_id).where(told).order_by(notices.c.id.desc()).limit(NOTES_LOOKED_AT)
    rows = await tx.rows(newest)
    if not rows:
        return None
    mine = and_(notice_words.c.notice_id.in_([row.id for row in rows]), notice_words.c.channel == channel)
    said = {
        (each.notice_id, each.language, each.rule): each for each in await tx.rows(select(notice_words).where(mine))
    }
    for row in rows:
        kept = said.get((row.id, row.language, row.rule))
        choices = Message.unpacked(kept.message).offered if kept else ()
        if choices:
            return AskedNote(row.id, row.origin, choices)
    return None


async def sent_here(tx: Transaction, actor: Actor, key: Key, address_id: int) -> OpenNotice | None:
    """Return the notice of this delivery if it was for this address; its press proves that it arrived."""
    actor.require_hub()
    this = and_(
        deliveries.c.notice_id == key.notice, deliveries.c.seq == key.seq, deliveries.c.address_id == address_id
    )
    joined = select(notices, deliveries.c.rule, deliveries.c.language)
    return _open_notice(await tx.row(joined.join(deliveries, deliveries.c.notice_id == notices.c.id).where(this)))


async def _numbered(tx: Transaction, row: Row[Any]) -> tuple[AnswerKind, ...]:
    """Return what the numbers meant in the words that were really said: there may have been none for danger zones."""
    rules = likeliest(row.rule)
    this = (notice_words.c.notice_id == row.id, notice_words.c.channel == row.channel, notice_words.c.rule.in_(rules))
    said = await tx.rows(select(notice_words.c.language, notice_words.c.rule, notice_words.c.message).where(*this))
    if not said:
        return ANSWERS
    best = min(said, key=lambda each: (each.language != row.language, rules.index(each.rule)))
    asked = (choice.key for choice in Message.unpacked(best.message).choices)
    return tuple(AnswerKind(key) for key in asked if key in set(AnswerKind)) or ANSWERS


def _heard_here(address_id: int) -> Any:
    return (
        select(notices, deliveries.c.rule, deliveries.c.language, deliveries.c.channel)
        .join(deliveries, deliveries.c.notice_id == notices.c.id)
        .where(deliveries.c.address_id == address_id)
        .where(or_(deliveries.c.state == State.CLAIMED, may_have_heard(deliveries)))
    )


def _open_notice(row: Row[Any] | None) -> OpenNotice | None:
    if row is None:
        return None
    return OpenNotice(row.id, row.public_id, row.origin, row.kind, row.drill, row.rule, row.language, row.asks_answer)
