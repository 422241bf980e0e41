"""Act three: while the warning is valid. Answers, silence, a dead number, another patrol, a line that is mended."""

from typing import Any

from app.demo.cast import (
    BLOCKED_THE_BOT,
    DEAD_PHONE,
    GROUP,
    NEEDS_HELP,
    OFFLINE_GATEWAY,
    PATROL,
    PATROL_NEXT,
    REPAIRED_NUMBER,
    WANTS_NO_LESSONS,
    WITHOUT_ADDRESS,
)
from app.demo.errors import StoryFailed
from app.demo.scene import Scene, states_of


async def play(scene: Scene) -> None:
    scene.screen.act("三、有人回，有人没回", "some answer, some do not")
    notice = await scene.notice(scene.orange)
    await _answers(scene, notice)
    await _dead_number(scene)
    await _fallbacks(scene, notice)
    await _other_patrol(scene)
    await _line_mended(scene, notice)
    await _no_more_lessons(scene)
    await _missing(scene, notice)


async def _answers(scene: Scene, notice: str) -> None:
    helped = scene.people[NEEDS_HELP]

    async def called_for_help() -> Any:
        listed = [each async for each in scene.duty.everything(f"/notices/{notice}/answers")]
        return next((each for each in listed if each["kind"] == "need_help" and each["person"] == helped), None)

    answer = await scene.until("the call for help", called_for_help)
    name = scene.cast.names[NEEDS_HELP]
    scene.screen.say(
        f"{name}用短信回：{answer['words']}。值班员马上看到", "one SMS asks for help; the duty officer sees it"
    )
    crowd = scene.crowd
    scene.screen.say(
        f"已有{crowd.buttons}人点按钮、{crowd.texts}人回短信", f"{crowd.buttons} buttons, {crowd.texts} texts so far"
    )


async def _dead_number(scene: Scene) -> None:
    """A dead number is found out by its receipt; the village brings the new one, and it is warned at once."""
    person, name = scene.people[DEAD_PHONE], scene.cast.names[DEAD_PHONE]

    async def found_out() -> Any:
        listed = await scene.duty.get(f"/people/{person}/addresses")
        return any(each["closed_at"] is not None for each in listed)

    await scene.until("the dead number closed", found_out)
    scene.screen.say(f"{name}的号码是空号，自动停用", "a dead number is closed by its receipt")
    await scene.admin.post("/addresses", {"person": person, "channel": "sms", "value": REPAIRED_NUMBER})
    await _heard_at(scene, REPAIRED_NUMBER, "the warning at the repaired number")
    scene.screen.say("村里补登新号码，预警随即补发到", "the village brings a new number: it gets the warning then")


async def _fallbacks(scene: Scene, notice: str) -> None:
    blocked = scene.cast.phones[BLOCKED_THE_BOT]
    await _heard_at(scene, blocked, "the SMS for somebody who blocked the bot")
    scene.screen.say(
        f"{scene.cast.names[BLOCKED_THE_BOT]}屏蔽了机器人，改发短信", "a blocked bot: SMS takes over at once"
    )

    async def fell_back() -> Any:
        planned = states_of(await scene.progress(notice), "sms")
        return planned if sum(planned.values()) else None

    await scene.until("texts after silence", fell_back)
    scene.screen.say("聊天里一分钟没回的人，再发短信", "whoever is silent in the chat for a minute gets an SMS")


async def _other_patrol(scene: Scene) -> None:
    """The post at the landslide spot is handed to somebody who lives elsewhere; she is warned, he stays warned."""
    posts = [each async for each in scene.admin.everything("/posts", area=GROUP, duty="patrol")]
    holder = scene.people[PATROL]
    post = next(each for each in posts if each["term"] and each["term"]["holder"] == holder)
    await scene.admin.post(f"/posts/{post['id']}/hand-over", {"holder": scene.people[PATROL_NEXT]})
    await _heard_at(scene, scene.cast.chats[PATROL_NEXT], "the warning at the new patrol's")
    old, new = scene.cast.names[PATROL], scene.cast.names[PATROL_NEXT]
    scene.screen.say(
        f"北下组巡查员由{old}换成{new}（家住董家镇），她立刻收到", "a post is handed over: the new holder is warned"
    )


async def _line_mended(scene: Scene, notice: str) -> None:
    """The broker is no memory: at its hello the gateway is told from the database what is still valid."""
    before = await _coverage(scene, notice)
    await scene.stage.director.gateway_goes(OFFLINE_GATEWAY, "online")

    async def all_played() -> Any:
        played, everything = await _coverage(scene, notice)
        return (played, everything) if played == everything else None

    played, everything = await scene.until("the warning from the mended loudspeaker", all_played)
    if before[0] >= everything:
        raise StoryFailed(what="a loudspeaker without a line played all the same")
    scene.screen.say(
        f"坪坑村线路修好，大喇叭补播，{played}/{everything}", "the line is mended: it plays what is still valid"
    )


async def _coverage(scene: Scene, notice: str) -> tuple[int, int]:
    listed = await scene.duty.get(f"/notices/{notice}/coverage")
    return sum(each["played"] for each in listed), sum(each["all"] for each in listed)


async def _no_more_lessons(scene: Scene) -> None:
    await scene.stage.director.text(scene.cast.phones[WANTS_NO_LESSONS], "退订")
    scene.screen.say(
        f"{scene.cast.names[WANTS_NO_LESSONS]}回“退订”：只退安全知识，预警照发",
        "an opt-out from lessons silences no warning",
    )


async def _missing(scene: Scene, notice: str) -> None:
    """Who has not answered, and how to reach them; for one of them somebody must go to the door."""
    listed = await scene.missing(notice)
    alone = next((each for each in listed if each["person"] == scene.people[WITHOUT_ADDRESS]), None)
    if alone is None or alone["channels"]:
        raise StoryFailed(what="somebody without any address is not on the missing list")
    guide = next((name for name, number in scene.people.items() if number == alone["responsible"]), "")
    scene.screen.say(
        f"还有{len(listed)}人没回；{alone['name']}没有电话，请责任人{scene.cast.names.get(guide, '')}上门",
        f"{len(listed)} have not answered; one has no phone: somebody must knock",
    )


async def _heard_at(scene: Scene, address: str, what: str) -> None:
    async def heard() -> bool:
        lines, _ = await scene.stage.director.ledger()
        return any(line["address"] == address for line in lines)

    await scene.until(what, heard)
