"""How each registered flow is got going, for the suite that every flow passes.

A new flow adds one line to ROUTES, and no test. `lead` brings somebody to its questions one turn after the other:
each word is said, or the choice with that key is taken if one is offered; the last turn should end the talk.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from audiences.stores.reach import proofs
from audiences.stores.tables import addresses, people, village_codes
from bot.cases.evacuation import OrderKind
from bot.evacuation.advancing import Marshal, advance
from bot.evacuation.ordering import Asked, order
from bot.telling import Teller
from bot.video.asking import Asking as Showing
from bot.video.asking import ask as ask_to_show
from bot.video.desk import VideoDesk
from ground.actor import system
from ground.clock import DAY
from tests.bot.chatting import Chatter
from tests.bot.conftest import Listening
from tests.builders import NOON, World

HUB = system("test")
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
    of_photos: int = 0  # the last turns, which an old phone is not asked for

    def by_number(self, steps: int) -> Sequence[str]:
        """Return the first turns of an old phone, up to the last question that it is asked at most."""
        return self.lead[: min(steps, len(self.lead) - self.of_photos - 1)] if self.of_photos else self.lead[:steps]


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


async def _report(stand: Stand, reporter: Chatter) -> None:
    await reporter.say(DAMAGE)
    for word in ("没有照片", "对，报上去"):
        await reporter.tap(word)
    await stand.stage.play()


ROUTES: Final[Mapping[str, Route]] = {
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
    "safe": Route("安全", ("all",), prepare=_under_order),
    "relief_case": Route("待办", ("1", "accept", "settle", "no_photo"), prepare=_to_be_handled),
    "relief_status": Route("我报的灾怎么样了", ("add", "还漏雨"), prepare=_reported),
    "assistance": Route("申请救助", ("no",), prepare=_reported),
    "relief": Route(DAMAGE, ("no_photos", "yes"), prepare=_with_committee),
}
MORE: Final[Sequence[tuple[str, Route]]] = (
    ("join", Route("我的登记", ("change_village", "取消"), prepare=_who_came_by_chat)),
    ("video_check", Route("SK 86.32 溢0 渗0", ("1", "no_photo"), prepare=_to_show_two, of_photos=1)),
    ("roll_sheet", Route("全到 2户9人", ("yes",), prepare=_answering)),
    ("safe", Route("安全", ("me",), prepare=_under_order)),
    ("relief_case", Route("待办", ("1", "decline", "只是淋湿了家具"), prepare=_to_be_handled)),
    ("relief_case", Route("待办", ("1", "ask", "漏的是哪一间？"), prepare=_to_be_handled)),
    ("relief_case", Route("待办", ("1", "assign", "1"), prepare=_to_be_handled)),
    ("assistance", Route("申请救助", ("yes",), prepare=_reported)),
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
