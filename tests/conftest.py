"""Fixtures for all: a clean environment, and a real database of each kind."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
import structlog
from hypothesis import settings
from sqlalchemy.engine import URL

from ground.transaction import Database
from tests import collecting, databases, scratch

if TYPE_CHECKING:
    from tests.towns import Town

scratch.in_memory()
settings.register_profile("mingluo", deadline=None)  # how fast a machine is proves nothing
settings.load_profile("mingluo")
# A fault that a test provokes is logged in a few lines: to draw it with all its variables takes a second each.
plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
structlog.configure([structlog.processors.add_log_level, plain])


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No MINGLUO_ variable of the machine reaches a test, except those that speak to the tests."""
    for name in list(os.environ):
        if name.startswith("MINGLUO_") and not name.startswith("MINGLUO_TEST_"):
            monkeypatch.delenv(name)


def pytest_collection_finish() -> None:
    collecting.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test of an external program is skipped where there is none; where all is asked for, that is a failure."""
    for mark in item.iter_markers("external"):
        program = str(mark.args[0])
        if shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
            missing = f"{program} is not installed"
            if os.environ.get("MINGLUO_TEST_ALL") == "1":
                pytest.fail(missing)
            pytest.skip(missing)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    databases.at_once(databases.make_tables(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """A real PostgreSQL with a template database; that it is missing is a failure, not a skip."""
    with databases.running_postgresql() as server:
        template = server.set(database=databases.TEMPLATE)
        databases.at_once(databases.command(server, f'DROP DATABASE IF EXISTS "{databases.TEMPLATE}"'))
        databases.at_once(databases.command(server, f'CREATE DATABASE "{databases.TEMPLATE}"'))
        databases.at_once(databases.make_tables(template.render_as_string(hide_password=False)))
        yield server


@pytest.fixture
async def sqlite(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    async with databases.fresh_sqlite(sqlite_template, tmp_path) as database:
        yield database


@pytest.fixture
async def postgresql(postgresql_server: URL) -> AsyncIterator[Database]:
    async with databases.fresh_postgresql(postgresql_server) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """The same test on both: what is true on one must be true on the other."""
    if request.param == "sqlite":
        async with databases.fresh_sqlite(sqlite_template, tmp_path) as fresh:
            yield fresh
    else:
        async with databases.fresh_postgresql(request.getfixturevalue("postgresql_server")) as fresh:
            yield fresh


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def standing_town(tmp_path_factory: pytest.TempPathFactory) -> "AsyncIterator[Town]":
    """A hub and a sandbox as processes, put up once for all tests that do not kill them."""
    from tests.towns import CHATS, GATEWAYS, PHONES, town  # noqa: PLC0415 - it imports the whole house

    async with town(tmp_path_factory.mktemp("town"), chats=CHATS, phones=PHONES, gateways=GATEWAYS) as standing:
        yield standing


@pytest_asyncio.fixture(loop_scope="session")
async def here(standing_town: "Town") -> "Town":
    """The standing town at the beginning of this test."""
    await standing_town.begin()
    return standing_town
