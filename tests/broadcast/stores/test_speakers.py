"""Speakers in the database: the counter only rises, waits come due, and the coverage counts who could be reached."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from audiences.stores.tables import gateways
from broadcast.deliveries import Key, State
from broadcast.stores.speakers import commands as speaker_commands
from broadcast.stores.speakers import gateways as speakers
from broadcast.stores.speakers import waits as speaker_waits
from broadcast.stores.speakers.commands import Sending
from broadcast.stores.speakers.gateways import Coverage
from broadcast.stores.speakers.waits import Validity
from broadcast.stores.tables import counters, deliveries, notices, stops
from ground.actor import HubOnly, Role, operator, system
from ground.bulk import insert_rows
from ground.clock import HOUR, machine_now
from ground.transaction import Database, Transaction
from tests.builders import NOON, World

SPEAKER = system("speaker")
VALID = Validity(NOON, ending_hours=24)
SENDING = Sending("c", "play", "t")


async def a_notice(database: Database, size: int = 3, **changes: Any) -> tuple[int, list[int]]:
    """Make a notice with `size` accepted deliveries to gateways of one village; return it and the gateways."""
    world = World(database)
    code = f"V{changes.get('public_id', 'x')}"
    village = await world.area(code)
    boxes = [await world.gateway(village, f"{code}-{number}") for number in range(size)]
    row = {
        "public_id": "x",
        "origin": "test:1",
        "kind": "alarm",
        "purpose": "warnings",
        "lane": "immediate",
        "guarantee": "at_least_once",
        "drill": False,
        "asks_answer": False,
        "policy": {"channels": ["speaker"]},
        "tells_heard_of": [],
        "state": "planned",
        "valid_from": NOON,
        "expires": NOON + HOUR,
        "made_at": NOON,
    }
    async with database.writing() as tx:
        notice = int(await tx.value(insert(notices).values(row | changes).returning(notices.c.id)))
        addresses = {r.id: r.address_id for r in await tx.rows(gateways.select())}
        common = {"notice_id": notice, "channel": "speaker", "lane": "immediate", "language": "zh_CN"}
        common |= {"area_id": village, "why": "planned", "state": State.ACCEPTED.value}
        rows = [common | {"seq": seq, "address_id": addresses[box]} for seq, box in enumerate(boxes, 1)]
        await insert_rows(tx, deliveries, rows)
    return notice, boxes


async def expect(database: Database, notice: int, boxes: list[int], due_at: int = 10) -> None:
    async with database.writing() as tx:
        told = [(Key(notice, seq), box) for seq, box in enumerate(boxes, 1)]
        await speaker_waits.expect(tx, SPEAKER, told, 5, due_at)


async def due(database: Database, machine: int = 20, tries: int = 3) -> list[int]:
    async with database.reading() as tx:
        waits = await speaker_waits.due(tx, SPEAKER, VALID, machine, tries, 100)
    return [wait.key.seq for wait in waits]


@asynccontextmanager
async def statements(database: Database) -> AsyncIterator[list[str]]:
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def test_counters_rise_and_are_never_given_twice(database: Database) -> None:
    async def some() -> list[int]:
        async with database.writing() as tx:
            return list(await speaker_commands.allot(tx, SPEAKER, [SENDING] * 5, NOON))

    given = await asyncio.gather(*(some() for _ in range(6)))
    assert len({counter for each in given for counter in each}) == 30
    assert all(each == sorted(each) for each in given)
    assert min(await some()) > max(counter for each in given for counter in each)


async def test_after_a_restart_the_counter_is_above_whatever_a_backup_forgot(database: Database) -> None:
    async with database.writing() as tx:
        [before] = await speaker_commands.allot(tx, SPEAKER, [SENDING], NOON)
    high = machine_now()
    for _ in range(2):
        async with database.writing() as tx:
            await speaker_commands.raise_counter(tx, SPEAKER, high, NOON)
    async with database.writing() as tx:
        counters_given = list(await speaker_commands.allot(tx, SPEAKER, [SENDING] * 2, NOON))
    assert before < high < counters_given[0] < counters_given[1]
    async with database.writing() as tx:
        await speaker_commands.raise_counter(tx, SPEAKER, high - 1, NOON)
        assert min(await speaker_commands.allot(tx, SPEAKER, [SENDING], NOON)) > counters_given[1]


async def test_whoever_owes_a_word_is_due_until_it_was_told_often_enough(database: Database) -> None:
    notice, boxes = await a_notice(database)
    await expect(database, notice, boxes)
    assert await due(database, machine=9) == []
    assert await due(database) == [1, 2, 3]
    await expect(database, notice, boxes)
    assert await due(database, tries=2) == []
    async with database.reading() as tx:
        assert await speaker_waits.silent(tx, SPEAKER, 20, 2) == ["Vx-0", "Vx-1", "Vx-2"]
    async with database.writing() as tx:
        await speaker_waits.let_rest(tx, SPEAKER, 20, 2, 1_000)
    async with database.reading() as tx:
        assert await speaker_waits.silent(tx, SPEAKER, 2_000, 2) == []


async def test_a_word_puts_the_wait_off_and_the_last_word_ends_it(database: Database) -> None:
    notice, boxes = await a_notice(database)
    await expect(database, notice, boxes)
    async with database.writing() as tx:
        await speaker_waits.heard(tx, SPEAKER, [Key(notice, 1)], 1_000)
        await speaker_waits.over(tx, SPEAKER, [Key(notice, 2)])
    assert await due(database) == [3]
    assert await due(database, machine=1_000) == [3, 1]


@pytest.mark.parametrize(
    "change",
    [{"superseded_at": NOON}, {"expires": NOON}, {"expires": None, "valid_from": NOON - 25 * HOUR}],
    ids=["overtaken", "expired", "an old ending"],
)
async def test_what_holds_no_longer_is_neither_told_nor_kept(database: Database, change: dict[str, Any]) -> None:
    notice, boxes = await a_notice(database)
    await expect(database, notice, boxes)
    async with database.writing() as tx:
        await tx.execute(update(notices).values(change))
    assert await due(database) == []
    async with database.reading() as tx:
        assert not await speaker_waits.owed_to(tx, SPEAKER, boxes, VALID, 100)
    async with database.writing() as tx:
        await speaker_waits.forget_ended(tx, SPEAKER, VALID, 20, 100)
    async with database.reading() as tx:
        assert await speaker_waits.of_notice(tx, SPEAKER, notice) == []


async def test_whoever_comes_back_is_told_what_was_told_before_and_not_what_was_told_since(database: Database) -> None:
    notice, boxes = await a_notice(database)
    await expect(database, notice, boxes)  # told at 5
    async with database.reading() as tx:
        assert len(await speaker_waits.owed_to(tx, SPEAKER, boxes[:2], VALID, 6)) == 2
        assert not await speaker_waits.owed_to(tx, SPEAKER, boxes[:2], VALID, 5)


@pytest.mark.parametrize("scope", ["notice", "channel", "everything", "another channel"])
async def test_a_stop_is_told_at_once_and_once(database: Database, scope: str) -> None:
    notice, boxes = await a_notice(database)
    await expect(database, notice, boxes, due_at=1_000)
    named: dict[str, Any] = {
        "notice": {"notice_id": notice},
        "channel": {"channel": "speaker"},
        "another channel": {"channel": "sms"},
    }
    row: dict[str, Any] = {"actor": "test", "reason": "wrong", "at": NOON} | named.get(scope, {})
    async with database.writing() as tx:
        await tx.execute(insert(stops).values(row))
    applies = scope != "another channel"
    async with database.writing() as tx:
        assert await speaker_waits.anything_due(tx, SPEAKER, 20) == applies
        await speaker_waits.hasten_stopped(tx, SPEAKER, 20)
        waits = await speaker_waits.due(tx, SPEAKER, VALID, 20, 3, 100)
        assert [wait.stopped for wait in waits] == [True] * 3 * applies
        await speaker_commands.allot(tx, SPEAKER, [Sending("s", "stop", "t", notice)], NOON)
    await expect(database, notice, boxes, due_at=1_000)
    async with database.reading() as tx:
        assert not await speaker_waits.anything_due(tx, SPEAKER, 20)


async def test_coverage_is_played_reachable_all(database: Database) -> None:
    notice, boxes = await a_notice(database, 5)
    await expect(database, notice, boxes[1:])
    async with database.writing() as tx:
        await tx.execute(update(gateways).where(gateways.c.id.in_(boxes[3:])).values(state="offline"))
        village = int(await tx.value(gateways.select().with_only_columns(gateways.c.area_id)))
        common = {"notice_id": notice, "channel": "speaker", "area_id": village}
        for state, n in (("accepted", 4), ("delivered", 1), ("maybe_twice", 3), ("planned", 0)):
            await tx.execute(insert(counters).values(common | {"state": state, "n": n}))
        other = {"notice_id": notice, "channel": "sms", "area_id": village, "state": "delivered", "n": 9}
        await tx.execute(insert(counters).values(other))
    async with database.reading() as tx:
        assert await speakers.coverage(tx, SPEAKER, notice) == [Coverage(village, played=1, reachable=3, all=5)]


async def test_coverage_ends_at_the_border_of_ones_area(database: Database) -> None:
    notice, _ = await a_notice(database, 2)
    elsewhere = await World(database).area("elsewhere")
    stranger = operator("o", elsewhere, [Role.OFFICER])
    async with database.writing() as tx:
        village = int(await tx.value(gateways.select().with_only_columns(gateways.c.area_id)))
        row = {"notice_id": notice, "channel": "speaker", "area_id": village, "state": "accepted", "n": 2}
        await tx.execute(insert(counters).values(row))
    async with database.reading() as tx:
        assert await speakers.coverage(tx, stranger, notice) == []
        assert await speakers.by_code(tx, stranger, ["Vx-0"]) == {}
        with pytest.raises(HubOnly):
            await speaker_waits.of_notice(tx, stranger, notice)


async def test_ten_gateways_cost_as_many_statements_as_sixty(database: Database) -> None:
    counts = [await _cost(database, size, str(size)) for size in (10, 60)]
    assert counts[0] == counts[1]


async def _cost(database: Database, size: int, public_id: str) -> list[int]:
    """Return how many statements each step takes."""
    notice, boxes = await a_notice(database, size, public_id=public_id)
    keys = [Key(notice, seq) for seq in range(1, size + 1)]
    codes = [f"V{public_id}-{number}" for number in range(size)]
    steps: list[Callable[[Transaction], Awaitable[Any]]] = [
        lambda tx: speaker_waits.expect(tx, SPEAKER, list(zip(keys, boxes, strict=True)), 1, 2),
        lambda tx: speaker_waits.heard(tx, SPEAKER, keys, 2),
        lambda tx: speaker_waits.owed_to(tx, SPEAKER, boxes, VALID, 10),
        lambda tx: speaker_waits.over(tx, SPEAKER, keys),
        lambda tx: speakers.keys_of(tx, SPEAKER, [public_id], codes),
        lambda tx: speaker_commands.allot(tx, SPEAKER, [SENDING] * size, NOON),
    ]
    counts = []
    for step in steps:
        async with statements(database) as said, database.writing() as tx:
            await step(tx)
        counts.append(len(said))
    return counts
