"""The roll in a real Chromium: reported in the rain without a network, and there once when the network is back."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import BrowserContext, Page, Route, expect
from sqlalchemy import select

from bot.cases.evacuation import PersonState
from bot.evacuation.ordering import MARSHAL
from bot.stores.evacuation.reports import Said, keep
from bot.stores.evacuation.tables import lines, reports
from broadcast.answers import Means
from ground.clock import WallClock
from ground.transaction import Database
from tests.app.roll import Slope, link_to, slope
from tests.browser.hub import Hub
from tests.builders import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.external("chromium")]
PATIENCE = 30_000  # milliseconds on a busy machine
UNDO = 10_000
REPORTS = "**/v/*/reports"
KINDS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
codes = iter(range(1, 100))


@dataclass
class Called:
    """A roll that a phone has open."""

    page: Page
    there: Slope
    database: Database

    async def reported(self) -> list[Any]:
        wanted = select(reports, lines.c.number).join(lines, lines.c.id == reports.c.line_id)
        async with self.database.reading() as tx:
            return list(await tx.rows(wanted.where(reports.c.order_id == self.there.order.key).order_by(reports.c.id)))

    async def until(self, count: int) -> list[Any]:
        """Wait until so many reports are there, and see that it does not become more."""
        async with asyncio.timeout(PATIENCE / 1_000):
            while len(found := await self.reported()) < count:  # noqa: ASYNC110 - it is another process that writes
                await asyncio.sleep(0.1)
        assert len(found) == count
        return found

    async def has_roll(self) -> None:
        await expect(self.page.locator("#list li")).to_have_count(2, timeout=PATIENCE)

    async def kept_for_offline(self) -> None:
        """Wait until the phone itself could show the page."""
        await self.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(hub: Hub) -> AsyncIterator[World]:
    async with hub.database() as database:
        yield World(database)


@pytest_asyncio.fixture(loop_scope="module")
async def called(phone: BrowserContext, world: World) -> Called:
    """A roll of two households and four people, freshly ordered and open on the phone."""
    database = world.database
    there = await slope(world, database, WallClock(), code=str(next(codes)))
    secret = await link_to(database, there, at=WallClock().now())
    page = await phone.new_page()
    await page.goto(f"/v/{secret}")
    await expect(page.locator("body[data-ready]")).to_be_attached()
    called = Called(page, there, database)
    await called.has_roll()
    return called


async def lost(route: Route) -> None:
    await route.abort()


async def test_what_is_reported_without_a_network_is_there_once_with_its_own_time(
    called: Called, phone: BrowserContext
) -> None:
    page = called.page
    await called.kept_for_offline()
    await phone.route(REPORTS, lost)  # what a page sends as it is left slips past the browser's own switch
    await phone.set_offline(offline=True)
    before = WallClock().now()
    await page.click("#all-moved")  # 涂老太 and 涂国平, who need help to move, come first
    await page.click("[id^=p-][id$=-refused]")
    await page.click("[id^=p-][id$=-need_help] >> nth=1")
    after = WallClock().now()
    await expect(page.locator("#waiting")).to_contain_text("4条等着发")
    await page.reload()  # from the phone itself
    await called.has_roll()
    await expect(page.locator("#people_done")).to_contain_text("2/4")
    await expect(page.locator("#waiting")).to_contain_text("4条等着发")
    await page.wait_for_timeout(UNDO)
    assert await called.reported() == []
    await phone.unroute(REPORTS)
    await phone.set_offline(offline=False)
    found = await called.until(4)
    assert {row.number: row.state for row in found} == {1: "moved", 2: "moved", 3: "refused", 4: "need_help"}
    assert all(before <= row.happened_at <= after < row.learned_at for row in found)
    assert {row.shelter_id for row in found if row.state == "moved"} == {called.there.shelter}
    await expect(page.locator("#waiting")).to_be_hidden(timeout=PATIENCE)
    await page.reload()
    await called.has_roll()
    await called.until(4)


async def test_a_hub_that_is_killed_in_the_middle_loses_and_doubles_nothing(called: Called, hub: Hub) -> None:
    page = called.page
    await called.kept_for_offline()
    await hub.kill()
    await page.click("#all-nobody_home")
    await page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # put away: nothing is held back
    await expect(page.locator("#waiting")).to_contain_text("2条等着发")
    await hub.start()
    found = await called.until(2)
    assert {row.state for row in found} == {"nobody_home"}
    await expect(page.locator("#waiting")).to_be_hidden(timeout=PATIENCE)


async def test_an_answer_that_is_lost_after_storing_leaves_one_report(called: Called) -> None:
    tries = 0

    async def lose_the_first(route: Any) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            await route.fetch()
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await called.page.route(re.compile("/reports$"), lose_the_first)
    await called.page.click("#all-moved")
    await expect(called.page.locator("#waiting")).to_be_hidden()
    await called.until(2)
    async with asyncio.timeout(PATIENCE / 1_000):
        while tries < 2:  # noqa: ASYNC110 - the browser decides when
            await asyncio.sleep(0.1)
    await called.until(2)


async def test_a_tap_is_taken_back_within_ten_seconds(called: Called) -> None:
    page = called.page
    await page.click("#all-refused")
    await page.click("#undo button")
    await expect(page.locator("#notice")).to_contain_text("已撤回")
    await expect(page.locator("#card h2")).to_contain_text("涂老太")
    await page.click("[id^=p-][id$=-nobody_home]")
    found = await called.until(1)
    assert found[0].state == "nobody_home"


async def test_what_somebody_else_reported_meanwhile_is_shown_and_not_overwritten(
    called: Called, phone: BrowserContext
) -> None:
    page, there = called.page, called.there
    await phone.set_offline(offline=True)
    await page.click("[id^=p-][id$=-moved]")
    await report_for_another(called, number=1)
    await phone.set_offline(offline=False)
    await called.until(2)
    await expect(page.locator("#f-conflict")).to_contain_text("1", timeout=PATIENCE)
    await page.click("#f-conflict")
    await expect(page.locator(".differs")).to_contain_text("不肯走")
    await expect(page.locator(".differs")).to_contain_text("别人")
    await page.click("[id^=p-][id$=-moved] >> nth=0")
    found = await called.until(3)
    assert found[-1].checks
    assert found[-1].order_id == there.order.key


async def test_a_guest_who_is_added_without_a_network_is_on_the_roll_once(
    called: Called, phone: BrowserContext
) -> None:
    page = called.page
    await phone.set_offline(offline=True)
    await page.click("#more summary")
    await page.fill("#name", "王师傅")
    await page.select_option("#kind", "worker")
    await page.click("#add button")
    await page.click("[id^=p-][id$=-moved]")
    await phone.set_offline(offline=False)
    [found] = await called.until(1)
    assert (found.number, found.state) == (5, "moved")
    await expect(page.locator("#list li")).to_have_count(3, timeout=PATIENCE)
    await page.reload()
    await expect(page.locator("#list li")).to_have_count(3, timeout=PATIENCE)


async def test_without_indexeddb_taps_outlive_the_page_too(called: Called, phone: BrowserContext) -> None:
    page = called.page
    await called.kept_for_offline()
    await page.add_init_script("Object.defineProperty(window, 'indexedDB', {get() { throw new Error('none'); }})")
    await page.reload()
    await called.has_roll()
    await phone.set_offline(offline=True)
    await page.click("#all-moved")
    await page.reload()
    await called.has_roll()
    await expect(page.locator("#waiting")).to_contain_text("2条等着发")
    await phone.set_offline(offline=False)
    await called.until(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_is_accessible_and_nothing_runs_over_the_side(called: Called, scheme: Any) -> None:
    page = called.page
    await page.emulate_media(color_scheme=scheme)
    await page.click("[id^=p-][id$=-refused]")
    await page.click("#more summary")
    results = await Axe().run(page, options={"runOnly": KINDS})
    assert results.violations_count == 0, results.generate_report()
    for width in (320, 390, 1280):
        await page.set_viewport_size({"width": width, "height": 844})
        measured = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert measured[0] <= measured[1]
        for each in await page.locator("main button:visible, #undo button").all():
            box = await each.bounding_box()
            assert box is not None
            assert box["height"] >= 56


async def report_for_another(called: Called, number: int) -> None:
    """Somebody else says by telephone that this one will not go."""
    now = WallClock().now()
    async with called.database.writing() as tx:
        mine = (lines.c.order_id == called.there.order.key) & (lines.c.number == number)
        line = int(await tx.value(select(lines.c.id).where(mine)))
        said = Said(
            line=line, state=PersonState.REFUSED, happened_at=now, by="person:0", means=Means.PHONE, dedupe="other"
        )
        await keep(tx, MARSHAL, [said], now)
