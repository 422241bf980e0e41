"""What is asked again and again goes by keys: no claim, record, receipt, takeover or answer reads a whole table."""

from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select, text

from audiences.stores.tables import addresses
from broadcast.answers import Answer, AnswerKind
from broadcast.channels.base import Abilities, Receipt, Word
from broadcast.channels.errors import Unreachable
from broadcast.channels.memory import MemoryChannel
from broadcast.deliveries import Key
from broadcast.dispatch import plan, sweep
from broadcast.notices import Kind, Notice, Policy
from broadcast.queues.base import Ticket
from broadcast.stores import missing, progress
from broadcast.stores.returns import answers, asked, calling, under_way
from broadcast.stores.tables import attempts, deliveries
from ground.clock import SECOND
from ground.transaction import Database, Dialect
from tests.broadcast.dispatch.crowds import crowd
from tests.builders import World
from tests.dispatching import TESTER, Stage

BIG = ("deliveries", "attempts", "receipts", "addresses", "address_owners", "people", "audience_members")
PEOPLE = {Dialect.POSTGRESQL: 100_000, Dialect.SQLITE: 1_000}
"""SQLite chooses by what it could do, PostgreSQL by what it has counted: there, small tables prove nothing."""
BATCH = Abilities(receipts=True, batch=500)

OLD_ATTEMPTS = """INSERT INTO attempts (account, provider_id, notice_id, seq, at, learned_at)
SELECT 'old', 'old-' || seq, 0, seq, 0, 0 FROM deliveries"""
OLD_RECEIPTS = """INSERT INTO receipts
(account, provider_id, notice_id, seq, word, detail, code, happened_at, learned_at)
SELECT 'old', 'old-' || seq, 0, seq, 'delivered', 'delivered', '', 0, 0 FROM deliveries"""

Asked = list[tuple[str, Any]]


@contextmanager
def listening(database: Database) -> Iterator[Asked]:
    asked: Asked = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        if statement.split(maxsplit=1)[0] in {"SELECT", "UPDATE", "DELETE", "INSERT", "WITH"}:
            asked.append((statement, parameters))

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def whole_tables_read(database: Database, asked: Asked) -> list[str]:
    """Return the statements that would read one of the big tables from end to end, with the plan's own words."""
    bad = tuple(f"{word} {table}" for word in ("Seq Scan on", "SCAN") for table in BIG)
    return [
        f"{step}\n  in {statement}"
        for statement, parameters in asked
        for step in await explain(database, statement, parameters[0] if isinstance(parameters, list) else parameters)
        if step.startswith(bad)
    ]


async def explain(database: Database, statement: str, parameters: Any) -> Sequence[str]:
    word = "EXPLAIN" if database.dialect is Dialect.POSTGRESQL else "EXPLAIN QUERY PLAN"
    async with database.reading() as tx:
        rows = (await tx.connection.exec_driver_sql(f"{word} {statement}", parameters)).all()
    lines = [str(row[-1]) for row in rows]
    return [line.strip().removeprefix("->").strip().replace("Parallel ", "") for line in lines]


class Town:
    """A warning to a whole town, planned; the tables are as big as they get, and the database has counted them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.stage = Stage(database)
        self.asked: Asked = []
        for name in ("sms", "telegram"):
            self.stage.channels[name] = MemoryChannel(name=name, abilities=BATCH)

    async def warn(self) -> Notice:
        people = PEOPLE[self.database.dialect]
        area = await World(self.database).area("36")
        await crowd(self.database, area, people, "sms", "telegram")
        notice = await self.stage.notice("residents(36)", policy=Policy(("sms", "telegram")))
        await self.stage.plan()
        async with self.database.writing() as tx:
            for statement in (OLD_ATTEMPTS, OLD_RECEIPTS):
                await tx.execute(text(statement))
            if self.database.dialect is Dialect.POSTGRESQL:
                await tx.execute(text("ANALYZE"))
        return notice

    async def look(self, work: Awaitable[object]) -> object:
        with listening(self.database) as asked:
            result = await work
        self.asked += asked
        return result


async def test_what_is_asked_at_every_batch_goes_by_keys(database: Database) -> None:
    town = Town(database)
    notice = await town.warn()
    tickets = await town.stage.tickets()
    assert await town.look(town.stage.engine.process(tickets[(len(tickets) - 1) // 2]))
    await receive(town, notice)
    await fall_back(town)
    await answer(town, notice)
    await lapse(town, tickets[-1])
    await end(town, notice)
    assert len(town.asked) > 50
    read = await whole_tables_read(database, town.asked)
    assert not read, "\n".join(read)


async def receive(town: Town, notice: Notice) -> None:
    """Half of the batch is delivered, by the mark; a quarter is not, by the provider's own id."""
    async with town.database.reading() as tx:
        taken = await tx.rows(select(attempts).where(attempts.c.notice_id == notice.id))
    half = len(taken) // 2
    arrived = [
        Receipt(row.account, row.provider_id, Word.DELIVERED, "delivered", key=Key(row.notice_id, row.seq))
        for row in taken[:half]
    ]
    lost = [
        Receipt(row.account, row.provider_id, Word.FAILED, "undelivered", error=Unreachable("undelivered"))
        for row in taken[half : half + half // 2]
    ]
    await town.look(town.stage.receipts._keep(arrived))
    await town.look(town.stage.receipts._keep(lost))


async def fall_back(town: Town) -> None:
    town.stage.clock.pass_by(60 * SECOND)
    await town.stage.let_retries_be_due()
    assert await town.look(sweep.try_again(town.stage.hub))
    assert await town.look(sweep.fall_back(town.stage.hub))


async def answer(town: Town, notice: Notice) -> None:
    stage, now = town.stage, town.stage.clock.now()
    async with stage.database.writing() as tx:
        heard = (deliveries.c.notice_id == notice.id) & deliveries.c.state.in_(["accepted", "delivered"])
        address = int(await tx.value(select(deliveries.c.address_id).where(heard).limit(1)))
        given = Answer(notice.id, address, None, AnswerKind.SAFE, "sms", now, "ok", "sms:1")
        assert await town.look(asked.newest_open(tx, TESTER, address, now)) is not None
        value = select(addresses.c.value).where(addresses.c.id == address)
        number, key = str(await tx.value(value)), Key(notice.id, 1)
        await town.look(calling.newest_for(tx, TESTER, number, now))
        await town.look(calling.told(tx, TESTER, key))
        await town.look(calling.address_rung_back(tx, TESTER, key, number))
        await town.look(calling.is_known(tx, TESTER, number))
        await town.look(under_way.of_answered(tx, TESTER, notice.id, address, 1))
        assert await town.look(answers.record(tx, TESTER, stage.hub.desk, given))
        await town.look(missing.missing(tx, TESTER, notice))
        await town.look(progress.by_duty(tx, TESTER, notice, now))


async def lapse(town: Town, ticket: Ticket) -> None:
    assert await town.look(town.stage.engine._claim(ticket))
    await town.stage.let_leases_lapse()
    assert await town.look(sweep.take_back_lapsed(town.stage.hub))


async def end(town: Town, notice: Notice) -> None:
    told = [notice.id]
    ending = await town.stage.notice(kind=Kind.LIFTED, supersedes=told, tells_heard_of=told, expires=None)
    assert await town.look(sweep.end_closed(town.stage.hub))
    assert await town.look(plan.plan_slice(town.stage.hub, ending.id))


async def test_the_check_would_see_a_whole_table_read(database: Database) -> None:
    assert len(await whole_tables_read(database, [("SELECT * FROM deliveries WHERE state = 'planned'", ())])) == 1
