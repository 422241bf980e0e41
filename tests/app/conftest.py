"""A whole hub in the test's own process: real database, real application, called over ASGI."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.api.application import make_application
from app.house import House
from app.process.tables import bring_up_to_date
from app.security.tokens import make_token
from app.settings import read_settings
from broadcast.alerts.office import Office
from broadcast.channels.memory import MEMORY
from ground.actor import Role, system
from ground.clock import HandClock
from ground.events import NewsDesk
from ground.media import MediaFolder
from ground.transaction import Database
from tests import databases
from tests.builders import NOON, World


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return house_on(database, tmp_path)


def house_on(database: Database, folder: Path) -> House:
    settings = read_settings(None, {"MINGLUO_DATA": str(folder)})
    clock, desk, kinds = HandClock(NOON), NewsDesk(), [MEMORY]
    office = Office("36098141600001", desk, kinds)
    media = MediaFolder(folder / "media")
    return House(settings, "http://hub.test", clock, database, desk, media, office, kinds)


@pytest.fixture
async def http(house: House) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(make_application(house), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test/api/v1") as client:
        yield client


@pytest.fixture(scope="session")
def used_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a hub that has run: its tables are those of this version."""
    folder = tmp_path_factory.mktemp("used-before")
    databases.at_once(bring_up_to_date(read_settings(None, {"MINGLUO_DATA": str(folder)})))
    return folder


def used_again(used_before: Path, folder: Path) -> Path:
    """Return `folder` as that of a hub that has run; making every table anew is tried where that is the point."""
    return Path(shutil.copytree(used_before, folder, dirs_exist_ok=True))


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


async def bearer(world: World, area: int | None, *roles: Role) -> dict[str, str]:
    """Return the headers of a fresh operator with a fresh token."""
    actor = await world.operator(area, *roles)
    async with world.database.writing() as tx:
        fresh = await make_token(tx, system("test"), actor.id, "test", NOON)
    return {"Authorization": f"Bearer {fresh.secret}"}
