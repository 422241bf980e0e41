"""Answers as they are kept: append-only; one that comes in ends every waiting for that person, in its transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Row, Select, and_, bindparam, delete, exists, insert, select, update

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
    person = answer.person
    if person is None and answer.address is not None:
        person = await _only_owner(tx, answer.address)
    whose = {"notice": answer.notice, "address": answer.address, "person": person}
    before = (await tx.rows(BEFORE, whose | {"dedupe": answer.dedupe}))[0]
    if before.known:
        return None
    theirs = await tx.rows(THEIRS, whose)
    place = _place(answer, theirs, area)
    answer_id = await _keep(tx, answer, person, place.area_id if place else None)
    tally = await _stop_waiting(tx, answer.notice, theirs)
    if place is not None and not before.at_hand and not before.by_name:
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


def _place(answer: Answer, theirs: Sequence[Row[Any]], area: int | None) -> Counted | None:
    """Return where the answer counts; what a person shares with others is not answered by an entry for one."""
    here = [row for row in theirs if answer.address in (None, row.address_id)]
    if here:
        row = min(here, key=lambda each: int(each.seq))
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
    answer_id = int(await tx.value(KEPT, row))
    await tx.execute(WORDED, {"answer_id": answer_id, "words": answer.words})
    return answer_id


async def _stop_waiting(tx: Transaction, notice: int, theirs: Sequence[Row[Any]]) -> Counter[counters.Place]:
    """No next channel for whoever answered, and nothing unsent of this notice goes out to them any more."""
    tally: Counter[counters.Place] = Counter()
    taken_over = [row.seq for row in theirs if row.taken_over]
    tried_again = [row.seq for row in theirs if row.tried_again]
    for forgotten, seqs in ((NOT_TAKEN_OVER, taken_over), (NOT_TRIED_AGAIN, tried_again)):
        if seqs:
            await tx.execute(forgotten, [{"notice": notice, "delivery": seq} for seq in seqs])
    planned = [row.seq for row in theirs if row.state == State.PLANNED]
    if planned:
        unsent = (
            update(deliveries)
            .where(keyed(tx, notice, planned), deliveries.c.state == State.PLANNED)
            .values(state=State.SUPPRESSED, reason="answered")
            .returning(deliveries.c.notice_id, deliveries.c.channel, deliveries.c.area_id)
        )
        counters.move(tally, await tx.rows(unsent), State.PLANNED, State.SUPPRESSED)
    return tally


def _before() -> Select[bool, bool, bool]:
    """Whether this very answer is known, and whether any was given at the address, or by the person, before."""
    given = answers.c.notice_id == bindparam("notice")
    at_hand = exists().where(given, answers.c.address_id == bindparam("address"))
    by_name = exists().where(given, answers.c.person_id == bindparam("person"))  # by OR, no index would be of use
    known = exists().where(answers.c.dedupe == bindparam("dedupe"))
    return select(known.label("known"), at_hand.label("at_hand"), by_name.label("by_name"))


def _theirs_alone() -> CompoundSelect[Any]:
    """The deliveries at the address of the answer, and those of the person elsewhere that nobody else waits for."""
    waiting = [
        exists().where(waits.c.notice_id == deliveries.c.notice_id, waits.c.seq == deliveries.c.seq).label(name)
        for waits, name in ((fallbacks, "taken_over"), (retries, "tried_again"))
    ]
    columns = ("notice_id", "seq", "address_id", "channel", "area_id", "state")
    mine = deliveries.c.notice_id == bindparam("notice")
    here = select(*(deliveries.c[name] for name in columns), *waiting)
    shared = exists().where(
        delivery_sharers.c.notice_id == deliveries.c.notice_id, delivery_sharers.c.seq == deliveries.c.seq
    )
    person = bindparam("person", type_=deliveries.c.person_id.type)
    elsewhere = here.join(address_owners, address_owners.c.address_id == deliveries.c.address_id)
    theirs = elsewhere.where(mine, address_owners.c.person_id == person, deliveries.c.person_id == person, ~shared)
    return here.where(mine, deliveries.c.address_id == bindparam("address")).union(theirs)


NOT_TAKEN_OVER, NOT_TRIED_AGAIN = (
    delete(waits).where(waits.c.notice_id == bindparam("notice"), waits.c.seq == bindparam("delivery"))
    for waits in (fallbacks, retries)
)
BEFORE, THEIRS = _before(), _theirs_alone()
KEPT = insert(answers).returning(answers.c.id)
WORDED = insert(answer_words)
