"""`python -m bench.webchat`: how soon the chat page can be used on a bad network, and what it weighs on the wire."""

import asyncio
import shutil
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from playwright.async_api import Browser, async_playwright

from tests.browser.conftest import FLAGS, PHONE
from tests.browser.hub import running_hub

TRIES = 5


@dataclass(frozen=True, slots=True)
class Network:
    name: str
    bits: int  # a second
    latency: int  # milliseconds
    slower: int  # how many times slower the phone is than this machine


NETWORKS = (
    Network("50 kbit/s, 600 ms, processor ÷ 6", 50_000, 600, 6),
    Network("400 kbit/s, 300 ms, processor ÷ 4", 400_000, 300, 4),
)


@dataclass(frozen=True, slots=True)
class Visit:
    seen: float  # seconds until the form stood there, which works without the script
    ready: float  # seconds until the script had taken over
    received: int  # bytes on the wire until then, with headers


async def visit(browser: Browser, url: str, network: Network) -> Visit:
    """Open a poster's link with an empty phone."""
    context = await browser.new_context(viewport=PHONE, locale="zh-CN", service_workers="block")
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    received = 0

    def count(event: dict[str, float]) -> None:
        nonlocal received
        received += int(event["encodedDataLength"])

    cdp.on("Network.loadingFinished", count)
    await cdp.send("Network.enable")
    rate = network.bits / 8
    limits = {"offline": False, "latency": network.latency, "downloadThroughput": rate, "uploadThroughput": rate}
    await cdp.send("Network.emulateNetworkConditions", limits)
    await cdp.send("Emulation.setCPUThrottlingRate", {"rate": network.slower})
    began = perf_counter()
    await page.goto(f"{url}/c/beixia-3", wait_until="commit")
    await page.locator("#send").wait_for()
    seen = perf_counter() - began
    await page.locator("body[data-ready]").wait_for(state="attached")
    ready = perf_counter() - began
    await context.close()
    return Visit(seen, ready, received)


async def measure() -> None:
    async with running_hub(Path(tempfile.mkdtemp(prefix="mingluo-bench-"))) as hub, async_playwright() as playwright:
        path = shutil.which("chromium")
        async with await playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS) as browser:
            for network in NETWORKS:
                visits = [await visit(browser, hub.url, network) for _ in range(TRIES)]
                seen = statistics.median(each.seen for each in visits)
                ready = [each.ready for each in visits]
                print(
                    f"{network.name}: form after {seen:.1f} s, ready after {statistics.median(ready):.1f} s "
                    f"(worst {max(ready):.1f} s), {max(each.received for each in visits)} bytes"
                )


if __name__ == "__main__":
    asyncio.run(measure())
