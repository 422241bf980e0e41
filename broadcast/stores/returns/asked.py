"""What an address was asked: the warning that it can still answer, the news that offers it choices."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Row, Select, and_, bindparam, literal, null, or_, select

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
NOTE_COUNTS = 12 * HOUR
WARNING, NOTE = "warning", "note"
OF_DELIVERY = ("seq", "rule", "language", "channel")


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


def _heard_here() -> Select[Any]:
    """What an address was sent and may have heard.

    Its delivery is looked for notice by notice, of those few that ask anything now, whatever the planner thinks of it:
    deliveries lie by notice, and no index leads from an address to all that was ever said there.
    """
    columns = [notices.c[name] for name in ("id", "public_id", "origin", "kind", "drill", "asks_answer")]
    mine = and_(deliveries.c.notice_id == notices.c.id, deliveries.c.address_id == bindparam("address"))
    theirs = {name: select(deliveries.c[name]).where(mine).correlate(notices) for name in OF_DELIVERY}
    heard = theirs["seq"].where(or_(deliveries.c.state == State.CLAIMED, may_have_heard(deliveries)))
    wanted = select(*columns, *(each.scalar_subquery().label(name) for name, each in theirs.items()))
    return wanted.where(heard.scalar_subquery().is_not(None))


def _open() -> ColumnElement[bool]:
    return and_(
        notices.c.asks_answer,
        notices.c.purpose == Purpose.WARNINGS,
        notices.c.state != NoticeState.PREPARED,
        notices.c.superseded_at.is_(None),
        or_(notices.c.expires.is_(None), notices.c.expires > bindparam("now")),
    )


def _noted() -> ColumnElement[bool]:
    lately = notices.c.made_at > bindparam("since")
    return and_(notices.c.kind == Kind.NOTE, lately, notices.c.superseded_at.is_(None))


def _asked_here() -> CompoundSelect[Any]:
    """The open warnings, without their words, and the newest notes with theirs."""
    newest = (notices.c.made_at.desc(), notices.c.id.desc())
    note = _heard_here().where(_noted()).order_by(*newest).limit(NOTES_LOOKED_AT).subquery("note")
    words = and_(
        *(notice_words.c.notice_id == note.c.id, notice_words.c.channel == bindparam("channel")),
        *(notice_words.c[name] == note.c[name] for name in ("language", "rule")),
    )
    notes = select(note, notice_words.c.message, literal(NOTE).label("sort"))
    return notes.join(notice_words, words).union_all(_heard_here().add_columns(null(), literal(WARNING)).where(_open()))


OPEN_HERE = _heard_here().where(_open())
ASKED_HERE = _asked_here()


async def here(
    tx: Transaction, actor: Actor, address_id: int, channel: str, now: int
) -> tuple[OpenNotice | None, AskedNote | None]:
    """Return the newest open warning of an address (see `newest_open`), and the newest note that offers it choices.

    A note counts for half a day. News that asks nothing does not take the word from the one before it that did.
    """
    actor.require_hub()
    given = {"address": address_id, "channel": channel, "now": now, "since": now - NOTE_COUNTS}
    rows = sorted(await tx.rows(ASKED_HERE, given), key=lambda row: int(row.id), reverse=True)
    warning = await _numbered(tx, next((row for row in rows if row.sort == WARNING), None))
    for row in rows:
        choices = () if row.sort == WARNING else Message.unpacked(row.message).offered
        if choices:
            return warning, AskedNote(row.id, row.origin, choices)
    return warning, None


async def newest_open(tx: Transaction, actor: Actor, address_id: int, now: int) -> OpenNotice | None:
    """Return the newest warning that this address heard, that asks for an answer and is still valid."""
    actor.require_hub()
    rows = await tx.rows(OPEN_HERE, {"address": address_id, "now": now})
    return await _numbered(tx, max(rows, key=lambda row: int(row.id), default=None))


async def sent_here(tx: Transaction, actor: Actor, key: Key, address_id: int) -> OpenNotice | None:
    """Return the notice of this delivery if it was for this address; its press proves that it arrived."""
    actor.require_hub()
    this = and_(
        deliveries.c.notice_id == key.notice, deliveries.c.seq == key.seq, deliveries.c.address_id == address_id
    )
    joined = select(notices, deliveries.c.rule, deliveries.c.language)
    return _open_notice(await tx.row(joined.join(deliveries, deliveries.c.notice_id == notices.c.id).where(this)))


async def _numbered(tx: Transaction, row: Row[Any] | None) -> OpenNotice | None:
    """Return the notice with what its numbers meant at this address: in danger zones there are fewer."""
    found = _open_notice(row)
    if row is None or found is None or row.rule >= 0:
        return found
    return replace(found, numbered=await _numbers(tx, row))


async def _numbers(tx: Transaction, row: Row[Any]) -> tuple[AnswerKind, ...]:
    """Return what the numbers meant in the words that were really said: there may have been none for danger zones."""
    rules = likeliest(row.rule)
    this = (notice_words.c.notice_id == row.id, notice_words.c.channel == row.channel, notice_words.c.rule.in_(rules))
    said = await tx.rows(select(notice_words.c.language, notice_words.c.rule, notice_words.c.message).where(*this))
    if not said:
        return ANSWERS
    best = min(said, key=lambda each: (each.language != row.language, rules.index(each.rule)))
    asked = (choice.key for choice in Message.unpacked(best.message).choices)
    return tuple(AnswerKind(key) for key in asked if key in set(AnswerKind)) or ANSWERS


def _open_notice(row: Row[Any] | None) -> OpenNotice | None:
    if row is None:
        return None
    return OpenNotice(row.id, row.public_id, row.origin, row.kind, row.drill, row.rule, row.language, row.asks_answer)
