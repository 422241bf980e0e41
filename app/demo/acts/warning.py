"""Act two: a CAP warning arrives, the officer aims it, a second person approves, people are told."""

import asyncio
import math
import struct
import wave
from io import BytesIO
from typing import Any, Final

from app.demo.cast import (
    BLOCKED_THE_BOT,
    CARRIER_OVERLOADED,
    DEAD_PHONE,
    NUMBER_UNKNOWN,
    TOWNSHIP,
    sample,
)
from app.demo.desk import Desk
from app.demo.errors import CallRefused, StoryFailed
from app.demo.scene import Scene, states_of
from broadcast.alerts.model import Content

RULES: Final = [
    {"name": "值班和责任人", "expression": f"duty(any, {TOWNSHIP})"},
    {"name": "荷湖乡全体", "expression": f"area({TOWNSHIP})"},
]
FOR_DUTY: Final = {
    "zh_CN": {
        "do": "马上到岗，逐户查看滑坡点和山塘，有险情立即转移",
        "go": "各自责任点",
        "call": "荷湖乡值班室 +99900001234",
    },
    "en": {
        "do": "Go to your post, check every slope and pond, move people at the first sign",
        "go": "your own post",
        "call": "Hehu duty office +99900001234",
    },
}
GIVEN: Final = ("area", "level", "event_code", "expires", "onset", "status", "asks_answer", "place", "nature", "note")
CONTENT: Final = tuple(Content.__dataclass_fields__)
PITCHES: Final = (660, 880)  # hertz
SAMPLES: Final = 8_000  # a second


async def play(scene: Scene) -> None:
    """From the CAP file to the moment when everybody whom it can reach now has it."""
    scene.screen.act("二、预警到了", "a warning arrives")
    draft = await _take_cap(scene)
    aimed = await _aim(scene, draft)
    await _trouble(scene)
    scene.orange = await release(scene, aimed)
    await _watch(scene)


def written_anew(shown: Any, **changed: Any) -> dict[str, Any]:
    """Return a warning as the API shows it in the form in which it is written, with some of it changed."""
    contents = {language: {name: content[name] for name in CONTENT} for language, content in shown["contents"].items()}
    audio = shown["audio"] and shown["audio"]["digest"]
    return {name: shown[name] for name in GIVEN} | {"contents": contents, "audio": audio, "target": RULES} | changed


async def release(scene: Scene, warning: Any) -> str:
    """Submit, fail to approve one's own, have it approved by the second person, issue; return the warning's id."""
    alert, screen = str(warning["id"]), scene.screen
    submitted = await scene.officer.post(f"/alerts/{alert}/submit", {"version": warning["version"]})
    if not scene.orange:  # shown once; it holds every time
        await _refused_own(scene.officer, submitted)
        screen.say("预警员不能批自己写的", "the author's own approval is refused")
    await scene.approver.post(f"/alerts/{alert}/approve", {"version": submitted["version"]})
    issued = await scene.approver.post(f"/alerts/{alert}/issue")
    screen.say(f"值班局长批准并签发：{issued['identifier']}", "a second person approves; it is issued")
    return alert


async def _refused_own(officer: Desk, submitted: Any) -> None:
    try:
        await officer.post(f"/alerts/{submitted['id']}/approve", {"version": submitted["version"]})
    except CallRefused:
        return
    raise StoryFailed(what="an author could approve their own warning")


async def _take_cap(scene: Scene) -> Any:
    document, kind = sample("rain_orange.xml"), "application/cap+xml"
    taken = await scene.officer.upload("/cap", document, kind)
    again = await scene.officer.upload("/cap", document, kind)
    if taken["again"] or not again["again"]:
        raise StoryFailed(what="the same CAP file twice did not make one draft")
    headline = taken["warning"]["contents"]["zh_CN"]["headline"]
    scene.screen.say(
        f"气象台发来CAP：{headline}", f"CAP in, {len(taken['notes'])} lint notes; sent twice, drafted once"
    )
    return taken["warning"]


async def _aim(scene: Scene, draft: Any) -> Any:
    """Whom it is for, in which words, with which sound."""
    found = await scene.officer.get("/areas/find", name="丰城荷湖乡")
    if [each["code"] for each in found["areas"]] != [TOWNSHIP]:
        raise StoryFailed(what="丰城荷湖乡 was not found by its name")
    counted = await scene.officer.post("/audiences/preview", {"rules": RULES})
    scene.screen.count(
        "圈定荷湖乡，责任人用另一套话",
        "aimed at Hehu township, duty holders in words of their own",
        {"people": counted["people"], **counted["addresses"]}
        | {"speakers": counted["speakers"], "sharing a phone": counted["sharing"]}
        | {"out of reach": counted["unreachable"]},
    )
    sound = await scene.officer.upload("/media", siren(), "audio/wav")
    given = written_anew(draft, audio=sound["digest"])
    for language, instruction in FOR_DUTY.items():
        given["contents"][language]["rules"] = {"0": instruction}
    return await scene.officer.put(f"/alerts/{draft['id']}", {"version": draft["version"], "warning": given})


async def _trouble(scene: Scene) -> None:
    """What the hub does not know yet: a dead number, a blocked bot, a mast that takes no more texts."""
    director, cast = scene.stage.director, scene.cast
    await director.phone_fails(cast.phones[DEAD_PHONE], NUMBER_UNKNOWN)
    await director.block_bot(cast.chats[BLOCKED_THE_BOT])
    await asyncio.gather(*(director.phone_fails(number, CARRIER_OVERLOADED) for number in cast.overloaded))


async def _watch(scene: Scene) -> None:
    """Wait until everything has gone out that can, and show where it stands."""
    notice, late = await scene.notice(scene.orange), len(scene.cast.overloaded)

    async def told() -> Any:
        progress = await scene.progress(notice)
        done = progress["notice"]["state"] == "planned" and states_of(progress).get("planned", 0) <= late
        return progress if done else None

    progress = await scene.until("the first warning at everybody in reach", told)
    for channel, chinese in (("telegram", "聊天"), ("sms", "短信"), ("speaker", "大喇叭")):
        counted = {name: n for name, n in sorted(states_of(progress, channel).items()) if n}
        scene.screen.count(f"{chinese}发出", f"by {channel}", counted)
    await _show_first_text(scene)
    scene.screen.say(
        f"高峰、上岩两村基站拥堵，{late}条短信等着重发", f"a mast is overloaded: {late} texts wait for another try"
    )


async def _show_first_text(scene: Scene) -> None:
    lines, _ = await scene.stage.director.ledger()
    first = next((line for line in lines if line["channel"] == "sms"), None)
    if first is not None:
        scene.screen.quote(first["text"])


def siren(seconds: int = 4) -> bytes:
    """Return a WAV of two tones by turns, as a recording that an officer attached."""
    count = seconds * SAMPLES
    tones = [PITCHES[number // SAMPLES % len(PITCHES)] for number in range(count)]
    waves = (round(9_000 * math.sin(math.tau * tone * number / SAMPLES)) for number, tone in enumerate(tones))
    content = BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLES)
        file.writeframes(struct.pack(f"<{count}h", *waves))
    return content.getvalue()
