"""Act seven, told as the next chapter: 10 May 2021, hail over Fujia. Twelve households ask for help and are helped."""

import asyncio
from io import BytesIO
from typing import Any, Final

from app.demo.applicant import Applicant
from app.demo.cast import HAIL_VILLAGE, SECRETARY
from app.demo.errors import StoryFailed
from app.demo.scene import Scene

WORDS: Final = (  # by platform in turn: a chat, an old phone, a page opened from the notice board
    ("昨晚冰雹把屋顶打坏了，家里三口人，还在漏雨，傅家村", 3, "付长根"),
    ("傅家村，瓦全碎了，就我一个人，没受伤", 1, "熊金秀"),
    ("冰雹砸破窗户，屋里进水，董家镇傅家村，两口人", 2, "付贵生"),
    ("屋顶漏雨，冰雹打的，家里就我一个人，傅家村", 1, "付水生"),
    ("我家屋顶被冰雹打穿了，要块雨布，2口人，没人受伤", 2, "付建平"),
    ("傅家村 瓦片打碎 一个人住 没伤着", 1, "袁桂英"),
    ("冰雹把瓦打碎了，家里2个人，没人受伤也没人被困", 2, "付新华"),
    ("瓦碎了好多漏雨", 1, "付老四"),
    ("窗子玻璃都碎了，屋顶也漏，家里两口人，没人受伤，董家镇傅家村", 2, "徐火根"),
    ("昨晚下冰雹，房顶砸了几个洞，一口人", 1, "付冬生"),
    ("冰雹打坏屋顶，被子全湿了，家里两口人，都没受伤", 2, "付文强"),
    ("大风把瓦掀了，冰雹又打，傅家村，2口人，人没事", 2, "聂三毛"),
)
PLATFORMS: Final = ("telegram", "sms", "browser")


async def play(scene: Scene) -> None:
    scene.screen.act("七、另一章：2021年5月10日，傅家村的冰雹", "another chapter: hail over Fujia village")
    households = await _households(scene)
    for together in (households[:4], households[4:8], households[8:]):
        await asyncio.gather(*(each.apply(scene.stage.director) for each in together))
    requests = await _filed(scene, len(households))
    scene.screen.say(
        f"{len(requests)}户用自己的话报了灾：聊天、短信、村口扫码的网页",
        "twelve households report in their own words, by chat, by text and on the page from the notice board",
    )
    scene.screen.quote(households[0].words)
    await _in_chat(scene, requests)
    await _at_the_desk(scene)
    scene.relief = await _figures(scene)
    scene.screen.count("村里安置，全部办结", "looked after, all settled", scene.relief)


async def _households(scene: Scene) -> list[Applicant]:
    code = await _poster(scene)
    made = []
    for number, (words, people, head) in enumerate(WORDS, 1):
        how, person, page = PLATFORMS[(number - 1) % len(PLATFORMS)], f"P-FJ-{number}-1", f"fujia-{number}"
        match how:
            case "telegram":
                address = scene.cast.chats[person]
            case "sms":
                address = scene.cast.phones[person]
            case _:
                address = await scene.stage.director.open_page(page, scene.stage.url, code)
        made.append(Applicant(how, address, page, words, people, head))
    return made


async def _poster(scene: Scene) -> str:
    """Make the village's code, as its poster does."""
    found = await scene.admin.post(f"/areas/{HAIL_VILLAGE}/code")
    return str(found["code"])


async def _filed(scene: Scene, wanted: int) -> list[Any]:
    async def all_there() -> Any:
        listed = await _requests(scene)
        return listed if len(listed) >= wanted else None

    return await scene.until("every household's report", all_there)


async def _requests(scene: Scene) -> list[Any]:
    return [each async for each in scene.dongjia.everything("/relief/requests", area=HAIL_VILLAGE)]


async def _in_chat(scene: Scene, requests: list[Any]) -> None:
    """The village secretary proves his chat, accepts one report there and settles it."""
    director, chat = scene.stage.director, scene.cast.chats[SECRETARY]
    await scene.prove(SECRETARY, "telegram")
    first = next(each for each in requests if not each["urgent"])
    await director.write(chat, first["code"])
    await _press(scene, chat, first["code"], "accept")
    await _state(scene, first["id"], "accepted")
    await _press(scene, chat, first["code"], "settle")
    await _told(scene, chat, "照片")
    await director.photo(chat, _roof(), "瓦换好了，人先住村部")
    await _state(scene, first["id"], "settled")
    scene.screen.say(
        f"村书记{scene.cast.names[SECRETARY]}在聊天里受理、办结{first['code']}",
        "the secretary accepts and settles in chat",
    )


def _roof() -> bytes:
    """Return a picture of a mended roof, as far as a demo can paint."""
    from PIL import Image  # noqa: PLC0415 - only this act paints

    painted = BytesIO()
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(painted, "JPEG")
    return painted.getvalue()


async def _press(scene: Scene, chat: str, code: str, word: str) -> None:
    """Press the button with this word under the newest message that speaks of the request."""

    async def offered() -> str | None:
        lines, _ = await scene.stage.director.ledger()
        mine = [line for line in lines if line["address"] == chat and code in line["text"]]
        buttons = [carried for line in mine for carried in line["facts"]["buttons"] if carried.endswith(f":{word}")]
        return buttons[-1] if buttons else None

    await scene.stage.director.press_exactly(chat, await scene.until(f"a button to {word}", offered))


async def _told(scene: Scene, chat: str, words: str) -> None:
    async def told() -> bool:
        lines, _ = await scene.stage.director.ledger()
        theirs = [line["text"] for line in lines if line["address"] == chat]
        return bool(theirs) and words in theirs[-1]

    await scene.until("the question to the secretary", told)


async def _state(scene: Scene, request: str, state: str) -> None:
    async def reached() -> bool:
        shown = await scene.dongjia.get(f"/relief/requests/{request}")
        return bool(shown["request"]["state"] == state)

    await scene.until(f"the request {state}", reached)


async def _at_the_desk(scene: Scene) -> None:
    """The township's desk does the rest: accepts, and settles when the village has looked after them."""
    for each in await _requests(scene):
        if each["state"] == "settled":
            continue
        await scene.dongjia.post(f"/relief/requests/{each['id']}/accept")
        note = {"note": "已安置在村部，瓦已补好"}
        await scene.dongjia.post(f"/relief/requests/{each['id']}/settle", note)


async def _figures(scene: Scene) -> dict[str, int]:
    listed = await _requests(scene)
    if any(each["drill"] for each in listed):
        raise StoryFailed(what="a report was taken for a drill")
    return {
        "relief_requests": len(listed),
        "relief_people": sum(each["counts"].get("people", 0) for each in listed),
        "relief_settled": sum(each["state"] == "settled" for each in listed),
    }
