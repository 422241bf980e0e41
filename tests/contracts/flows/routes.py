"""How each registered flow is got going, for the suite that every flow passes.

A new flow adds one line to ROUTES, and no test. `lead` brings somebody to its questions one turn after the other:
each word is said, or the choice with that key is taken if one is offered; the last turn should end the talk.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from audiences.stores.reach import proofs
from audiences.stores.tables import addresses, people, village_codes
from bot.assistance.desk import desk_with
from bot.assistance.handling import handle
from bot.cases.assistance import Act as AidAct
from bot.cases.assistance import Figures, Part
from bot.cases.assistance_values import Deed
from bot.cases.contact_test import Asked as TestAsked
from bot.cases.door_task import Kind as DoorKind
from bot.cases.door_task import Reason, Task
from bot.cases.evacuation import OrderKind
from bot.cases.relief import Grade
from bot.doors.escalating import go_round
from bot.doors.opening import DoorDesk, Doorkeeper, open_tasks
from bot.evacuation.advancing import Marshal, advance
from bot.evacuation.ordering import Asked, order
from bot.rosters.desk import RosterDesk
from bot.rosters.testing import advance_tests
from bot.stores.assistance import applications
from bot.stores.assistance.tables import assistance_notices
from bot.stores.rosters import contact_tests
from bot.telling import Teller
from bot.video.asking import Asking as Showing
from bot.video.asking import ask as ask_to_show
from bot.video.desk import VideoDesk
from broadcast.alerts.model import Level
from broadcast.ladders.policy import policy_for
from broadcast.stores import alerts
from broadcast.stores.ladders import chains, opening
from broadcast.stores.ladders.posts import Held
from broadcast.stores.tables import ladders
from ground.actor import system
from ground.clock import DAY
from tests.bot.chatting import Chatter
from tests.bot.conftest import Listening
from tests.broadcast.alerts.warnings import rain
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
    asks: bool = True  # some take one turn and ask nothing
    prepare: Prepare = nothing
    of_photos: int = 0  # the last turns, which an old phone is not asked for

    def turns(self, way: str) -> Sequence[str]:
        """Return what is said after the start; an old phone is led up to the last question that it is asked at most."""
        return self.lead[: -self.of_photos - 1] if self.of_photos and way == "numbers" else self.lead


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
    school = await world.site(stand.village, "shelter", "车草小学")
    homes = [await world.household(group, responsible_a_id=answered_by, shelter_id=school) for _ in range(2)]
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


async def _asked_to_knock(stand: Stand) -> None:
    """Somebody is asked to knock at two doors."""
    await _proven(stand)
    world = stand.world
    homes = [await world.household(stand.village, responsible_a_id=stand.person) for _ in range(2)]
    for number, name in enumerate(("涂国平", "李老太")):
        await world.person(stand.village, name, household=homes[number])
    await _opened(stand, [Task(kind=DoorKind.BY_HAND, origin="t", reason=Reason.ASKED, household=h) for h in homes])


async def _asked_to_look_for_a_village(stand: Stand) -> None:
    await stand.world.organisation(stand.village, "township_office", [stand.person])
    await _proven(stand)
    lost = Task(kind=DoorKind.OUT_OF_CONTACT, origin="t", reason=Reason.OUT_OF_CONTACT, village=stand.village)
    await _opened(stand, [lost])


async def _opened(stand: Stand, wished: Sequence[Task]) -> None:
    stage = stand.stage
    async with stage.database.writing() as tx:
        await open_tasks(tx, wished, stage.clock.now())
    desk = DoorDesk(Teller(stage.tools.kinds), stage.tools.desk)
    await go_round(Doorkeeper(stage.database, stage.clock, desk))
    await stage.play()


async def _to_show_the_water(stand: Stand) -> None:
    """Somebody who watches a reservoir is asked to show it."""
    await _proven(stand)
    site = await stand.world.site(stand.village, "reservoir", "上塘水库")
    await stand.world.post(stand.village, "monitor", stand.person, site=site)
    officer = await stand.world.operator(None)
    desk = VideoDesk(Teller(stand.stage.tools.kinds), stand.stage.tools.desk, "https://hub.example")
    async with stand.stage.database.writing() as tx:
        await ask_to_show(desk, tx, officer, Showing(sites=[site]), stand.stage.clock.now())
    await stand.stage.play()


async def _to_show_two(stand: Stand) -> None:
    await _to_show_the_water(stand)
    site = await stand.world.site(stand.village, "hill_pond", "野塘")
    await stand.world.post(stand.village, "patrol", stand.person, site=site)
    officer = await stand.world.operator(None)
    desk = VideoDesk(Teller(stand.stage.tools.kinds), stand.stage.tools.desk)
    async with stand.stage.database.writing() as tx:
        await ask_to_show(desk, tx, officer, Showing(sites=[site], drill=True), stand.stage.clock.now())
    await stand.stage.play()


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


async def _called(stand: Stand) -> None:
    """The person must answer a red warning, and was sent 4821 with it; the answer is all that is asked for."""
    await _called_to_report(stand, feedback=())


async def _called_to_report(stand: Stand, **changes: Any) -> None:
    """The same, and what became of the people is asked afterwards."""
    post = await stand.world.post(stand.village, "monitor", stand.person)
    officer = await stand.world.operator(None)
    red = rain(stand.village, level=Level.RED, target=())
    policy = policy_for(Level.RED, red.event_code, NOON)
    assert policy is not None
    async with stand.stage.database.writing() as tx:
        alert = await alerts.keep(tx, officer, red, NOON)
        await chains.begin(tx, HUB, alert.id, alert, replace(policy, **changes), NOON)
        chain = await chains.find(tx, HUB, alert.id)
        assert chain is not None
        held = Held(post, "monitor", stand.village, None, None, stand.person, None)
        await opening.open_all(tx, HUB, chain, [held], {}, NOON)
        await tx.execute(ladders.update().values(code="4821"))


async def _tested(stand: Stand) -> None:
    """The person is on duty, and everybody's numbers are tried."""
    stage, world = stand.stage, stand.world
    await world.post(stand.village, "monitor", stand.person)
    asked = TestAsked(area=stand.village, duties=("monitor",), on_shift=False)
    async with stage.database.writing() as tx:
        await contact_tests.start(tx, HUB, asked, stage.clock.now())
    desk = RosterDesk(stage.database, stage.clock, stage.tools.desk, Teller(stage.tools.kinds))
    await advance_tests(desk)
    await stage.play()


ROUTES: Final[Mapping[str, Route]] = {
    "call": Route("叫应", ("on_post",), prepare=_called),
    "feedback": Route("1 4821", ("转了38人", "done"), prepare=_called_to_report),
    "join": Route("加入", (VILLAGE_CODE, "zh_CN", "张三", "没有", "agree"), stranger=True, prepare=_with_code),
    "proof": Route("验证码", prepare=_with_proof),
    "instant": Route("立即撤离", ("车草村", "stop", "看错了"), prepare=_in_committee),
    "video_check": Route(
        "查看",
        ("86.32", "rising", "no", "muddy", "no", "skip", "no_photo"),
        prepare=_to_show_the_water,
        of_photos=2,
    ),
    "roll_sheet": Route("全到 2户9人", ("no",), prepare=_answering),
    "roll": Route(
        "清点",
        ("one_by_one", "refused", "要看着猪", "moved", "add", "老王", "worker", "moved", "stop"),
        prepare=_answering,
    ),
    "door": Route("上门", ("go", "1", "answered_safe", "skip", "nobody_home", "锁着门"), prepare=_asked_to_knock),
    "check_in": Route("签到", ("修路的老王", "visitor", "stop"), prepare=_answering),
    "went_back": Route("擅自返回", ("李梅",), prepare=_answering),
    "safe": Route("安全", ("all",), prepare=_under_order),
    "contact_test": Route("1", prepare=_tested, asks=False),
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
    ("video_check", Route("SK 86.32 溢0 渗0", ("1", "no_photo"), prepare=_to_show_two, of_photos=1)),
    ("roll_sheet", Route("全到 2户9人", ("yes",), prepare=_answering)),
    ("check_in", Route("签到", ("李梅", "nobody", "worker", "stop"), prepare=_answering)),
    ("safe", Route("安全", ("me",), prepare=_under_order)),
    ("door", Route("上门", ("cannot",), prepare=_asked_to_knock)),
    ("door", Route("上门", ("go", "later"), prepare=_asked_to_knock)),
    ("door", Route("上门", ("go", "nobody_home", "radio", "没有了"), prepare=_asked_to_look_for_a_village)),
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
