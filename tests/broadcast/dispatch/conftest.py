"""A stage and a world for the tests of dispatch."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from ground.transaction import Database
from tests.builders import World
from tests.dispatching import Stage


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        stage = Stage(database)
        await stage.start(stack)
        yield stage


@pytest.fixture
def world(database: Database) -> World:
    return World(database)
