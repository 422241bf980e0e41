"""`python -m bench.video`: how soon an officer sees the first picture of a phone that shows, directly, on loopback."""

import asyncio
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from playwright.async_api import Page, async_playwright, expect

from tests.browser.hub import running_hub
from tests.browser.water import FAKE, PATIENCE, Water, chromium, desk_of, has_picture, opened, phone_of, tile, water
from tests.builders import World

CALLS: Final = 5
AIM: Final = 600  # milliseconds, the median; reported here, held to nothing


async def first_pictures() -> Sequence[int]:
    """Return how many milliseconds each of five calls took, from the press to the first picture."""
    folder = Path(tempfile.mkdtemp(prefix="mingluo-bench-"))
    try:
        async with (
            running_hub(folder) as hub,
            hub.database() as database,
            async_playwright() as playwright,
            chromium(playwright, *FAKE) as browser,
        ):
            asked = await water(World(database), hub, 1)
            there = await opened(await phone_of(browser, asked), asked)
            await there.click("#start")
            await expect(there.locator("#screen")).to_be_visible(timeout=PATIENCE)
            here = await (await desk_of(browser, asked)).new_page()
            await here.goto("/video")
            await expect(here.locator("body[data-ready]")).to_be_attached()
            return [await call(here, asked) for _ in range(CALLS)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def call(here: Page, asked: Water) -> int:
    """Look, and look away again."""
    await here.click(f"{tile(asked)} [data-part=look]")
    took = await has_picture(here, asked)
    await here.click(f"{tile(asked)} [data-part=look]")
    await here.locator(tile(asked)).evaluate("box => box.removeAttribute('data-first')")
    return took


def line(took: Sequence[int]) -> str:
    """Return the figures as a sentence of the report."""
    each = ", ".join(map(str, took))
    return f"median {statistics.median(took):.0f} ms of {len(took)} calls ({each} ms); the aim is {AIM} ms"


def measured() -> str:
    """Return the sentence of the report; where there is no Chromium, that."""
    if shutil.which("chromium") is None:
        return "not measured: chromium is not installed"
    return line(asyncio.run(first_pictures()))


if __name__ == "__main__":
    print(measured())
