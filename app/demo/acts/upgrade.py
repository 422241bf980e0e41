"""Act four: orange becomes red. What is unsent of the first text never goes out; the newest goes to everybody."""

import asyncio
from typing import Any, Final

from app.demo.acts.warning import release, written_anew
from app.demo.cast import BELOW_THE_SLOPE, SPEAKS_ENGLISH
from app.demo.errors import StoryFailed
from app.demo.scene import Scene, states_of

RED: Final = 1
PAUSE: Final = 2.0  # seconds without an answer, after which we look who is missing
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
    await _in_her_language(scene)
    await _safe(scene, notice)


async def _in_her_language(scene: Scene) -> None:
    """Show the newest text in one chat: the teacher from abroad reads English."""
    lines, _ = await scene.stage.director.ledger()
    hers = [line for line in lines if line["address"] == scene.cast.chats[SPEAKS_ENGLISH] and line["facts"]["buttons"]]
    scene.screen.say("中学外教收到英文", "the teacher from abroad reads it in English")
    scene.screen.quote(hers[-1]["text"])


async def _safe(scene: Scene, notice: str) -> None:
    """Wait until no more answers come in for a while, then say who is missing."""
    before, missing = -1, await scene.missing(notice)
    while len(missing) != before:
        before = len(missing)
        await asyncio.sleep(PAUSE)
        scene.crowd.check()
        missing = await scene.missing(notice)
    silent = {each["person"] for each in missing}
    below_the_slope = [person for name, person in scene.people.items() if name.startswith(BELOW_THE_SLOPE)]
    safe = sum(person not in silent for person in below_the_slope)
    scene.screen.say(
        f"北下组滑坡点{len(below_the_slope)}人，{safe}人报了平安，其余上门带出",
        f"{safe} of the {len(below_the_slope)} below the slope say that they are safe; the rest are fetched",
    )
    duties = (await scene.progress(notice))["duties"]
    answered = {each["duty"]: f"{each['answered']}/{each['people']}" for each in duties}
    scene.screen.count("各岗位回话", "answers by duty", answered)
    scene.screen.say(f"还没回话的{len(missing)}人在失联名单上", f"{len(missing)} are on the missing list")
