"""Act four and a half: whoever is responsible must answer himself (叫应), or the next in line is called."""

from typing import Any, Final

from app.demo.cast import AT_THIRD_CALL, DUTY_ROOM, NUMBER_GONE_ON
from app.demo.scene import Scene

PATIENCE: Final = 90.0  # real seconds until everybody has answered
AT_POST_AND_SETTLED, NOT_ME = "11", "3"  # the keys, one each time something is asked
CALLED: Final = "called"


async def prepare(scene: Scene) -> None:
    """Say how telephones are taken this morning: everybody else picks up, listens, and answers in writing."""
    director, cast = scene.stage.director, scene.cast
    await director.telephone(cast.phones[AT_THIRD_CALL], from_call=3, keys=AT_POST_AND_SETTLED)
    await director.telephone(cast.phones[NUMBER_GONE_ON], keys=NOT_ME)
    await director.telephone(DUTY_ROOM, keys=AT_POST_AND_SETTLED)


async def play(scene: Scene) -> None:
    scene.screen.act("四之二、叫应", "whoever is responsible must answer")

    async def awake() -> Any:
        return not await _ladders(scene)

    async def reported() -> Any:
        return not await _ladders(scene, awake="true")

    await scene.until("an answer of everybody who is responsible", awake, PATIENCE)
    await scene.until("what became of everybody's people", reported, PATIENCE)
    ladders = await _ladders(scene, everybody="true")
    names = scene.cast.names
    third = _of(scene, ladders, AT_THIRD_CALL)
    scene.screen.say(
        f"{names[AT_THIRD_CALL]}打到第{_calls(third)}遍才接，按1：已到岗；再按1：人都安顿好了",
        f"the patrol answers the {_calls(third)}rd call: at the post, and everybody is settled",
    )
    gone = _of(scene, ladders, NUMBER_GONE_ON)
    replies = [step["result"] for step in gone["steps"] if step["kind"] == "replied"]
    scene.screen.say(
        f"{names[NUMBER_GONE_ON]}的号码换了主人（{replies[0]}），自动停用，马上叫副手",
        "one number has a new owner: it is closed, and the deputy is called at once",
    )
    scene.screen.say("荷湖乡由值班室座机应答", "the township answers by the telephone of its duty room")
    closed = sum(each["state"] == "closed" for each in ladders)
    calls = sum(_calls(each) for each in ladders)
    scene.called = {"ladders_closed": closed, "ladders_open": len(ladders) - closed, "calls_placed": calls}
    scene.screen.count("责任人都叫应了", "everybody responsible has answered", scene.called)


async def _ladders(scene: Scene, **asked: str) -> list[Any]:
    return [each async for each in scene.duty.everything("/ladders", **asked)]


def _of(scene: Scene, ladders: list[Any], person: str) -> Any:
    return next(each for each in ladders if each["person"] == scene.people[person])


def _calls(ladder: Any) -> int:
    return sum(step["kind"] == CALLED for step in ladder["steps"])
