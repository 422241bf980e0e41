"""A check of a reservoir in a real hub: the phone that opened its link, the officer who looks, browsers for both."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, Playwright, ViewportSize, expect
from sqlalchemy import select

from app.pages.routes import COOKIE
from app.security.sessions import open_session
from app.security.tokens import Holder, make_token
from bot.stores.video import checks, links
from bot.stores.video.checks import Check, CheckDraft
from bot.stores.video.tables import video_answers, video_evidence
from bot.video.desk import CHECKER
from ground.actor import Actor, Role, system
from ground.clock import MINUTE, WallClock
from ground.transaction import Database
from tests.browser.conftest import FLAGS, PHONE
from tests.browser.hub import Hub
from tests.builders import World

PATIENCE = 30_000  # milliseconds on a busy machine
DESK: ViewportSize = {"width": 1280, "height": 900}
FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
PLAIN = ("--disable-features=WebRtcHideLocalIpsWithMdns", "--autoplay-policy=no-user-gesture-required")
WAYS = """async () => {
    const kinds = [];
    for (const pc of window.peers) {
        const all = Array.from((await pc.getStats()).values());
        const pair = all.find((each) => each.type === "candidate-pair" && each.state === "succeeded" && each.nominated);
        if (pair) kinds.push(all.find((each) => each.id === pair.localCandidateId).candidateType);
    }
    return kinds;
}"""
WATCH_PEERS = """window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) { super(...given); window.peers.push(this); }
};"""
FRAMES = "video => video.getVideoPlaybackQuality().totalVideoFrames"


@dataclass
class Water:
    """One check with whoever takes part in it."""

    hub: Hub
    database: Database
    check: Check
    secret: str
    officer: Actor

    async def evidence(self) -> list[Any]:
        async with self.database.reading() as tx:
            mine = video_evidence.c.check_id == self.check.key
            return list(await tx.rows(select(video_evidence).where(mine).order_by(video_evidence.c.id)))

    async def answers(self) -> list[Any]:
        async with self.database.reading() as tx:
            mine = video_answers.c.check_id == self.check.key
            return list(await tx.rows(select(video_answers).where(mine).order_by(video_answers.c.id)))

    async def state(self) -> str:
        async with self.database.reading() as tx:
            return (await checks.by_key(tx, CHECKER, self.check.key)).state.value


async def water(world: World, hub: Hub, number: int) -> Water:
    """Ask somebody to show a reservoir; each has a county of its own."""
    county = await world.area(f"9{number}", "丰城市", level="county")
    site = await world.site(county, "reservoir", "上塘水库")
    watcher = await world.person(county, "章明", sms=f"+9990007{number:04}")
    officer = await world.operator(county, Role.DUTY)
    now = WallClock().now()
    async with world.database.writing() as tx:
        draft = CheckDraft(site, county, watcher, f"{4100 + number}", now + 15 * MINUTE)
        [check] = await checks.keep_all(tx, officer, [draft], now)
        made = await links.make(tx, CHECKER, [check], now)
    return Water(hub, world.database, check, made[check.key], officer)


@asynccontextmanager
async def chromium(playwright: Playwright, *flags: str) -> AsyncIterator[Browser]:
    path, given = shutil.which("chromium"), [*FLAGS, *PLAIN, *flags]
    async with await playwright.chromium.launch(executable_path=path, headless=True, args=given) as browser:
        yield browser


async def phone_of(browser: Browser, water: Water, url: str = "", **more: Any) -> BrowserContext:
    place: Any = {"base_url": url or water.hub.url, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
    context = await browser.new_context(viewport=PHONE, has_touch=True, **place, **more)
    await context.add_init_script(WATCH_PEERS)
    return context


async def desk_of(browser: Browser, water: Water, **more: Any) -> BrowserContext:
    """Return a browser in which the officer is signed in."""
    context = await browser.new_context(
        base_url=water.hub.url, viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai", **more
    )
    await context.add_init_script(WATCH_PEERS)
    async with water.database.writing() as tx:
        token = await make_token(tx, system("test"), water.officer.id, "test", WallClock().now())
        session = await open_session(tx, Holder(water.officer, token.id))
    place = urlsplit(water.hub.url)
    cookie: Any = {"name": COOKIE, "value": session, "domain": place.hostname or "", "path": "/"}
    await context.add_cookies([cookie])
    return context


async def opened(phone: BrowserContext, water: Water) -> Page:
    """Open the link as its reader does."""
    page = await phone.new_page()
    await page.goto(f"/w/{water.secret}")
    await page.click("form button")
    await expect(page.locator("#code")).to_have_text(water.check.code, timeout=PATIENCE)
    return page


async def looking(desk: BrowserContext, water: Water, path: str = "/video") -> Page:
    """Open the officer's page and look at the check live."""
    page = await desk.new_page()
    await page.goto(path)
    await expect(page.locator("body[data-ready]")).to_be_attached()
    await page.click(f"{tile(water)} [data-part=look]")
    return page


def tile(water: Water) -> str:
    return f"[data-check='{water.check.id}']"


async def has_picture(page: Page, water: Water) -> int:
    """Wait for a live picture; return how many milliseconds the first one took."""
    await expect(page.locator(f"{tile(water)}[data-first]")).to_be_attached(timeout=PATIENCE)
    return int(await page.locator(tile(water)).get_attribute("data-first") or 0)


async def is_moving(page: Page, selector: str) -> None:
    """Wait until pictures go on coming."""
    video = page.locator(selector)
    before = int(await video.evaluate(FRAMES))
    async with asyncio.timeout(PATIENCE / 1_000):
        while int(await video.evaluate(FRAMES)) < before + 5:  # noqa: ASYNC110 - the browser counts
            await asyncio.sleep(0.1)


async def until(count: Any, wanted: int) -> Sequence[Any]:
    async with asyncio.timeout(PATIENCE / 1_000):
        while len(found := await count()) < wanted:  # noqa: ASYNC110 - it is another process that writes
            await asyncio.sleep(0.1)
    return list(found)
