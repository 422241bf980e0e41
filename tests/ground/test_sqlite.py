"""SQLite's connection: a statement with its rows is one journey, and a refused one takes nothing with it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from ground.tables import metadata, unread_events
from ground.transaction import Database, open_database

ROWS = [{"subscriber": "reader", "event_id": number} for number in range(3)]


@pytest.fixture
async def lite(tmp_path: Path) -> AsyncIterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'lite.db'}")
    async with database.writing() as tx:
        await tx.connection.run_sync(metadata.create_all)
    yield database
    await database.close()


@pytest.fixture
def journeys(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is asked of a connection's thread."""
    made: list[object] = []
    execute = aiosqlite.Connection._execute

    async def noted(connection: Any, work: Any, *given: Any, **named: Any) -> Any:
        made.append(work)
        return await execute(connection, work, *given, **named)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(aiosqlite.Connection, "_execute", noted)
    return made


async def test_a_statement_with_its_rows_is_one_journey(lite: Database, journeys: list[object]) -> None:
    async with lite.writing() as tx:
        for statement, given in ((insert(unread_events), ROWS), (insert(unread_events), ROWS[0] | {"event_id": 9})):
            journeys.clear()
            await tx.execute(statement, given)
            assert len(journeys) == 1
        journeys.clear()
        assert list(await tx.values(select(unread_events.c.event_id).order_by(unread_events.c.event_id))) == [
            0,
            1,
            2,
            9,
        ]
        assert len(journeys) == 1


async def test_a_refused_statement_takes_nothing_with_it(lite: Database) -> None:
    async with lite.writing() as tx:
        await tx.execute(insert(unread_events), ROWS)
        for again in (ROWS, ROWS[0]):
            with pytest.raises(IntegrityError):
                async with tx.connection.begin_nested():
                    await tx.execute(insert(unread_events), again)
    async with lite.reading() as tx:
        assert len(await tx.rows(select(unread_events))) == len(ROWS)


async def test_a_row_that_was_returned_is_there_at_once(lite: Database) -> None:
    async with lite.writing() as tx:
        returned = insert(unread_events).returning(unread_events.c.event_id)
        assert await tx.value(returned, {"subscriber": "reader", "event_id": 7}) == 7
        assert (await tx.execute(insert(unread_events), ROWS[0])).rowcount == 1
