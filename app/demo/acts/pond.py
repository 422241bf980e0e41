"""The pond must be seen: its keeper shows it by photos, for the network is too thin for a moving picture."""

from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageDraw

from app.demo.cast import POND, POND_KEEPER, TOWNSHIP
from app.demo.errors import StoryFailed
from app.demo.scene import Scene

LEVEL: Final = "31.20"
TAPPED: Final = ("steady", "no", "none", "no")  # trend, spillway, seepage, cracks
SHOTS: Final = 5
SIZE: Final = (640, 360)


async def play(scene: Scene) -> None:
    site = await _site(scene)
    [check] = await scene.duty.post("/video-checks", {"sites": [site["id"]]})
    chat = scene.cast.chats[POND_KEEPER]
    await _press(scene, chat, "start")
    await _asked(scene, chat, "水位")
    await scene.stage.director.write(chat, LEVEL)
    for word in TAPPED:
        await _press(scene, chat, word)
    for number in range(1, SHOTS + 1):
        await _asked(scene, chat, f"{number}/{SHOTS}")
        await scene.stage.director.photo(chat, _picture(number), "")
    shown = await scene.until("the pond in five photos", lambda: _photos(scene, check["id"]))
    name = scene.cast.names[POND_KEEPER]
    scene.screen.say(
        f"{name}那里网络太差，用照片回：水位{LEVEL}米，不渗水", "the pond is shown by photos: the network is too thin"
    )
    judged = await scene.duty.post(f"/video-checks/{check['id']}/judge", {"result": "normal", "reason": ""})
    scene.passed = int(judged["state"] == "normal")
    scene.screen.say(f"值班员看过{len(shown)}张照片：正常", "the duty officer has looked: all is normal")


async def _site(scene: Scene) -> Any:
    async for each in scene.admin.everything("/sites", area=TOWNSHIP):
        if each["name"] == POND:
            return each
    raise StoryFailed(what="the sample's pond is not there")


async def _photos(scene: Scene, check: str) -> Any:
    """Return the evidence once the keeper has answered and every photo is there."""
    state = (await scene.duty.get(f"/video-checks/{check}"))["state"]
    kept = await scene.duty.get(f"/video-checks/{check}/evidence")
    return kept if state == "answered" and len(kept) == SHOTS else None


async def _press(scene: Scene, chat: str, word: str) -> None:
    """Wait until the newest message in the chat offers the word, and press it."""

    async def offered() -> bool:
        last = await _last(scene, chat)
        return any(carried.endswith(f":{word}") for carried in last["facts"].get("buttons", ()))

    await scene.until("the keeper's next question", offered)
    await scene.stage.director.press(chat, f":{word}")


async def _asked(scene: Scene, chat: str, words: str) -> None:
    async def said() -> bool:
        return words in (await _last(scene, chat))["text"]

    await scene.until("the keeper's next question", said)


async def _last(scene: Scene, chat: str) -> Any:
    lines, _ = await scene.stage.director.ledger()
    return [line for line in lines if line["channel"] == "telegram" and line["address"] == chat][-1]


def _picture(number: int) -> bytes:
    """Draw water and a dam, a little differently each time."""
    picture = Image.new("RGB", SIZE, (120, 150 + 10 * number, 190))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 200 + 12 * number, SIZE[0], SIZE[1]), fill=(90, 80 + 15 * number, 60))
    draw.line((20 * number, 0, 40 + 90 * number, SIZE[1]), fill=(240, 240, 240), width=3 + 2 * number)
    drawn = BytesIO()
    picture.save(drawn, "JPEG", quality=85)
    return drawn.getvalue()
