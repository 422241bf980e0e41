"""How each registered flow is got going, for the suite that every flow passes.

A new flow adds one line to ROUTES, and no test. `lead` brings somebody to its questions one turn after the other:
each word is said, or the choice with that key is taken if one is offered; the last turn should end the talk.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from audiences.stores.reach import proofs
from audiences.stores.tables import addresses, people, village_codes
from bot.assistance.desk import desk_with
from bot.assistance.handling import handle
from bot.cases.assistance import Act as AidAct
from bot.cases.assistance import Figures, Part
from bot.cases.assistance_values import Deed
from bot.cases.evacuation import OrderKind
from bot.cases.relief import Grade
from bot.evacuation.advancing import Marshal, advance
from bot.evacuation.ordering import Asked, order
from bot.stores.assistance import applications
from bot.stores.assistance.tables import assistance_notices
from bot.telling import Teller
from ground.actor import system
from ground.clock import DAY
from tests.bot.chatting import Chatter
from tests.bot.conftest import Listening
from tests.builders import NOON, World

HUB = system("test")
NOTICE: Final = "7KMQ-2RTX"
VILLAGE_CODE: Final = "K7MQ2X"
DAMAGE: Final = "昨晚冰雹把屋顶打坏了，家里三口人，没有人受伤"


@dataclass(frozen=True, slots=True)
class Stand:
    """The village in which it is played, and somebody of it who has the chat and the phone."""

    stage: Listening
    world: World
    village: int
    person: int


Prepare = Callable[[Stand], Awaitable[None]]


async def nothing(_stand: Stand) -> None:
    """Nothing has to be there beforehand."""


@dataclass(frozen=True, slots=True)
class Route:
    """A flow: what a person (or a stranger) says first, and a few typical turns."""

    start: str
    lead: Sequence[str] = ()
    stranger: bool = False  # is it for somebody nobody knows?
    prepare: Prepare = nothing


async def _with_code(stand: Stand) -> None:
    async with stand.stage.database.writing() as tx:
        row = {"area_id": stand.village, "code": VILLAGE_CODE, "made_at": NOON}
        await tx.execute(village_codes.insert().values(row))


async def _with_proof(stand: Stand) -> None:
    async with stand.stage.database.writing() as tx:
        await proofs.make(tx, HUB, stand.person, at=NOON)


async def _who_came_by_chat(stand: Stand) -> None:
    async with stand.stage.database.writing() as tx:
        await tx.execute(people.update().where(people.c.id == stand.person).values(source="chat"))


async def _proven(stand: Stand) -> None:
    """Every address was shown to be its owner's."""
    async with stand.stage.database.writing() as tx:
        await tx.execute(addresses.update().values(verified_at=1, verified_how="call"))


async def _in_committee(stand: Stand) -> None:
    await stand.world.organisation(stand.village, "village_committee", [stand.person])
    await _proven(stand)


async def _answering(stand: Stand) -> None:
    """Somebody of the committee answers for two households that are to move."""
    await _in_committee(stand)
    await _ordered(stand, answered_by=stand.person)


async def _under_order(stand: Stand) -> None:
    """Somebody is told to move with the family."""
    neighbour = await stand.world.person(stand.village, "章明", sms="+99900000009")
    await _ordered(stand, answered_by=neighbour, resident=stand.person)


async def _ordered(stand: Stand, *, answered_by: int, resident: int | None = None) -> None:
    """Order two households of a group to move now, and let everybody be told."""
    stage, world = stand.stage, stand.world
    group = await world.area("36098101", "北下组", parent=stand.village, level="group")
    homes = [await world.household(group, responsible_a_id=answered_by) for _ in range(2)]
    for number, name in enumerate(("涂国平", "涂老太", "李梅", "李小宝")):
        await world.person(group, name, household=homes[number // 2])
    if resident is not None:
        async with stage.database.writing() as tx:
            await tx.execute(people.update().where(people.c.id == resident).values(household_id=homes[0]))
    officer, teller = await world.operator(None), Teller(stage.tools.kinds)
    async with stage.database.writing() as tx:
        await order(tx, officer, teller, Asked(kind=OrderKind.NOW, area=group), stage.clock.now())
    await advance(Marshal(stage.database, stage.clock, teller))
    await stage.play()


async def _with_committee(stand: Stand) -> None:
    """Somebody else sits in the village committee."""
    secretary = await stand.world.person(stand.village, "傅书记", telegram="7001")
    await stand.world.organisation(stand.village, "village_committee", [secretary])


async def _reported(stand: Stand) -> None:
    """The person reported damage a while ago, and nobody took it up yet."""
    await _with_committee(stand)
    await _report(stand, Chatter(stand.stage, "telegram", "4711"))


async def _reported_twice(stand: Stand) -> None:
    await _reported(stand)
    stand.stage.clock.pass_by(8 * DAY)
    await _report(stand, Chatter(stand.stage, "telegram", "4711"))


async def _to_be_handled(stand: Stand) -> None:
    """A neighbour reported damage, and the person sits in the committee that handles it."""
    await _in_committee(stand)
    neighbour = Chatter(stand.stage, "telegram", "5005")
    await stand.world.person(stand.village, "王五", telegram="5005")
    await _report(stand, neighbour)


async def _to_be_assessed(stand: Stand) -> None:
    """A neighbour applied for assistance, and the person sits in the committee that assesses it."""
    await _to_be_handled(stand)
    neighbour = Chatter(stand.stage, "telegram", "5005")
    await neighbour.say("申请救助")
    await neighbour.tap("yes")
    await stand.stage.play()


async def _published(stand: Stand) -> None:
    """A neighbour's application hangs in public, under a code that is known."""
    await _to_be_assessed(stand)
    desk = desk_with(Teller(stand.stage.tools.kinds), stand.stage.hub.desk, "https://hub.example")
    async with stand.stage.database.writing() as tx:
        made = await applications.load(tx, HUB, 1)
        figures, now = Figures(Grade.SEVERE, 3, 1_500_000), stand.stage.clock.now()
        for act, seen in ((AidAct.ASSESS, figures), (AidAct.PUBLISH, None)):
            who = (stand.person,) if seen else ()
            made = await handle(desk, tx, HUB, made, Deed(act, Part.VILLAGE, now, now, who, seen))
        await tx.execute(assistance_notices.update().values(code=NOTICE))
    await stand.stage.play()


async def _report(stand: Stand, reporter: Chatter) -> None:
    await reporter.say(DAMAGE)
    for word in ("没有照片", "对，报上去"):
        await reporter.tap(word)
    await stand.stage.play()


ROUTES: Final[Mapping[str, Route]] = {
    "join": Route("加入", (VILLAGE_CODE, "zh_CN", "张三", "没有", "agree"), stranger=True, prepare=_with_code),
    "proof": Route("验证码", prepare=_with_proof),
    "instant": Route("立即撤离", ("车草村", "stop", "看错了"), prepare=_in_committee),
    "roll_sheet": Route("全到 2户9人", ("no",), prepare=_answering),
    "roll": Route(
        "清点",
        ("one_by_one", "refused", "要看着猪", "moved", "add", "老王", "worker", "moved", "stop"),
        prepare=_answering,
    ),
    "safe": Route("安全", ("all",), prepare=_under_order),
    "relief_entry": Route("代报灾", ("王五", "phone", "self", "now", "取消"), prepare=_in_committee),
    "relief_case": Route("待办", ("1", "accept", "settle", "no_photo"), prepare=_to_be_handled),
    "relief_status": Route("我报的灾怎么样了", ("add", "还漏雨"), prepare=_reported),
    "assistance": Route("申请救助", ("no",), prepare=_reported),
    "objection": Route(f"异议 {NOTICE}", ("他家没有人住", "withheld"), prepare=_published),
    "assistance_case": Route("救助待办", ("1", "refuse", "这里没有住人"), prepare=_to_be_assessed),
    "unclear": Route("灶王爷跑了呀", ("other",)),
    "relief": Route(DAMAGE, ("no_photos", "yes"), prepare=_with_committee),
}
MORE: Final[Sequence[tuple[str, Route]]] = (
    ("unclear", Route("灶王爷跑了呀", ("answer",))),
    ("unclear", Route("灶王爷跑了呀", ("灶王爷又跑了呀", "灶王爷还在跑呀"))),
    ("join", Route("我的登记", ("change_village", "取消"), prepare=_who_came_by_chat)),
    ("roll_sheet", Route("全到 2户9人", ("yes",), prepare=_answering)),
    ("safe", Route("安全", ("me",), prepare=_under_order)),
    ("relief_case", Route("待办", ("1", "decline", "只是淋湿了家具"), prepare=_to_be_handled)),
    ("relief_case", Route("待办", ("1", "ask", "漏的是哪一间？"), prepare=_to_be_handled)),
    ("relief_case", Route("待办", ("1", "assign", "1"), prepare=_to_be_handled)),
    ("relief_entry", Route("代李四报灾", ("radio", "邻居老涂", "14:30", "取消"), prepare=_in_committee)),
    ("assistance", Route("申请救助", ("yes",), prepare=_reported)),
    (
        "assistance_case",
        Route("救助待办", ("1", "assess", "severe", "3", "15000", "no_photos", "no"), prepare=_to_be_assessed),
    ),
    ("relief_status", Route("我报的灾怎么样了", ("1", "correct", "家里是4口人"), prepare=_reported_twice)),
    ("relief_status", Route("我报的灾怎么样了", ("withdraw", "yes"), prepare=_reported)),
    (
        "relief",
        Route(
            "我要报灾",
            ("unhurt", "屋顶被冰雹打坏了", "5", "no_photos", "change", "people", "4", "yes"),
            prepare=_with_committee,
        ),
    ),
    ("relief", Route("屋后滑坡，压住一个人", ("yes",), prepare=_with_committee)),
)
"""Further ways into a flow."""
