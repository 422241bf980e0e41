"""The list of doors in a real Chromium, on a telephone and at a desk: nothing in the way of whoever reads it."""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ViewportSize

from app.security.sessions import open_session
from app.security.tokens import holder_of
from bot.cases.door_task import Kind, Reason, Task
from bot.doors.opening import open_tasks
from ground.clock import WallClock
from tests.app.conftest import bearer
from tests.browser.hub import Hub
from tests.builders import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.external("chromium")]
KINDS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desk": {"width": 1440, "height": 900},
}


@pytest.fixture(scope="module")
def visited() -> dict[str, Any]:
    """What is made once for the sizes and languages."""
    return {}


async def session(hub: Hub, visited: dict[str, Any]) -> str:
    """Open doors, real ones and a drill's, and sign somebody in who may see them."""
    if visited:
        return str(visited["session"])
    async with hub.database() as database:
        world = World(database)
        county = await world.area("1", "丰城市", level="county")
        village = await world.area("11", "车草村", parent=county)
        keeper = await world.person(village, "章明", sms="+99900000001")
        homes = [await world.household(village, responsible_a_id=keeper) for _ in range(3)]
        for home in homes:
            await world.person(village, "涂国平", household=home, sms="+99900000002", needs_codes=["cannot_walk"])
        token = (await bearer(world, county))["Authorization"].removeprefix("Bearer ")
        wished = [
            Task(kind=Kind.BY_HAND, origin=f"t{drill}", reason=Reason.ASKED, household=home, drill=drill)
            for home in homes
            for drill in (False, True)
        ]
        async with database.writing() as tx:
            await open_tasks(tx, wished, WallClock().now())
            holder = await holder_of(tx, token)
            assert holder is not None
            visited["session"] = await open_session(tx, holder)
    return str(visited["session"])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("asked", ["", "?lang=en", "?drill=true"])
async def test_the_list_is_read_without_hindrance_and_needs_no_scrolling_sideways(
    browser: Browser, hub: Hub, visited: dict[str, Any], size: str, asked: str
) -> None:
    context = await browser.new_context(base_url=hub.url, viewport=SIZES[size])
    await context.add_cookies([{"name": "mingluo", "value": await session(hub, visited), "url": hub.url}])
    page = await context.new_page()
    await page.goto(f"/doors{asked}")
    assert await page.locator("tbody tr").count() == 3
    found = await Axe().run(page, options={"runOnly": KINDS})
    assert found.violations_count == 0, found.generate_report()
    width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
    await context.close()
