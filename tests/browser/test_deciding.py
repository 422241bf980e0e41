"""The page of decision in a real Chromium, on a telephone and at a desk: read without hindrance, sent by one button."""

from dataclasses import dataclass

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from app.security.sessions import open_session
from app.security.tokens import holder_of, make_token
from broadcast.alerts.model import Content, Instruction, Level, Status
from ground.actor import Actor, Role, system
from ground.clock import HOUR, MINUTE, machine_now
from ground.transaction import Database
from tests.broadcast.alerts.warnings import rain, submit, town
from tests.browser.hub import Hub
from tests.browser.test_doors import KINDS, SIZES
from tests.builders import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.external("chromium")]

ENGLISH = Content(
    headline="Red rainstorm warning",
    description="More than 100 mm of rain within three hours; slopes may slide.",
    instruction=Instruction("Leave houses below slopes now", "Go to the village hall", "Call the village head"),
    area_desc="Hehu township",
    sender_name="Fengcheng weather office",
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Warnings that wait, and the sessions of who may send them and of who wrote them."""

    approver: str
    officer: str
    red: str
    drill: str
    to_send: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def waiting(hub: Hub) -> Waiting:
    now = machine_now()
    async with hub.database() as database:
        hehu = await town(database)
        world = World(database)
        await world.person(hehu.village, sms="+99900000001")
        await world.person(hehu.village)
        said = {**rain(hehu.area).contents, "en": ENGLISH}
        made = []
        for status in (Status.ACTUAL, Status.EXERCISE, Status.ACTUAL):
            at = now - 3 * MINUTE
            given = rain(hehu.area, level=Level.RED, onset=at, expires=at + 6 * HOUR, status=status, contents=said)
            made.append((await submit(hehu, await hehu.drafted(given, at), at)).id)
        approver, officer = [await _session(database, each, now) for each in (hehu.approver, hehu.officer)]
        return Waiting(approver, officer, *made)


async def _session(database: Database, who: Actor, now: int) -> str:
    async with database.writing() as tx:
        holder = await holder_of(tx, (await make_token(tx, system("test"), who.id, "test", now)).secret)
        assert holder is not None
        return await open_session(tx, holder)


async def opened(browser: Browser, hub: Hub, session: str, size: str) -> Page:
    context = await browser.new_context(base_url=hub.url, viewport=SIZES[size])
    await context.add_cookies([{"name": "mingluo", "value": session, "url": hub.url}])
    return await context.new_page()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("role", [Role.APPROVER, Role.OFFICER])
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_the_decision_is_read_without_hindrance(
    browser: Browser, hub: Hub, waiting: Waiting, size: str, role: Role, lang: str
) -> None:
    page = await opened(browser, hub, waiting.approver if role is Role.APPROVER else waiting.officer, size)
    for path in ("/", f"/alerts/{waiting.red}/decide", f"/alerts/{waiting.drill}/decide"):
        await page.goto(f"{path}?lang={lang}")
        for folded in await page.locator("summary").all():
            await folded.click()
        found = await Axe().run(page, options={"runOnly": KINDS})
        assert found.violations_count == 0, found.generate_report()
        width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0
    await page.context.close()


async def test_it_is_sent_by_whoever_ticked_that_they_read_it(browser: Browser, hub: Hub, waiting: Waiting) -> None:
    page = await opened(browser, hub, waiting.approver, next(iter(SIZES)))
    await page.goto(f"/alerts/{waiting.to_send}/decide")
    release = page.locator("form", has=page.locator('button[value="release"]'))
    await release.locator('button[value="release"]').click()
    await expect(release.locator('input[name="read"]')).to_be_focused()  # the browser asks for the tick, and stays
    await release.locator('input[name="read"]').check()
    await release.locator('button[value="release"]').click()
    await expect(page.locator("h1")).to_contain_text("暴雨橙色预警")
    await expect(page.get_by_text("更正、解除")).to_be_visible()
    await page.context.close()


async def test_one_who_wrote_it_issues_it_alone_with_a_reason(browser: Browser, hub: Hub, waiting: Waiting) -> None:
    page = await opened(browser, hub, waiting.officer, next(iter(SIZES)))
    await page.goto(f"/alerts/{waiting.drill}/decide")
    assert await page.locator('button[value="release"]').count() == 0
    await page.get_by_text("没有人来审？一个人发布").click()
    alone = page.locator("form", has=page.locator('button[value="alone"]'))
    await alone.locator("textarea").fill("水漫上来了")
    await alone.locator('input[name="read"]').check()
    await alone.get_by_role("button", name="【演练】一个人发布演练").click()
    await expect(page.locator(".second")).to_contain_text("等第二个人确认")
    await page.context.close()
