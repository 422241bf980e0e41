"""The live video check in a real Chromium with a fake camera: pictures move, come back, and give way to photos."""

import asyncio
import io
import itertools
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from PIL import Image
from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Route,
    WebSocketRoute,
    async_playwright,
    expect,
)

from tests.browser.hub import Hub
from tests.browser.water import (
    FAKE,
    PATIENCE,
    Water,
    chromium,
    desk_of,
    has_picture,
    is_moving,
    looking,
    opened,
    phone_of,
    tile,
    until,
    water,
)
from tests.builders import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.external("chromium")]
KINDS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
VIEWERS = """async ([check, count]) => {
    for (let each = 0; each < count; each += 1) {
        const page = ("000000000000000" + each).slice(-16);
        const socket = new WebSocket(location.origin.replace("http", "ws") + "/video/" + check + "/live?page=" + page);
        await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
        socket.send(JSON.stringify({ kind: "call", call: "viewer-" + page }));
        await new Promise((resolve) => {
            socket.onmessage = (event) => { if (/"offer"/.test(event.data)) resolve(); };
        });
    }
}"""
HEARD = """async () => {
    let sum = 0;
    for (const pc of window.peers) {
        for (const each of (await pc.getStats()).values()) {
            if (each.type === "inbound-rtp" && each.kind === "audio") sum += each.totalAudioEnergy || 0;
        }
    }
    return sum;
}"""
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


@pytest_asyncio.fixture(loop_scope="module")
async def phone(camera: Browser, asked: Water) -> AsyncIterator[BrowserContext]:
    context = await phone_of(camera, asked)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(camera: Browser, asked: Water) -> AsyncIterator[BrowserContext]:
    context = await desk_of(camera, asked)
    yield context
    await context.close()


async def showing(phone: BrowserContext, asked: Water) -> Page:
    page = await opened(phone, asked)
    await page.click("#start")
    await expect(page.locator("#screen")).to_be_visible(timeout=PATIENCE)
    return page


async def both(phone: BrowserContext, desk: BrowserContext, asked: Water) -> tuple[Page, Page]:
    there = await showing(phone, asked)
    here = await looking(desk, asked)
    await has_picture(here, asked)
    return there, here


def live(asked: Water) -> str:
    return f"{tile(asked)} video"


async def test_both_pages_show_a_moving_picture(phone: BrowserContext, desk: BrowserContext, asked: Water) -> None:
    there, here = await both(phone, desk, asked)
    await is_moving(here, live(asked))
    await is_moving(there, "#picture")
    await expect(there.locator("#watched")).to_contain_text("正在看")
    await expect(here.locator(f"{tile(asked)} [data-part=age]")).to_contain_text("秒前", timeout=PATIENCE)
    assert await asked.state() == "showing"


async def test_a_phone_whose_page_is_loaded_anew_shows_again_by_itself(
    phone: BrowserContext, desk: BrowserContext, asked: Water
) -> None:
    there, here = await both(phone, desk, asked)
    await here.locator(tile(asked)).evaluate("box => box.removeAttribute('data-first')")
    await there.reload()
    assert await has_picture(here, asked) < PATIENCE
    await is_moving(here, live(asked))


async def test_an_officer_whose_page_is_loaded_anew_looks_again_by_itself(
    phone: BrowserContext, desk: BrowserContext, asked: Water
) -> None:
    _, here = await both(phone, desk, asked)
    await here.reload()
    await has_picture(here, asked)
    await is_moving(here, live(asked))


async def test_the_picture_goes_on_while_the_hub_is_dead_and_the_lines_come_back(
    phone: BrowserContext, desk: BrowserContext, asked: Water, hub: Hub
) -> None:
    there, here = await both(phone, desk, asked)
    await hub.kill()
    await expect(here.locator(f"{tile(asked)} [data-part=said]")).to_contain_text("重连", timeout=PATIENCE)
    await is_moving(here, live(asked))
    await there.click("#take")
    await expect(there.locator("#waiting")).to_be_visible(timeout=PATIENCE)
    await hub.start()
    await until(asked.evidence, 1)
    await is_moving(here, live(asked))
    await here.click(f"{tile(asked)} [data-part=look]")
    await here.click(f"{tile(asked)} [data-part=look]")
    await has_picture(here, asked)
    await is_moving(here, live(asked))


async def test_a_line_that_is_cut_comes_back_and_the_picture_goes_on_meanwhile(
    phone: BrowserContext, desk: BrowserContext, asked: Water
) -> None:
    lines: list[WebSocketRoute] = []

    def through(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    await phone.route_web_socket(re.compile("/live"), through)
    there, here = await both(phone, desk, asked)
    await lines[0].close(code=1012)
    await is_moving(here, live(asked))
    async with asyncio.timeout(PATIENCE / 1_000):
        while len(lines) < 2:  # noqa: ASYNC110 - the page dials when it likes
            await asyncio.sleep(0.05)
    await here.reload()  # a call goes over the new line
    await has_picture(here, asked)
    await is_moving(there, "#picture")


async def test_a_picture_that_stops_without_a_word_is_dialled_again(
    phone: BrowserContext, desk: BrowserContext, asked: Water
) -> None:
    there, here = await both(phone, desk, asked)
    await there.evaluate("window.peers.forEach(pc => pc.getSenders()[0].replaceTrack(null))")
    await here.locator(tile(asked)).evaluate("box => box.removeAttribute('data-first')")
    await has_picture(here, asked)
    await is_moving(here, live(asked))


async def test_the_officers_voice_is_heard_at_the_water(
    phone: BrowserContext, desk: BrowserContext, asked: Water
) -> None:
    there, here = await both(phone, desk, asked)
    await expect(there.locator("#voice")).to_be_hidden()
    await here.click(f"{tile(asked)} [data-part=talk]")
    await expect(there.locator("#voice")).to_be_visible(timeout=PATIENCE)
    async with asyncio.timeout(PATIENCE / 1_000):
        while not await there.evaluate(HEARD):  # noqa: ASYNC110 - it is the browser that hears
            await asyncio.sleep(0.1)


async def test_a_fifth_viewer_is_told_that_four_are_looking(
    phone: BrowserContext, desk: BrowserContext, asked: Water
) -> None:
    await showing(phone, asked)
    others = await desk.new_page()
    await others.goto("/video")
    await others.evaluate(VIEWERS, [asked.check.id, 4])
    here = await looking(desk, asked)
    await expect(here.locator(f"{tile(asked)} [data-part=said]")).to_contain_text("四个人", timeout=PATIENCE)


async def test_a_photo_taken_without_a_network_arrives_once_with_its_code(phone: BrowserContext, asked: Water) -> None:
    page = await showing(phone, asked)
    await phone.set_offline(offline=True)
    await page.click("#take")
    await expect(page.locator("#waiting")).to_contain_text("1件等着发", timeout=PATIENCE)
    await page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    await page.reload()  # from the phone itself
    await expect(page.locator("#code")).to_have_text(asked.check.code)
    await expect(page.locator("#waiting")).to_contain_text("1件等着发")
    await phone.set_offline(offline=False)
    [found] = await until(asked.evidence, 1)
    assert (found.kind, found.shot, found.source) == ("still", "gauge", "page")
    assert "wrong_code" not in found.findings
    await expect(page.locator("#waiting")).to_be_hidden(timeout=PATIENCE)
    await expect(page.locator("#s-gauge")).to_contain_text("已拍1", timeout=PATIENCE)


async def test_the_answer_that_is_lost_after_storing_leaves_one_answer(phone: BrowserContext, asked: Water) -> None:
    page, tries = await opened(phone, asked), 0

    async def lose_the_first(route: Route) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            await route.fetch()
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await page.route("**/answers", lose_the_first)
    await page.fill("#level", "87.32")
    await page.click("[data-answer=rising]")
    await page.click("[data-question=cracks][data-answer=no]")
    await page.click("#report .big")
    await expect(page.locator("#notice")).to_contain_text("值班员收到了", timeout=PATIENCE)
    [said] = await asked.answers()
    assert tries == 2
    assert (said.level_cm, said.trend, said.cracks, said.seepage, said.via) == (8732, "rising", False, None, "page")


async def test_a_film_comes_in_pieces_while_it_is_taken(
    phone: BrowserContext, desk: BrowserContext, asked: Water
) -> None:
    page = await showing(phone, asked)
    await page.click("#film")
    pieces = await until(asked.evidence, 3)
    await expect(page.locator("#film")).to_contain_text("录", timeout=PATIENCE)
    assert [each.number for each in pieces[:3]] == [0, 1, 2]
    assert pieces[0].mime_type == "video/webm"
    await expect(page.locator("#film")).to_be_enabled(timeout=PATIENCE)  # ten seconds are enough
    await page.click("#film")
    await expect(page.locator("#film")).to_contain_text("10–30")
    await expect(page.locator("#waiting")).to_be_hidden(timeout=PATIENCE)  # the last piece is there too
    here = await desk.new_page()
    await here.goto(f"/video/{asked.check.id}")
    await expect(here.locator("#newer")).to_be_hidden()
    film = await here.request.get(await here.locator(".proof video").get_attribute("src") or "")
    assert (await film.body()).startswith(b"\x1a\x45\xdf\xa3")


async def test_a_judgement_ends_both_pages(phone: BrowserContext, desk: BrowserContext, asked: Water) -> None:
    there, here = await showing(phone, asked), await looking(desk, asked, f"/video/{asked.check.id}")
    await has_picture(here, asked)
    await there.click("#take")
    await here.click("#newer a", timeout=PATIENCE)
    await expect(here.locator(".proof img")).to_have_count(1)
    await has_picture(here, asked)
    await here.click("button[value=normal]")
    await expect(there.locator("#notice")).to_contain_text("结束了", timeout=PATIENCE)
    await expect(there.locator("#all")).to_be_hidden()
    assert await asked.state() == "normal"


async def test_a_camera_that_was_refused_gives_way_to_photos(playwright: Playwright, asked: Water) -> None:
    async with chromium(playwright, FAKE[0]) as browser:
        phone = await phone_of(browser, asked)
        page = await opened(phone, asked)
        cdp = await browser.new_browser_cdp_session()
        for name in ("camera", "microphone"):
            permission: Any = {"permission": {"name": name}, "setting": "denied", "origin": asked.hub.url}
            await cdp.send("Browser.setPermission", permission)
        await page.click("#start")
        await expect(page.locator("#why")).to_contain_text("没有允许", timeout=PATIENCE)
        await photo_by_photo(page, asked)


async def test_a_phone_without_a_camera_gives_way_to_photos(playwright: Playwright, asked: Water) -> None:
    async with chromium(playwright) as browser:
        page = await opened(await phone_of(browser, asked), asked)
        await page.click("#start")
        await expect(page.locator("#why")).to_contain_text("没有能用的镜头", timeout=PATIENCE)
        await photo_by_photo(page, asked)


async def test_without_https_it_is_said_and_photos_serve(playwright: Playwright, asked: Water) -> None:
    async with chromium(playwright, "--host-resolver-rules=MAP hub.example 127.0.0.1", *FAKE) as browser:
        phone = await phone_of(browser, asked, f"http://hub.example:{urlsplit(asked.hub.url).port}")
        page = await phone.new_page()
        await page.goto(f"/w/{asked.secret}")
        await expect(page.locator(".instead")).to_contain_text("https")
        await page.click("form button")
        await expect(page.locator("#why")).to_contain_text("视频要用 https", timeout=PATIENCE)
        await photo_by_photo(page, asked)


async def test_a_link_opens_once_and_on_one_phone(phone: BrowserContext, camera: Browser, asked: Water) -> None:
    first = await opened(phone, asked)
    other = await phone_of(camera, asked)
    page = await other.new_page()
    for path in (f"/w/{asked.secret}", urlsplit(first.url).path):
        await page.goto(path)
        await expect(page.locator(".why")).to_be_visible()
    await other.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_at_the_water_is_accessible_and_fits(phone: BrowserContext, asked: Water, scheme: Any) -> None:
    page = await phone.new_page()
    await page.emulate_media(color_scheme=scheme)
    await page.goto(f"/w/{asked.secret}")
    await has_no_barrier(page)
    await page.click("form button")
    await page.click("#start")
    await expect(page.locator("#screen")).to_be_visible(timeout=PATIENCE)
    await page.click("[data-answer=muddy]")
    await has_no_barrier(page)
    await fits(page, 320, 360, 1280)
    for each in await page.locator("main button:visible").all():
        box = await each.bounding_box()
        assert box is not None
        assert box["height"] >= 56


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_officers_pages_are_accessible_and_fit(
    phone: BrowserContext, desk: BrowserContext, asked: Water, scheme: Any
) -> None:
    there, here = await both(phone, desk, asked)
    await there.click("#take")
    await until(asked.evidence, 1)
    await here.emulate_media(color_scheme=scheme)
    await has_no_barrier(here)
    await fits(here, 390, 1280)
    for path in (f"/video/{asked.check.id}", "/video/sites"):
        await here.goto(path)
        await has_no_barrier(here)
        await fits(here, 390, 1280)


async def test_the_wall_is_used_by_keys_alone(phone: BrowserContext, desk: BrowserContext, asked: Water) -> None:
    await showing(phone, asked)
    page = await desk.new_page()
    await page.goto("/video")
    await expect(page.locator("body[data-ready]")).to_be_attached()
    await page.keyboard.press("j")
    await page.keyboard.press("l")
    await has_picture(page, asked)
    await page.keyboard.press("l")
    await expect(page.locator(live(asked))).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_what_is_said_by_telephone_is_written_down_on_the_page_of_the_check(
    desk: BrowserContext, asked: Water, scheme: Any
) -> None:
    page = await desk.new_page()
    await page.emulate_media(color_scheme=scheme)
    await page.goto(f"/video/{asked.check.id}")
    await page.click("#phoned summary")
    await page.fill("#level", "about 87")
    await page.check("[name=seepage][value=muddy]")
    await page.click("#phoned form button")
    await expect(page.locator("#phoned [role=alert]")).to_contain_text("例如 87.32")
    await expect(page.locator("[name=seepage][value=muddy]")).to_be_checked()
    await page.fill("#level", "87.32")
    await page.dblclick("#phoned form button")
    await expect(page.locator("ul.steps li")).to_have_count(1)
    await expect(page.locator("ul.steps li")).to_contain_text("章明")
    [kept] = await asked.answers()
    assert (kept.level_cm, kept.seepage, kept.via) == (8732, "muddy", "phone")
    await expect(page.locator("section [role=alert]")).to_contain_text("马上离开坝和坡")
    await page.click("#phoned summary")
    await has_no_barrier(page)
    await fits(page, 320, 390, 1280)


async def photo_by_photo(page: Page, asked: Water) -> None:
    """One photo by the phone's own camera program; it bears the code, and the next place is asked for."""
    picture = io.BytesIO()
    Image.effect_noise((3_000, 2_000), 60).convert("RGB").save(picture, "JPEG", quality=90)
    await page.set_input_files("#file", {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()})
    [found] = await until(asked.evidence, 1)
    assert (found.kind, found.shot, found.source) == ("still", "gauge", "upload")
    assert found.bytes < 6_000_000
    await expect(page.locator("#shot")).to_contain_text("坝面")


async def has_no_barrier(page: Page) -> None:
    results = await Axe().run(page, options={"runOnly": KINDS})
    assert results.violations_count == 0, results.generate_report()


async def fits(page: Page, *widths: int) -> None:
    for width in widths:
        await page.set_viewport_size({"width": width, "height": 844})
        measured = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert measured[0] <= measured[1]
