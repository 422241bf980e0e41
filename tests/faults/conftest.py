"""One town for all faults that a hub survives without a new start: it is put up once."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.towns import Town, town

CHATS, PHONES = 12, 6


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def standing_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with town(tmp_path_factory.mktemp("town"), chats=CHATS, phones=PHONES) as standing:
        yield standing


@pytest_asyncio.fixture(loop_scope="package")
async def here(standing_town: Town) -> Town:
    """The town, at the beginning of this test."""
    await standing_town.begin()
    return standing_town
