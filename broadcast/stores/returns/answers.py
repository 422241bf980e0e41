"""Answers as they are kept: append-only; one that comes in ends every waiting for that person, in its transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, false, insert, or_, select, update

from audiences.stores.scope import within
from audiences.stores.tables import address_owners
from broadcast.answers import Answer
from broadcast.content.message import Choice, Message
from broadcast.deliveries import Key, State
from broadcast.notices import Kind, Purpose
from broadcast.notices import State as NoticeState
from broadcast.stores import counters
from broadcast.stores.sending.hearers import may_have_heard
from broadcast.stores.sending.keys import keyed
from broadcast.stores.tables import (
    answer_entries,
    answer_words,
    answers,
    deliveries,
    delivery_sharers,
    fallbacks,
    notice_words,
    notices,
    retries,
)
from ground.actor import Actor
from ground.bulk import among
from ground.clock import HOUR, machine_now
from ground.events import NewsDesk
from ground.ids import new_id
from ground.transaction import Transaction

NOTES_LOOKED_AT = 5
NO_CHANNEL = ""  # under it people are counted, whatever reaches them


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
    return _open_notice(row)


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


@dataclass(frozen=True, slots=True)
class Counted:
    """Where an answer counts: at the delivery that was answered; by the area alone, if it belongs to none."""

    notice_id: int
    channel: str
    area_id: int | None


async def record(
    tx: Transaction, actor: Actor, desk: NewsDesk, answer: Answer, *, area: int | None = None
) -> int | None:
    """Keep an answer and return its id; None if this very one is known.

    It stops fallback and unsent tries for whoever answered. `area` is where one counts that came from no address.
    """
    actor.require_hub()
    known = exists().where(answers.c.dedupe == answer.dedupe)
    if await tx.value(select(known)):
        return None
    person = answer.person
    if person is None and answer.address is not None:
        person = await _only_owner(tx, answer.address)
    place = await _place(tx, answer, person, area)
    first = not await tx.value(select(exists().where(_by_whom(answer, person))))
    answer_id = await _keep(tx, answer, person, place.area_id if place else None)
    await _stop_waiting(tx, actor, answer, person)
    if first and place is not None:
        tally: Counter[counters.Place] = Counter()
        counters.note(tally, [place], "answered")
        await counters.add(tx, actor, tally)
    subject = f"answer:{answer_id}"
    facts = {"notice": answer.notice, "address": answer.address, "person": person, "kind": answer.kind.value}
    await desk.tell(tx, "answer.recorded", subject, answer.happened_at, **facts)
    return answer_id


async def of_notice(
    tx: Transaction, actor: Actor, notice_id: int, after: int = 0, limit: int = 100
) -> Sequence[Row[Any]]:
    """Return answers with their words, and how those came in that were entered; oldest first, within the area."""
    wanted = (
        select(answers, answer_words.c.words, answer_entries)
        .outerjoin(answer_words, answer_words.c.answer_id == answers.c.id)
        .outerjoin(answer_entries, answer_entries.c.answer_id == answers.c.id)
        .where(answers.c.notice_id == notice_id, answers.c.id > after, within(actor, answers.c.area_id))
        .order_by(answers.c.id)
        .limit(limit)
    )
    return await tx.rows(wanted)


def _heard_here(address_id: int) -> Any:
    return (
        select(notices, deliveries.c.rule, deliveries.c.language)
        .join(deliveries, deliveries.c.notice_id == notices.c.id)
        .where(deliveries.c.address_id == address_id)
        .where(or_(deliveries.c.state == State.CLAIMED, may_have_heard(deliveries)))
    )


def _open_notice(row: Row[Any] | None) -> OpenNotice | None:
    if row is None:
        return None
    return OpenNotice(row.id, row.public_id, row.origin, row.kind, row.drill, row.rule, row.language, row.asks_answer)


def _by_whom(answer: Answer, person: int | None) -> ColumnElement[bool]:
    here = answers.c.address_id == answer.address if answer.address is not None else false()
    same = here if person is None else or_(here, answers.c.person_id == person)
    return and_(answers.c.notice_id == answer.notice, same)


async def _place(tx: Transaction, answer: Answer, person: int | None, area: int | None) -> Counted | None:
    """Return where the answer counts; what a person shares with others is not answered by an entry for one."""
    seqs = _theirs_alone(answer, person)
    here = deliveries.c.address_id == answer.address
    this = here if answer.address is not None else deliveries.c.seq.in_(seqs)
    chosen = select(deliveries.c.notice_id, deliveries.c.channel, deliveries.c.area_id)
    mine = chosen.where(deliveries.c.notice_id == answer.notice, this)
    row = await tx.row(mine.order_by(deliveries.c.seq).limit(1))
    if row is not None:
        return Counted(row.notice_id, row.channel, row.area_id)
    return Counted(answer.notice, NO_CHANNEL, area) if answer.address is None else None


async def _only_owner(tx: Transaction, address_id: int) -> int | None:
    """Whoever alone has this address; where several share it, somebody there answered."""
    mine = and_(address_owners.c.address_id == address_id, address_owners.c.until_at.is_(None))
    owners = await tx.values(select(address_owners.c.person_id).where(mine).limit(2))
    return int(owners[0]) if len(owners) == 1 else None


async def _keep(tx: Transaction, answer: Answer, person: int | None, area: int | None) -> int:
    row = {
        "public_id": new_id(),
        "notice_id": answer.notice,
        "address_id": answer.address,
        "person_id": person,
        "area_id": area,
        "kind": answer.kind.value,
        "channel": answer.channel,
        "happened_at": answer.happened_at,
        "learned_at": machine_now(),
        "dedupe": answer.dedupe,
    }
    answer_id = int(await tx.value(insert(answers).values(row).returning(answers.c.id)))
    await tx.execute(insert(answer_words).values(answer_id=answer_id, words=answer.words))
    return answer_id


async def _stop_waiting(tx: Transaction, actor: Actor, answer: Answer, person: int | None) -> None:
    """No next channel for whoever answered, and nothing unsent of this notice goes out to them any more."""
    seqs = list(await tx.values(_theirs_alone(answer, person)))
    if not seqs:
        return
    await tx.execute(delete(fallbacks).where(fallbacks.c.notice_id == answer.notice, among(tx, fallbacks.c.seq, seqs)))
    await tx.execute(delete(retries).where(retries.c.notice_id == answer.notice, among(tx, retries.c.seq, seqs)))
    theirs = keyed(tx, answer.notice, seqs)
    unsent = (
        update(deliveries)
        .where(theirs, deliveries.c.state == State.PLANNED)
        .values(state=State.SUPPRESSED, reason="answered")
        .returning(deliveries.c.notice_id, deliveries.c.channel, deliveries.c.area_id)
    )
    tally: Counter[counters.Place] = Counter()
    counters.move(tally, await tx.rows(unsent), State.PLANNED, State.SUPPRESSED)
    await counters.add(tx, actor, tally)


def _theirs_alone(answer: Answer, person: int | None) -> Any:
    """The deliveries at the address of the answer, and those of the person elsewhere that nobody else waits for."""
    mine = deliveries.c.notice_id == answer.notice
    here = select(deliveries.c.seq).where(mine, deliveries.c.address_id == answer.address)
    if person is None:
        return here if answer.address is not None else here.where(false())
    shared = exists().where(
        delivery_sharers.c.notice_id == deliveries.c.notice_id, delivery_sharers.c.seq == deliveries.c.seq
    )
    elsewhere = (
        select(deliveries.c.seq)
        .join(address_owners, address_owners.c.address_id == deliveries.c.address_id)
        .where(mine, address_owners.c.person_id == person, deliveries.c.person_id == person, ~shared)
    )
    return elsewhere if answer.address is None else here.union(elsewhere)
