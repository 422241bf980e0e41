"""The live video check in a real Chromium with a fake camera: pictures move, come back, and give way to photos."""

import itertools
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, async_playwright, expect

from tests.browser.hub import Hub
from tests.browser.water import (
    FAKE,
    Water,
    chromium,
    desk_of,
    has_picture,
    is_moving,
    looking,
    opened,
    phone_of,
    tile,
    water,
)
from tests.builders import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.external("chromium")]
numbers = itertools.count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(hub: Hub) -> AsyncIterator[World]:
    async with hub.database() as database:
        yield World(database)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as playwright:
        yield playwright


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def camera(playwright: Playwright) -> AsyncIterator[Browser]:
    async with chromium(playwright, *FAKE) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def asked(world: World, hub: Hub) -> Water:
    return await water(world, hub, next(numbers))


async def test_both_pages_show_a_moving_picture(camera: Browser, asked: Water) -> None:
    phone, desk = await phone_of(camera, asked), await desk_of(camera, asked)
    there = await opened(phone, asked)
    await there.click("#start")
    here = await looking(desk, asked)
    assert await has_picture(here, asked) > 0
    await is_moving(here, f"{tile(asked)} video")
    await is_moving(there, "#picture")
    await expect(there.locator("#watched")).to_contain_text("正在看")
    await phone.close()
    await desk.close()
