"""A real Chromium with a fresh profile for each test, and a hub that it reaches over loopback."""

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ViewportSize, async_playwright

from tests.browser.hub import Hub, running_hub

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    async with running_hub(tmp_path_factory.mktemp("hub")) as hub:
        yield hub


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        path = shutil.which("chromium")
        async with await playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS) as browser:
            yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def phone(browser: Browser, hub: Hub) -> AsyncIterator[BrowserContext]:
    """A telephone that speaks Chinese and stands in Fengcheng."""
    context = await browser.new_context(
        base_url=hub.url,
        viewport=PHONE,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        geolocation={"latitude": 28.16, "longitude": 115.77},
        permissions=["geolocation"],
        has_touch=True,
    )
    yield context
    await context.close()
