"""News goes up as rows: a lower package writes an event in its own transaction, upper ones read it at least once.

Ids commit out of order on PostgreSQL, so nobody reads "id greater than the last": each subscriber's unread events
are rows of their own, written beside the event and deleted in the transaction that acts on it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import delete, insert, select, update

from ground.clock import machine_now
from ground.tables import events, unread_events
from ground.transaction import Database, Dialect, Transaction

log = structlog.get_logger()

TRIES_BEFORE_LAST = 50
WRITTEN, UNREAD = insert(events).returning(events.c.id), insert(unread_events)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, to what, when: `kind` is noun.participle, `facts` hold ids and numbers only."""

    id: int
    kind: str
    subject: str
    facts: Mapping[str, Any]
    happened_at: int


Reader = Callable[[Transaction, Event], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who reads which kinds. `read` runs in the transaction that marks the event as read: it may be called again."""

    subscriber: str
    kinds: frozenset[str]
    read: Reader


class NewsDesk:
    """Where events are told and from where they are handed on; the subscriptions come from app/wiring.py."""

    def __init__(self, subscriptions: Sequence[Subscription] = ()) -> None:
        self._subscriptions = {each.subscriber: each for each in subscriptions}

    def listen(self, *subscriptions: Subscription) -> None:
        """Add readers, before anything is told: of those whose reading tells news in its turn."""
        self._subscriptions |= {each.subscriber: each for each in subscriptions}

    async def tell(self, tx: Transaction, kind: str, subject: str, /, happened_at: int, **facts: Any) -> int:
        """Write an event in the caller's transaction, unread by everyone subscribed; return its id."""
        return (await self.tell_many(tx, kind, [(subject, facts)], happened_at))[0]

    async def tell_many(
        self, tx: Transaction, kind: str, news: Sequence[tuple[str, Mapping[str, Any]]], happened_at: int
    ) -> Sequence[int]:
        """Write an event of one kind for every (subject, facts), in as many statements as for one; return their ids."""
        if not news:
            return []
        alike = {"kind": kind, "happened_at": happened_at, "learned_at": machine_now()}
        rows = [alike | {"subject": subject, "facts": facts} for subject, facts in news]
        written = await tx.execute(WRITTEN, rows)
        ids = [int(event_id) for event_id in written.scalars()]
        readers = [name for name, each in self._subscriptions.items() if kind in each.kinds]
        unread = [{"subscriber": name, "event_id": event_id} for name in readers for event_id in ids]
        if unread:
            await tx.execute(UNREAD, unread)
        return ids

    async def hand_on(self, database: Database, limit: int = 100) -> int:
        """Give every subscriber its unread events, one transaction each; return how many were read."""
        read = 0
        for subscription in self._subscriptions.values():
            for event_id in await self._unread(database, subscription.subscriber, limit):
                read += await self._read_one(database, subscription, event_id)
        return read

    async def _unread(self, database: Database, subscriber: str, limit: int) -> Sequence[int]:
        mine = unread_events.c.subscriber == subscriber
        oldest_first = (unread_events.c.tries > TRIES_BEFORE_LAST, unread_events.c.event_id)
        async with database.reading() as tx:
            return await tx.values(select(unread_events.c.event_id).where(mine).order_by(*oldest_first).limit(limit))

    async def _read_one(self, database: Database, subscription: Subscription, event_id: int) -> int:
        try:
            async with database.writing() as tx:
                if not await _take(tx, subscription.subscriber, event_id):
                    return 0
                await subscription.read(tx, await _load(tx, event_id))
        except Exception:  # one event that cannot be read must not stop those behind it; it stays unread
            log.exception("event.refused", subscriber=subscription.subscriber, event_id=event_id)
            await _count_try(database, subscription.subscriber, event_id)
            return 0
        return 1


async def _take(tx: Transaction, subscriber: str, event_id: int) -> bool:
    """Claim one unread event; another process that holds it is left alone."""
    mine = (unread_events.c.subscriber == subscriber) & (unread_events.c.event_id == event_id)
    if tx.dialect is Dialect.POSTGRESQL:
        held = select(unread_events.c.event_id).where(mine).with_for_update(skip_locked=True)
        if await tx.value(held) is None:
            return False
    return (await tx.execute(delete(unread_events).where(mine))).rowcount == 1


async def _count_try(database: Database, subscriber: str, event_id: int) -> None:
    """What is refused again and again goes behind the others."""
    mine = (unread_events.c.subscriber == subscriber) & (unread_events.c.event_id == event_id)
    async with database.writing() as tx:
        await tx.execute(update(unread_events).where(mine).values(tries=unread_events.c.tries + 1))


async def _load(tx: Transaction, event_id: int) -> Event:
    row = await tx.row(select(events).where(events.c.id == event_id))
    if row is None:
        raise LookupError(f"event {event_id} is unread but was never written")
    return Event(row.id, row.kind, row.subject, row.facts, row.happened_at)
