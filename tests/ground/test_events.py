"""News as rows: what is told is read at least once by each subscriber, whatever the order of commits."""

import asyncio

import pytest

from ground.events import Event, NewsDesk, Subscription
from ground.transaction import Database, Transaction

KINDS = frozenset({"gong.sounded"})


def desk_that_writes_into(heard: list[str], *names: str) -> NewsDesk:
    def reader(name: str) -> Subscription:
        async def read(_tx: Transaction, event: Event) -> None:
            heard.append(f"{name}:{event.subject}")

        return Subscription(name, KINDS, read)

    return NewsDesk([reader(name) for name in names])


async def test_every_subscriber_reads_every_event_once(database: Database) -> None:
    heard: list[str] = []
    desk = desk_that_writes_into(heard, "ear", "book")
    async with database.writing() as tx:
        await desk.tell(tx, "gong.sounded", "1", happened_at=0)
        await desk.tell(tx, "gong.cracked", "2", happened_at=0)
    assert await desk.hand_on(database) == 2
    assert await desk.hand_on(database) == 0
    assert sorted(heard) == ["book:1", "ear:1"]


async def test_an_event_of_a_transaction_that_fails_was_never_told(database: Database) -> None:
    heard: list[str] = []
    desk = desk_that_writes_into(heard, "ear")

    async def tell_and_fail() -> None:
        async with database.writing() as tx:
            await desk.tell(tx, "gong.sounded", "1", happened_at=0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await tell_and_fail()
    assert await desk.hand_on(database) == 0


async def test_events_that_commit_in_reverse_order_are_both_read(postgresql: Database) -> None:
    heard: list[str] = []
    desk = desk_that_writes_into(heard, "ear")
    first_told, second_read = asyncio.Event(), asyncio.Event()

    async def slow_teller() -> None:
        async with postgresql.writing() as tx:
            await desk.tell(tx, "gong.sounded", "first id, last commit", happened_at=0)
            first_told.set()
            await second_read.wait()

    slow = asyncio.create_task(slow_teller())
    await first_told.wait()
    async with postgresql.writing() as tx:
        await desk.tell(tx, "gong.sounded", "last id, first commit", happened_at=0)
    await desk.hand_on(postgresql)
    second_read.set()
    await slow
    await desk.hand_on(postgresql)
    assert heard == ["ear:last id, first commit", "ear:first id, last commit"]


async def test_one_event_that_cannot_be_read_stops_none_behind_it_and_stays_unread(database: Database) -> None:
    heard: list[str] = []
    broken = True

    async def read(_tx: Transaction, event: Event) -> None:
        if event.subject == "bad" and broken:
            raise ValueError("cannot read this")
        heard.append(event.subject)

    desk = NewsDesk([Subscription("ear", KINDS, read)])
    async with database.writing() as tx:
        for subject in ("bad", "good"):
            await desk.tell(tx, "gong.sounded", subject, happened_at=0)
    await desk.hand_on(database)
    assert heard == ["good"]
    broken = False
    await desk.hand_on(database)
    assert heard == ["good", "bad"]
