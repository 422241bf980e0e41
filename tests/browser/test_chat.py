"""The web chat in a real Chromium: the network is cut and restored, and no copy is lost or doubled."""

import asyncio
import io
import re
from collections.abc import Awaitable, Callable

import pytest
from axe_playwright_python.async_playwright import Axe
from PIL import Image
from playwright.async_api import BrowserContext, Page, Route, expect

from tests.browser.hub import Hub

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.external("chromium")]
MINE, TOLD = "li.mine", "li.hub"
SENT = "li.mine.sent"
PATIENCE = 30_000  # milliseconds on a busy machine


async def open_chat(phone: BrowserContext, path: str = "/c") -> Page:
    page = await phone.new_page()
    await page.goto(path)
    await expect(page.locator("body[data-ready]")).to_be_attached()
    return page


async def write(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.click("#send")


async def until(count: Callable[[], Awaitable[int]], wanted: int) -> None:
    """Wait until the hub has come to a number, and see that it does not pass it."""
    async with asyncio.timeout(PATIENCE / 1_000):
        while await count() < wanted:  # noqa: ASYNC110 - it is another process that counts
            await asyncio.sleep(0.1)
    assert await count() == wanted


async def test_whoever_opens_a_posters_link_is_greeted_and_answered(phone: BrowserContext, hub: Hub) -> None:
    heard, delivered = await hub.heard(), await hub.delivered()
    page = await open_chat(phone, "/c/beixia-3")
    await expect(page.locator(SENT)).to_have_count(1, timeout=PATIENCE)
    assert page.url.endswith("/c")
    await write(page, "你好")
    await expect(page.locator(SENT)).to_have_count(2, timeout=PATIENCE)
    await expect(page.locator(TOLD)).to_have_count(2, timeout=PATIENCE)
    await until(hub.heard, heard + 2)
    await until(hub.delivered, delivered + 2)
    await page.reload()
    await expect(page.locator(MINE)).to_have_count(2)
    await expect(page.locator(TOLD)).to_have_count(2)
    assert await hub.heard() == heard + 2


async def test_what_is_typed_while_the_hub_is_dead_is_sent_once_when_it_lives(phone: BrowserContext, hub: Hub) -> None:
    page = await open_chat(phone)
    await write(page, "第一句")
    await expect(page.locator(TOLD)).to_have_count(1, timeout=PATIENCE)
    heard, told = await hub.heard(), await hub.told()
    await hub.kill()
    await write(page, "第二句")
    await write(page, "第三句")
    await page.click("#place")
    await expect(page.locator(MINE)).to_have_count(4)
    await expect(page.locator("#offline")).to_be_visible(timeout=PATIENCE)
    await page.reload()  # from the phone itself: nobody else is there
    await expect(page.locator(MINE)).to_have_count(4)
    await hub.start()
    await expect(page.locator(SENT)).to_have_count(4, timeout=PATIENCE)
    await until(hub.heard, heard + 3)
    await expect(page.locator(TOLD)).to_have_count(4, timeout=PATIENCE)
    await until(hub.told, told + 3)
    said = await page.locator(f"{MINE} p").all_text_contents()
    assert said[:3] == ["第一句", "第二句", "第三句"]


async def test_an_answer_that_is_lost_after_storing_leaves_one_copy(phone: BrowserContext, hub: Hub) -> None:
    heard, tries = await hub.heard(), 0
    page = await open_chat(phone)

    async def lose_the_first_answers(route: Route) -> None:
        nonlocal tries
        tries += 1
        if tries <= 2:
            await route.fetch()
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await page.route(re.compile("/c/-/say$"), lose_the_first_answers)
    await write(page, "房顶掀了")
    await expect(page.locator(SENT)).to_have_count(1, timeout=PATIENCE)
    assert tries == 3
    assert await hub.heard() == heard + 1
    await expect(page.locator(TOLD)).to_have_count(1, timeout=PATIENCE)


async def test_a_photo_taken_without_a_network_is_made_small_and_arrives(phone: BrowserContext, hub: Hub) -> None:
    heard = await hub.heard()
    page = await open_chat(phone)
    sizes: list[int] = []
    page.on("request", lambda call: sizes.append(len(call.post_data_buffer or b"")) if "/photo?" in call.url else None)
    await phone.set_offline(offline=True)
    await page.set_input_files("#photo", {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": large_photo()})
    await expect(page.locator(f"{MINE} img")).to_have_count(1, timeout=PATIENCE)
    await expect(page.locator("#offline")).to_be_visible()
    width = await page.locator(f"{MINE} img").evaluate("picture => picture.naturalWidth")
    await phone.set_offline(offline=False)
    await expect(page.locator(SENT)).to_have_count(1, timeout=PATIENCE)
    assert width <= 1_600
    assert max(sizes) < 600_000
    await until(hub.heard, heard + 1)


async def test_what_is_no_photo_is_said_to_be_none(phone: BrowserContext) -> None:
    page = await open_chat(phone)
    await page.set_input_files("#photo", {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    await expect(page.locator("#notice")).to_contain_text("请重拍一张")
    await expect(page.locator(MINE)).to_have_count(0)


async def test_what_the_hub_refuses_stays_on_the_phone_and_says_so(phone: BrowserContext) -> None:
    page = await open_chat(phone)
    await page.route(re.compile("/c/-/say$"), lambda route: route.fulfill(status=422, body="{}"))
    await write(page, "说不通的")
    await expect(page.locator("li.mine.refused small")).to_contain_text("没有收下", timeout=PATIENCE)
    await page.unroute_all()
    await page.click("li.mine.refused button")
    await expect(page.locator(SENT)).to_have_count(1, timeout=PATIENCE)


async def test_a_half_written_sentence_outlives_the_page(phone: BrowserContext) -> None:
    page = await open_chat(phone)
    await page.locator("#text").press_sequentially("还没写")
    await page.reload()
    await expect(page.locator("#text")).to_have_value("还没写")


async def test_whoever_clears_the_chat_leaves_nothing_on_the_phone(phone: BrowserContext) -> None:
    page = await open_chat(phone)
    await write(page, "别人不该看到")
    await expect(page.locator(TOLD)).to_have_count(1, timeout=PATIENCE)
    before = {each["value"] for each in await phone.cookies() if each["name"] == "chat"}
    await page.reload()
    page.on("dialog", lambda dialog: dialog.accept())
    await page.click("#clear")
    await expect(page.locator("#clear")).to_be_hidden(timeout=PATIENCE)
    await expect(page.locator("#lines li")).to_have_count(0)
    assert before.isdisjoint(each["value"] for each in await phone.cookies() if each["name"] == "chat")


async def test_the_page_changes_its_language_at_a_word(phone: BrowserContext) -> None:
    page = await open_chat(phone)
    await write(page, "English")
    await expect(page.locator("html[lang=en]")).to_be_attached(timeout=PATIENCE)
    await expect(page.locator("#send")).to_contain_text("Send")
    await expect(page.locator(SENT)).to_have_count(1)
    await expect(page.locator(TOLD)).to_have_count(1, timeout=PATIENCE)  # the next test counts what is told


async def test_without_script_the_page_is_used_by_its_form(phone: BrowserContext, hub: Hub) -> None:
    heard, told = await hub.heard(), await hub.told()
    browser = phone.browser
    assert browser is not None
    old = await browser.new_context(base_url=hub.url, java_script_enabled=False, locale="zh-CN")
    page = await old.new_page()
    await page.goto("/c/beixia-3")
    await page.fill("#text", "房顶掀了")
    await page.click("#send")
    await until(hub.heard, heard + 2)
    await until(hub.told, told + 2)
    await page.click("text=看新消息")
    await expect(page.locator(TOLD)).to_have_count(2)
    await old.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_has_no_barrier_that_axe_knows_of(phone: BrowserContext, scheme: str) -> None:
    page = await open_chat(phone)
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await write(page, "你好")
    await expect(page.locator(TOLD)).to_have_count(1, timeout=PATIENCE)
    await phone.set_offline(offline=True)
    await page.set_input_files("#photo", {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": large_photo()})
    await expect(page.locator("#offline")).to_be_visible(timeout=PATIENCE)
    kinds = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    results = await Axe().run(page, options={"runOnly": kinds})
    await phone.set_offline(offline=False)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_nothing_runs_over_the_side_and_what_is_pressed_is_large(phone: BrowserContext, width: int) -> None:
    page = await open_chat(phone)
    await page.set_viewport_size({"width": width, "height": 700})
    await write(page, "长" * 60 + "x" * 200)
    await expect(page.locator(MINE)).to_have_count(1)
    measured = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert measured[0] <= measured[1]
    buttons = page.locator("button:visible, header a:visible")
    for each in [await button.bounding_box() for button in await buttons.all()]:
        assert each is not None
        assert min(each["height"], each["width"]) >= 44


def large_photo() -> bytes:
    written = io.BytesIO()
    noise = Image.effect_noise((3_000, 2_000), 60)
    noise.convert("RGB").save(written, "JPEG", quality=90)
    return written.getvalue()
