"""Answers as they are kept: append-only; one that comes in ends every waiting for that person, in its transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, false, insert, or_, select, update

from audiences.stores.scope import within
from audiences.stores.tables import address_owners
from broadcast.answers import Answer
from broadcast.deliveries import State
from broadcast.stores import counters
from broadcast.stores.sending.keys import keyed
from broadcast.stores.tables import (
    answer_entries,
    answer_words,
    answers,
    deliveries,
    delivery_sharers,
    fallbacks,
    retries,
)
from ground.actor import Actor
from ground.bulk import among
from ground.clock import machine_now
from ground.events import NewsDesk
from ground.ids import new_id
from ground.transaction import Transaction

NO_CHANNEL = ""  # under it people are counted, whatever reaches them


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
    facts |= {"forgeable": True} if answer.forgeable else {}
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
