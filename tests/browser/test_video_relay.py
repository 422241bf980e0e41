"""Where two pages do not reach each other: everything goes through a real coturn, with a word that runs out."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.hub import Hub, running_hub
from tests.browser.relay import Relay, coturn
from tests.browser.water import (
    FAKE,
    PATIENCE,
    WAYS,
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

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.external("chromium"),
    pytest.mark.external("turnserver"),
]
numbers = itertools.count(1)


@dataclass
class Lab:
    hub: Hub
    relay: Relay
    browser: Browser


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["udp", "tcp"])
async def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    folder = tmp_path_factory.mktemp("relay")
    async with (
        coturn(folder) as relay,
        running_hub(folder, relay.settings(request.param)) as hub,
        async_playwright() as playwright,
        chromium(playwright, *FAKE, "--allow-loopback-in-peer-connection") as browser,
    ):
        yield Lab(hub, relay, browser)


async def test_the_picture_goes_through_the_relay_alone_and_nobody_learns_the_secret(lab: Lab) -> None:
    async with lab.hub.database() as database:
        asked = await water(World(database), lab.hub, next(numbers))
        phone, desk = await phone_of(lab.browser, asked), await desk_of(lab.browser, asked)
        there = await opened(phone, asked)
        await there.click("#start")
        await expect(there.locator("#screen")).to_be_visible(timeout=PATIENCE)
        here = await looking(desk, asked)
        await has_picture(here, asked)
        await is_moving(here, f"{tile(asked)} video")
        ways = [*await there.evaluate(WAYS), *await here.evaluate(WAYS)]
        assert set(ways) == {"relay"}
        assert lab.relay.secret not in lab.hub.log.read_text(encoding="utf-8") + await there.content()
        await phone.close()
        await desk.close()
