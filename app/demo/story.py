"""The demo: one morning in Fengcheng, from a CAP file to the last answer, on real protocols on loopback.

It starts a hub and a world in miniature as processes of their own, plays the story through their doors, shows it as it
happens, and lets a checker compare what the hub believes with what was heard.
"""

import asyncio
import json
import signal
import tempfile
from contextlib import suppress
from pathlib import Path

import httpx

from app.demo.acts import calling, ending, evacuation, hail, morning, pond, upgrade, village, warning
from app.demo.checker import Finding
from app.demo.errors import ChildFailed
from app.demo.scene import Scene
from app.demo.screen import Screen
from app.demo.stage import Stage
from ground.errors import MingluoError

WENT_WELL, WENT_WRONG = 0, 1


def run(*, once: bool) -> int:
    """Play the story; return 0 if all went as it should. Without `once` it then stays up until Ctrl-C."""
    with tempfile.TemporaryDirectory(prefix="mingluo-demo-", ignore_cleanup_errors=True) as folder:
        return asyncio.run(_perform(Path(folder), once=once))


async def _perform(folder: Path, *, once: bool) -> int:
    """Play as one task: a signal cancels it, and whatever it started ends on its way out."""
    playing = asyncio.create_task(_play(folder, once=once))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, playing.cancel)
    try:
        return await playing
    except asyncio.CancelledError:
        return WENT_WRONG  # ended before the story was
    except ChildFailed as failed:
        print("\n".join([str(failed), *_last_words(failed.fields["log"])]))
        return WENT_WRONG


async def _play(folder: Path, *, once: bool) -> int:
    print("鸣锣：在本机启动预警中枢和沙箱……  · starting a hub and a world in miniature on loopback", flush=True)
    async with Stage(folder) as stage:
        screen = Screen(stage.clock)
        try:
            scene, finding = await _story(stage, screen)
        except (MingluoError, httpx.HTTPError) as wrong:
            screen.plain([f"\nThe story broke off: {wrong}", *_last_words(stage.log)])
            return WENT_WRONG
        told = await ending.totals(scene, finding)
        if not once:
            _show_addresses(scene)
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
    screen.plain([json.dumps(told)])
    return WENT_WELL if finding.holds and ending.as_it_should(told) else WENT_WRONG


async def _story(stage: Stage, screen: Screen) -> tuple[Scene, Finding]:
    scene = await village.furnish(stage, screen)
    async with scene.crowd:
        await warning.play(scene)
        await morning.play(scene)
        await calling.prepare(scene)
        await upgrade.play(scene)
        await calling.play(scene)
        await pond.play(scene)
        await evacuation.play(scene)
        await ending.play(scene)
        await evacuation.go_home(scene)
        await hail.play(scene)
        finding = await ending.compare(scene)
    for fault in finding.faults:
        screen.plain([f"          ✗ {fault}"])
    if finding.holds:
        screen.say("账目相符：没有一条丢失", f"they agree: {finding.planned} planned, none lost")
    return scene, finding


def _show_addresses(scene: Scene) -> None:
    url, control = scene.stage.url, scene.stage.peers["control"]["url"]
    scene.screen.plain(
        [
            "",
            f"预警页面 live page   {url}/login?then=/alerts/{scene.red}",
            f"登录口令 token       {scene.tokens['duty']}",
            f"接口说明 API         {url}/api",
            f"沙箱账本 ledger      {control}/_sandbox/ledger",
            "Ctrl-C 结束 ends it.",
        ]
    )


def _last_words(log: Path, most: int = 8, width: int = 300) -> list[str]:
    """Return the last complaints of a log, which names no address and no text."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    complaints = [line[:width] for line in lines if '"level": "info"' not in line]
    return complaints[-most:]
