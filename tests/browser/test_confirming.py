"""The second person in a real Chromium, on a telephone and at a desk: what waits is seen, read and confirmed."""

from dataclasses import dataclass

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from app.security.sessions import open_session
from app.security.tokens import holder_of, make_token
from broadcast.alerts import emergency
from broadcast.alerts.model import Level
from ground.actor import system
from ground.clock import HOUR, MINUTE, machine_now
from tests.broadcast.alerts.warnings import OFFICE, Town, correct, rain, submit, town
from tests.browser.hub import Hub
from tests.browser.test_doors import KINDS, SIZES

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.external("chromium")]

LOOKED_AT = {"runOnly": KINDS, "rules": {"meta-refresh": {"enabled": False}}}  # without a script nothing else is live


@dataclass(frozen=True, slots=True)
class Issued:
    """A warning and a correction that one person sent a moment ago, a warning of an hour ago, and an approver."""

    session: str
    fresh: str
    old: str
    correction: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def issued(hub: Hub) -> Issued:
    now = machine_now()
    async with hub.database() as database:
        hehu = await town(database)
        fresh, old = await alone(hehu, now), await alone(hehu, now - HOUR)
        correction = (await correct(hehu, await hehu.issued(rain(hehu.area, expires=now + HOUR), now), now)).id
        async with database.writing() as tx:
            secret = (await make_token(tx, system("test"), hehu.approver.id, "test", now)).secret
            holder = await holder_of(tx, secret)
            assert holder is not None
            return Issued(await open_session(tx, holder), fresh, old, correction)


async def alone(hehu: Town, now: int) -> str:
    submitted = now - 2 * MINUTE
    given = rain(hehu.area, level=Level.RED, onset=submitted, expires=submitted + 6 * HOUR)
    alert = await submit(hehu, await hehu.drafted(given, submitted), submitted)
    async with hehu.database.writing() as tx:
        return (await emergency.issue_alone(tx, hehu.officer, OFFICE, alert.id, "山塘要漫坝", now)).id


async def opened(browser: Browser, hub: Hub, issued: Issued, size: str) -> Page:
    context = await browser.new_context(base_url=hub.url, viewport=SIZES[size])
    await context.add_cookies([{"name": "mingluo", "value": issued.session, "url": hub.url}])
    return await context.new_page()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_what_waits_is_read_without_hindrance(
    browser: Browser, hub: Hub, issued: Issued, size: str, lang: str
) -> None:
    page = await opened(browser, hub, issued, size)
    for path in ("/", f"/alerts/{issued.fresh}", f"/alerts/{issued.old}", f"/alerts/{issued.correction}"):
        await page.goto(f"{path}?lang={lang}")
        assert await page.locator(".second").count() == 1
        found = await Axe().run(page, options=LOOKED_AT)
        assert found.violations_count == 0, found.generate_report()
        width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0
    await page.context.close()


async def test_one_press_confirms(browser: Browser, hub: Hub, issued: Issued) -> None:
    page = await opened(browser, hub, issued, next(iter(SIZES)))
    await page.goto("/")
    await page.locator(".second a").last.click()
    await page.locator(".second button").click()
    await page.locator(".second", has_text="确认了").wait_for()
    assert await page.locator(".second button").count() == 0
    await page.context.close()
