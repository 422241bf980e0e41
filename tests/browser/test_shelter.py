"""A shelter's door and the printable sheet in a real Chromium: one tap each, large enough, readable, wide enough."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import BrowserContext, Page, expect
from sqlalchemy import select, update

from audiences.duties import Duty
from audiences.stores.tables import addresses
from bot.cases.evacuation import PersonState
from bot.evacuation import desk as doors
from bot.evacuation import papers
from bot.evacuation.desk import PATH, Desk
from bot.evacuation.ordering import MARSHAL
from bot.stores.evacuation import codes, passes, roll
from ground.clock import WallClock
from tests.app.roll import Slope, slope
from tests.browser.hub import Hub
from tests.browser.test_roll import KINDS
from tests.builders import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.external("chromium")]
KEEPER = "+99900000777"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(hub: Hub) -> AsyncIterator[World]:
    async with hub.database() as database:
        yield World(database)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there(world: World) -> Slope:
    return await slope(world, world.database, WallClock(), code="77")


async def link_of(world: World, there: Slope, url: str) -> str:
    """Return the link of somebody who keeps the school's door."""
    keeper = await world.person(there.county, "何老师", sms=KEEPER)
    await world.post(there.county, Duty.SHELTER_KEEPER, keeper, site=there.shelter)
    async with world.database.writing() as tx:
        mine = addresses.c.value == KEEPER
        await tx.execute(update(addresses).where(mine).values(verified_at=1, verified_how="call"))
        address = int(await tx.value(select(addresses.c.id).where(mine)))
        own = (there.order.key,)
        desk = Desk(there.shelter, "车草小学", there.county, drill=False, person=keeper, orders=own)
        return await doors.link_to(tx, desk, address, url, WallClock().now())


async def assert_clean(page: Page) -> None:
    found = await Axe().run(page, options={"runOnly": KINDS})
    assert found.response["violations"] == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = (
        "[...document.querySelectorAll('main button, main input:not([type=hidden])')].filter(e => e.offsetHeight < 44)"
    )
    assert await page.evaluate(f"{small}.length") == 0


async def test_a_keeper_scans_taps_and_types_and_a_stranger_sees_a_bare_code(
    phone: BrowserContext, hub: Hub, world: World, there: Slope
) -> None:
    async with world.database.reading() as tx:
        lines = await roll.of_group(tx, MARSHAL, there.order.key, there.group)
        home = lines[0].household or 0
        code = (await codes.of_homes(tx, MARSHAL, there.order.key, [home]))[home]
    page = await phone.new_page()
    await page.goto(f"{PATH}{code}")
    await expect(page.locator("svg.code")).to_be_visible()
    await assert_clean(page)
    await page.goto(await link_of(world, there, hub.url))
    await assert_clean(page)
    await page.goto(f"{PATH}{code}")  # what the camera opens
    await assert_clean(page)
    await page.get_by_role("button", name=re.compile("这一家2人都到了")).click()
    await expect(page.get_by_role("status")).to_contain_text("涂老太、涂国平到了")
    await page.fill("#name", "修路的老王")
    await page.get_by_role("button", name="找", exact=True).click()
    await assert_clean(page)
    await page.get_by_role("button", name="加上，人到了").click()
    await expect(page.get_by_role("status")).to_contain_text("修路的老王到了")
    async with world.database.reading() as tx:
        after = await roll.of_group(tx, MARSHAL, there.order.key, there.group)
    here = {line.name for line in after if line.state is PersonState.MOVED and line.missing}
    assert here == {"涂老太", "涂国平", "修路的老王"}


async def test_the_sheet_opens_with_one_tap_and_fits_on_paper(
    phone: BrowserContext, hub: Hub, world: World, there: Slope
) -> None:
    made = papers.made_for(there.order, there.group, there.caller)
    async with world.database.writing() as tx:
        await passes.keep(tx, MARSHAL, [made], WallClock().now())
    page = await phone.new_page()
    await page.goto(papers.address_of(hub.url, made))
    await assert_clean(page)
    await page.get_by_role("button", name="打开清点单").click()
    await expect(page.locator(".sheet svg.code").first).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": 718, "height": 1016})  # A4 within its margins
    sheet = page.locator(".sheet")
    assert await sheet.evaluate("each => each.scrollWidth <= each.clientWidth")
    side = await page.locator(".sheet svg.code").first.evaluate("each => each.getBoundingClientRect().width")
    assert side >= 75  # 20 mm: a telephone reads it at arm's length
