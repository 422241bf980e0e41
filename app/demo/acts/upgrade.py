"""Act four: orange becomes red. What is unsent of the first text never goes out; the newest goes to everybody."""

import asyncio
from typing import Any, Final

from app.demo.acts.warning import release, written_anew
from app.demo.errors import StoryFailed
from app.demo.scene import Scene, states_of

RED: Final = 1
WORDS: Final = {
    "zh_CN": {
        "headline": "丰城市气象台发布暴雨红色预警[Ⅰ级/特别严重]",
        "description": "荷湖乡3小时降雨已近90毫米，还在下，山坡随时可能滑坡。",
        "instruction": {
            "do": "住在山边、河边的人马上转移，不要收拾东西，不要回去",
            "go": "车草小学、荷湖中学安置点",
            "call": "荷湖乡值班室 +99900001234",
        },
    },
    "en": {
        "headline": "Red rainstorm warning by Fengcheng Meteorological Observatory [level I, very severe]",
        "description": "Almost 90 mm of rain in 3 hours in Hehu, and more to come. Slopes may slide at any time.",
        "instruction": {
            "do": "If you live below a slope or by a stream, leave now. Do not pack, do not go back",
            "go": "the shelters at Checao school and Hehu middle school",
            "call": "Hehu duty office +99900001234",
        },
    },
}


async def play(scene: Scene) -> None:
    scene.screen.act("四、橙色升红色", "orange becomes red")
    orange = await scene.officer.get(f"/alerts/{scene.orange}")
    first = await scene.notice(scene.orange)
    update = written_anew(orange, level=RED)
    for language, words in WORDS.items():
        update["contents"][language] |= words
    drafted = await scene.officer.post(f"/alerts/{scene.orange}/update", update)
    scene.crowd.evacuated = True
    scene.red = await release(scene, drafted)
    await asyncio.gather(*(scene.stage.director.phone_fails(number, None) for number in scene.cast.overloaded))
    await _overtaken(scene, first)
    await _told(scene)


async def _overtaken(scene: Scene, first: str) -> None:
    async def swept() -> Any:
        states = states_of(await scene.progress(first))
        return states if not states.get("planned") else None

    states = await scene.until("the end of the first text", swept)
    if not states.get("superseded"):
        raise StoryFailed(what="nothing of the first text was overtaken")
    n = states["superseded"]
    scene.screen.say(
        f"没发出去的{n}条橙色短信不再发，直接发红色", f"{n} orange texts were still unsent: superseded, red goes out"
    )


async def _told(scene: Scene) -> None:
    notice = await scene.notice(scene.red)

    async def told() -> Any:
        progress = await scene.progress(notice)
        done = progress["notice"]["state"] == "planned" and not states_of(progress).get("planned")
        return progress if done else None

    progress = await scene.until("the red warning at everybody", told)
    counted = {name: n for name, n in sorted(states_of(progress).items()) if n}
    scene.screen.count("红色预警全文发到每个人", "the full red text to everybody", counted)
    await _safe(scene, notice)


async def _safe(scene: Scene, notice: str) -> None:
    """Wait until no more answers come in for a while, then say who is missing."""
    before = -1
    missing = len(await scene.missing(notice))
    while missing != before:
        before = missing
        await asyncio.sleep(2.0)
        scene.crowd.check()
        missing = len(await scene.missing(notice))
    progress = await scene.progress(notice)
    duties = {each["duty"]: f"{each['answered']}/{each['people']}" for each in progress["duties"]}
    scene.screen.count(
        "北下组2户6人已到车草小学；各岗位回话", "two households with six people are safe; answers by duty", duties
    )
    scene.screen.say(f"还没回话的{missing}人在失联名单上", f"{missing} are on the missing list")
