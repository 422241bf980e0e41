"""Act five: everybody below the slope must leave. The roll is called by household, until nobody is missing."""

from typing import Any, Final

from app.demo.cast import BELOW_THE_SLOPE, GROUP, PATROL
from app.demo.errors import StoryFailed
from app.demo.scene import Scene

SHEET: Final = "到 1-4"  # what the patrol texts from the printed sheet: the first household, four people
MOVED: Final = "moved"
ONLY_ME: Final = "me"
SAYS_SO: Final = f"{BELOW_THE_SLOPE}3"  # in a chat


async def play(scene: Scene) -> None:
    scene.screen.act("五、转移", "moved, household by household")
    await _prove_patrol(scene)
    asked = {"kind": "now", "area": GROUP, "alert": scene.red}
    order = str((await scene.officer.post("/evacuations", asked))["id"])
    scene.order = order
    await _told(scene)
    await _own_word(scene)
    await _by_sheet(scene)
    await _by_radio(scene)


async def go_home(scene: Scene) -> None:
    """An all-clear lets nobody return: somebody looks at the slope first, then the group is told."""
    await scene.duty.post(f"/evacuations/{scene.order}/groups/{GROUP}/check")
    await scene.duty.post(f"/evacuations/{scene.order}/groups/{GROUP}/return")
    report = await scene.duty.get(f"/evacuations/{scene.order}/report")
    scene.screen.count(
        "看过山坡，北下组可以返回；转移报告",
        "after a look at the slope they may return; the closing report",
        _figures(report),
    )


async def _prove_patrol(scene: Scene) -> None:
    """Only a proven number takes people off a missing list: the patrol sends a one-time code from his phone."""
    await scene.prove(PATROL, "sms")
    scene.screen.say(
        f"{scene.cast.names[PATROL]}用一次性口令确认了自己的号码", "the patrol proves his number by a one-time code"
    )


async def _told(scene: Scene) -> None:
    async def told() -> Any:
        groups = await scene.duty.get(f"/evacuations/{scene.order}/groups")
        return groups[0] if groups and groups[0]["told_at"] is not None else None

    group = await scene.until("the order at everybody below the slope", told)
    scene.screen.count(
        "命令北下组立即转移，名单冻结",
        "the group is ordered out, its roll is frozen",
        {"households": group["households"], "people": group["people"]},
    )
    chat = scene.cast.chats[SAYS_SO]

    async def heard() -> Any:
        lines, _ = await scene.stage.director.ledger()
        theirs = [line for line in lines if line["address"] == chat and "晒谷场" in line["text"]]
        return theirs[-1]["text"] if theirs else None

    scene.screen.quote(await scene.until("the household's own order", heard))


async def _own_word(scene: Scene) -> None:
    """People say themselves that they are safe: shown for checking, and nobody leaves the list by it.

    Two of them press the button of the order; one says whom that is about.
    """
    chat = scene.cast.chats[SAYS_SO]

    async def asked() -> bool:
        lines, _ = await scene.stage.director.ledger()
        theirs = [line["facts"].get("buttons", ()) for line in lines if line["address"] == chat]
        return bool(theirs) and any(carried.endswith(f":{ONLY_ME}") for carried in theirs[-1])

    await scene.until("the question who is safe", asked)
    await scene.stage.director.press(chat, ONLY_ME)

    async def said() -> Any:
        tally = await _tally(scene)
        return tally if tally["to_check"] else None

    tally = await scene.until("somebody's own word", said)
    if tally["missing"] != tally["people"]:
        raise StoryFailed(what="an unverified word took somebody off the missing list")
    scene.screen.say(
        f"{tally['to_check']}人自报平安，等人核对，名单上仍是{tally['missing']}人",
        "their own word is shown for checking; the missing list stays whole",
    )


async def _by_sheet(scene: Scene) -> None:
    await scene.stage.director.text(scene.cast.phones[PATROL], SHEET)
    tally = await _until_missing(scene, 2)
    scene.screen.say(
        f"{scene.cast.names[PATROL]}照纸单发短信“{SHEET}”，还差{tally['missing']}人",
        f"one SMS from the printed sheet; {tally['missing']} are still missing",
    )


async def _by_radio(scene: Scene) -> None:
    """The network is thin on the slope: the patrol says the rest by radio, and the duty officer enters it."""
    roll = await scene.duty.get(f"/evacuations/{scene.order}/rolls/{GROUP}")
    now = scene.stage.clock.now()
    for line in (each for each in roll["lines"] if each["missing"]):
        entry = {"key": f"radio-{line['line']}", "line": line["line"], "state": MOVED, "means": "radio", "said_at": now}
        spoke = {"spoke": scene.cast.names[PATROL], "words": "背下来了，到小学了"}
        await scene.duty.post(f"/evacuations/{scene.order}/on-behalf", entry | spoke)
    tally = await _until_missing(scene, 0)
    scene.evacuated, scene.still_missing = tally["states"].get(MOVED, 0), tally["missing"]
    scene.screen.say(
        f"对讲机报来的由值班员代录。{scene.evacuated}人全部转移，名单清空",
        f"what came by radio is entered on behalf: {scene.evacuated} people moved, nobody is missing",
    )


async def _until_missing(scene: Scene, most: int) -> Any:
    async def fewer() -> Any:
        tally = await _tally(scene)
        return tally if tally["missing"] <= most else None

    return await scene.until(f"no more than {most} missing", fewer)


async def _tally(scene: Scene) -> Any:
    listed = await scene.duty.get(f"/evacuations/{scene.order}/tallies")
    return next(each for each in listed if each["area"] == GROUP)


def _figures(report: Any) -> dict[str, int]:
    return {name: report[name] for name in ("people", "reports", "unverified", "on_behalf", "missing", "returned")}
