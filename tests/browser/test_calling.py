"""The calling table in a real Chromium, on a telephone and at a desk: nothing bars whoever reads or sets it."""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from app.security.sessions import open_session
from app.security.tokens import holder_of
from broadcast.stores.ladders import policies
from ground.actor import Role, system
from tests.app.conftest import bearer
from tests.broadcast.ladders.tables import without_slides_by_day
from tests.browser.hub import Hub
from tests.browser.test_doors import KINDS, SIZES
from tests.builders import NOON, World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.external("chromium")]


@pytest.fixture(scope="module")
def visited() -> dict[str, Any]:
    """What is made once for the sizes and languages."""
    return {}


async def session(hub: Hub, visited: dict[str, Any]) -> str:
    """Let a township have a table of its own, and sign its officer in."""
    if visited:
        return str(visited["session"])
    async with hub.database() as database:
        world = World(database)
        township = await world.area("11", "荷湖乡", level="township")
        token = (await bearer(world, township, Role.OFFICER))["Authorization"].removeprefix("Bearer ")
        async with database.writing() as tx:
            await policies.put(tx, system("test"), township, without_slides_by_day(), "雨季", NOON)
            holder = await holder_of(tx, token)
            assert holder is not None
            visited["session"] = await open_session(tx, holder)
    return str(visited["session"])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_it_is_read_and_set_without_hindrance_and_needs_no_scrolling_sideways(
    browser: Browser, hub: Hub, visited: dict[str, Any], size: str, lang: str
) -> None:
    context = await browser.new_context(base_url=hub.url, viewport=SIZES[size])
    await context.add_cookies([{"name": "mingluo", "value": await session(hub, visited), "url": hub.url}])
    page = await context.new_page()
    await page.goto(f"/calling?lang={lang}")
    for summary in await page.locator("summary").all():
        await summary.click()
    found = await Axe().run(page, options={"runOnly": KINDS})
    assert found.violations_count == 0, found.generate_report()
    width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
    narrow = await page.evaluate(
        "[...document.querySelectorAll('.hours td b')]"
        ".filter(each => each.scrollWidth > each.parentElement.clientWidth).length"
    )
    assert narrow == 0
    await context.close()


async def test_an_officer_changes_the_hours_on_a_telephone(browser: Browser, hub: Hub, visited: dict[str, Any]) -> None:
    context = await browser.new_context(base_url=hub.url, viewport=SIZES["phone"])
    await context.add_cookies([{"name": "mingluo", "value": await session(hub, visited), "url": hub.url}])
    page = await context.new_page()
    await page.goto("/calling")
    await page.locator("#from-2").fill("20")
    await page.locator("#reason").fill("天黑得早")
    await page.get_by_role("button", name="保存").click()
    await page.wait_for_url("**/calling?area=11&lang=zh_CN")
    assert await page.get_by_text("20点到6点叫醒（C）").count() >= 1
    await context.close()
