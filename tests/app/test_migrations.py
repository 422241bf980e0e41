"""Migrations: what they build is what the catalogue says, on both databases, however many begin at once."""

import asyncio
import sys
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.engine import URL

from app.migrations import migrate, needed_revision, present_revision
from app.migrations.catalogue import metadata
from app.migrations.upgrading import configuration
from audiences.stores.tables import addresses, areas, people
from broadcast.stores.tables import alert_steps, alerts, answer_words, answers, confirmations, notices
from ground.clock import DAY, MINUTE, machine_now
from ground.ids import new_id
from ground.tables import audit
from ground.transaction import Database, Transaction, open_database
from tests import databases


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Yield a database without a single table."""
    if request.param == "sqlite":
        database = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
        yield database
        await database.close()
        return
    server: URL = request.getfixturevalue("postgresql_server")
    name = "e" + new_id().replace("-", "")
    await databases.command(server, f'CREATE DATABASE "{name}"')
    database = open_database(address_of(server, name))
    yield database
    await database.close()
    await databases.command(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def address_of(server: URL, name: str) -> str:
    return server.set(database=name).render_as_string(hide_password=False)


def difference(connection: Connection) -> list[object]:
    with warnings.catch_warnings():  # SQLite cannot tell what expression an index was made of
        warnings.filterwarnings("ignore", message="autogenerate skipping|Skipped unsupported reflection")
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


async def test_what_migrations_build_is_what_the_catalogue_says(empty: Database) -> None:
    await migrate(empty)
    async with empty.reading() as tx:
        assert await tx.connection.run_sync(difference) == []
        assert await present_revision(tx) == needed_revision()


async def test_a_second_run_keeps_what_is_there(empty: Database) -> None:
    await migrate(empty)
    row = {"actor": "a", "deed": "x.done", "subject": "s", "facts": {}, "at": 1, "learned_at": 1}
    async with empty.writing() as tx:
        await tx.execute(insert(audit).values(row))
    await migrate(empty)
    async with empty.reading() as tx:
        assert await tx.values(select(audit.c.deed)) == ["x.done"]


ONE_RUN = """
import asyncio, sys
from app.migrations import migrate
from ground.transaction import open_database

async def run():
    database = open_database(sys.argv[1])
    await migrate(database)
    await database.close()

asyncio.run(run())
"""


async def test_two_processes_may_migrate_at_once(empty: Database) -> None:
    address = empty.engine.url.set(drivername=empty.dialect.value).render_as_string(hide_password=False)
    both = [await asyncio.create_subprocess_exec(sys.executable, "-c", ONE_RUN, address) for _ in range(2)]
    assert [await process.wait() for process in both] == [0, 0]
    async with empty.reading() as tx:
        assert await tx.connection.run_sync(difference) == []


async def test_what_was_answered_survives_the_change_that_lets_an_answer_have_no_address(empty: Database) -> None:
    async with empty.writing() as tx:
        await tx.connection.run_sync(lambda connection: command.upgrade(configuration(connection), "0002"))
        await _answered_in_old_days(tx)
    await migrate(empty)
    async with empty.writing() as tx:
        [kept] = await tx.rows(select(answers.c.address_id, answers.c.kind, answer_words.c.words).join(answer_words))
        assert tuple(kept) == (1, "safe", "都好")
        entered = {"id": 2, "public_id": new_id(), "notice_id": 1, "address_id": None, "person_id": 1, "kind": "safe"}
        times = {"channel": "entered", "happened_at": 2, "learned_at": 2, "dedupe": "entered:1"}
        await tx.execute(insert(answers).values(**entered, **times))
    async with empty.reading() as tx:
        assert await tx.connection.run_sync(difference) == []


AREA = {"id": 1, "code": "1", "name": "车草村", "folded": "车草", "level": "village", "source": "test"}


async def _answered_in_old_days(tx: Transaction) -> None:
    """Write one answer with all that it points at, as the second revision had it."""
    person = {"id": 1, "source": "test", "external_id": "1", "area_id": 1}
    notice = {"id": 1, "public_id": new_id(), "origin": "test:1", "kind": "alarm", "purpose": "warnings"}
    rules = {"lane": "immediate", "guarantee": "at_least_once", "drill": False, "asks_answer": True, "policy": {}}
    state = {"tells_heard_of": [], "state": "planned", "valid_from": 1, "made_at": 1}
    answer = {"id": 1, "public_id": new_id(), "notice_id": 1, "address_id": 1, "person_id": 1, "kind": "safe"}
    times = {"channel": "sms", "happened_at": 1, "learned_at": 1, "dedupe": "sms:1:1"}
    rows: list[tuple[Table, dict[str, object]]] = [
        (areas, AREA),
        (people, person),
        (addresses, {"id": 1, "channel": "sms", "value": "+99900000001"}),
        (notices, notice | rules | state),
        (answers, answer | times),
        (answer_words, {"answer_id": 1, "words": "都好"}),
    ]
    for table, row in rows:
        await tx.execute(insert(table).values(row))


async def test_what_was_issued_alone_before_waits_for_its_second_person_and_nobody_is_woken_about_old_ones(
    empty: Database,
) -> None:
    now = machine_now()
    young, old = now - 5 * MINUTE, now - DAY
    async with empty.writing() as tx:
        await tx.connection.run_sync(lambda connection: command.upgrade(configuration(connection), "0013"))
        await tx.execute(insert(areas).values(AREA))
        waiting = await _alert(tx, young, approver=None)
        forgotten = await _alert(tx, old, approver=None)
        correction = await _alert(tx, young, approver=None, ending="correction")
        await _alert(tx, young, approver=None, confirmer="operator:b")
        await _alert(tx, old, approver=None, state="expired")
        await _alert(tx, young)
        await _alert(tx, young, approver=None, state="submitted")
    await migrate(empty)
    async with empty.reading() as tx:
        kept = {
            row.alert_id: (row.due_at, row.told_at, row.confirmed_at) for row in await tx.rows(select(confirmations))
        }
        assert await tx.connection.run_sync(difference) == []
    assert kept == {
        waiting: (young + 30 * MINUTE, None, None),
        correction: (young + 30 * MINUTE, None, None),
        forgotten: (old + 30 * MINUTE, old + 30 * MINUTE, None),
    }


async def _alert(tx: Transaction, at: int, **changes: object) -> str:
    """Write a warning and the step by which it became what it is; `sent` may be long before, as CAP files have it."""
    alert = new_id()
    said = {"sender": "s", "identifier": alert, "sent": 1, "status": "Actual", "msg_type": "Alert", "level": 1}
    rest = {"event_code": "1", "content": {}, "target": [], "area_id": 1, "author": "operator:a", "expires": at + DAY}
    row = {"id": alert, "state": "issued", "approver": "operator:b", "made_at": at} | said | rest | changes
    to = "submitted" if row["state"] == "submitted" else "issued"
    step = {"from_state": "submitted", "to_state": to, "actor": "operator:a", "at": at, "learned_at": at}
    await tx.execute(insert(alerts).values(row))
    await tx.execute(insert(alert_steps).values(alert_id=alert, **step))
    return alert
