"""A village under a slope: four households, whoever answers for them, and a red warning that is issued over it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import update

from audiences.stores.tables import addresses
from bot.cases.door_values import DoorTask
from bot.dialogue import Dialogue
from bot.doors import hearing
from bot.doors.escalating import go_round
from bot.doors.opening import DoorDesk, Doorkeeper
from bot.evacuation import contacting
from bot.stores.doors import tasks
from bot.telling import Teller
from broadcast.alerts import approving, drafting, issuing
from broadcast.alerts.drafting import ending_of
from broadcast.alerts.model import Alert, Ending, Level
from broadcast.alerts.office import Office
from broadcast.dispatch import growth
from broadcast.stores import notices
from broadcast.stores.missing import count_missing
from ground.actor import Actor, system
from ground.events import NewsDesk
from ground.tables import events
from ground.transaction import Database
from tests.bot.chatting import Chatter
from tests.bot.conftest import Listening
from tests.broadcast.alerts.warnings import rain
from tests.builders import World

A, B, COMMITTEE, TOWNSHIP, COUNTY = (f"+9990000000{n}" for n in range(1, 6))
PROVEN, UNPROVEN = "+99900000011", "+99900000012"
OFFICER, APPROVER = system("officer"), system("approver")


class Village(Listening):
    """A hub in miniature whose doors are knocked at."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        news = [
            growth.subscription(self.hub),
            *hearing.subscriptions(self.clock),
            *contacting.subscriptions(self.clock),
        ]
        self.desk = NewsDesk(news)
        self.tools = replace(self.tools, desk=self.desk)
        self.dialogue = Dialogue(self.tools)
        self.teller = Teller(self.tools.kinds)
        self.keeper = Doorkeeper(database, self.clock, DoorDesk(self.teller, self.desk))
        self.office = Office("36098141600000", self.desk, self.tools.kinds)

    async def go_round(self) -> None:
        """Let news be read, every round come by, and everything go out."""
        for _ in range(2):
            await self.desk.hand_on(self.database)
            await self.play()
            await go_round(self.keeper)
            await self.play()

    async def wait(self, milliseconds: int) -> None:
        self.clock.pass_by(milliseconds)
        await self.go_round()

    async def issue(self, area: int, code: str, **changes: Any) -> Alert:
        """Draft, approve and issue a warning to everybody who lives in an area."""
        now = self.clock.now()
        target = ({"name": "everybody", "expression": f"residents({code})"},)
        given = {"level": Level.RED, "target": target, "onset": now, "expires": now + 6 * 3_600_000} | changes
        return await self.release(rain(area, **given))

    async def lift(self, alert: Alert, ending: Ending = Ending.LIFTED) -> Alert:
        return await self.release(ending_of(alert, ending, alert.contents, self.clock.now()))

    async def release(self, given: Any) -> Alert:
        now = self.clock.now()
        async with self.database.writing() as tx:
            drafted = await drafting.draft(tx, OFFICER, self.office, given, now)
            sent = await approving.submit(tx, OFFICER, self.office, drafted.id, drafted.version, now)
            await approving.approve(tx, APPROVER, self.office, drafted.id, sent.version, now)
            issued = await issuing.issue(tx, APPROVER, self.office, drafted.id, now)
        await self.go_round()
        return issued

    async def doors(self, *, drill: bool = False, done_too: bool = False) -> Sequence[DoorTask]:
        async with self.database.reading() as tx:
            return await tasks.listed(tx, OFFICER, drill=drill, done_too=done_too, limit=20_000)

    async def missing(self, alert: Alert) -> int:
        async with self.database.reading() as tx:
            said = await notices.of_origin(tx, OFFICER, f"alert:{alert.id}")
            return await count_missing(tx, OFFICER, said[0])

    async def events(self, kind: str) -> list[Any]:
        async with self.database.reading() as tx:
            return list(await tx.rows(events.select().where(events.c.kind == kind).order_by(events.c.id)))

    async def said(self, number: str) -> str:
        """What this number was told last."""
        mine = self.said_to("sms", number)
        return mine[-1] if mine else ""

    def chat(self, number: str) -> Chatter:
        return Chatter(self, "sms", number)


@dataclass(frozen=True, slots=True)
class Slope:
    """The made-up people: `silent` has no address, `old` a proven one and somebody frail, `unsure` one not proven."""

    county: int
    township: int
    village: int
    group: int
    person_a: int
    person_b: int
    silent: int
    old: int
    unsure: int
    safe: int
    plain: int  # in no danger
    neighbours: tuple[int, ...]
    officer: Actor


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Village]:
    async with AsyncExitStack() as stack:
        village = Village(database)
        await village.start(stack)
        yield village


@pytest.fixture
async def slope(world: World) -> Slope:
    return await build(world)


async def build(world: World) -> Slope:
    county = await world.area("36", "丰城市", level="county")
    township = await world.area("3601", "荷湖乡", parent=county, level="township")
    village = await world.area("360101", "车草村", parent=township)
    group = await world.area("36010101", "北下组", parent=village, level="group")
    spot = await world.site(group, name="北下组滑坡点")
    person_a = await world.person(village, "章明", sms=A)
    person_b = await world.person(village, "周海", sms=B)
    for number, name, area, kind in (
        (COMMITTEE, "傅书记", village, "village_committee"),
        (TOWNSHIP, "乡值班", township, "township_office"),
        (COUNTY, "县值班", county, "command_centre"),
    ):
        await world.organisation(area, kind, [await world.person(area, name, sms=number)])
    asked = {"responsible_a_id": person_a, "responsible_b_id": person_b}
    silent, old, unsure, safe = [await world.household(group, site=spot, **asked) for _ in range(4)]
    plain = await world.household(group, **asked)
    neighbours = [
        await world.person(group, "涂国平", household=silent),
        await world.person(group, "涂小妹", household=silent),
        await world.person(group, "李老太", household=old, sms=PROVEN, needs_codes=["cannot_walk"]),
        await world.person(group, "王五", household=unsure, sms=UNPROVEN),
        await world.person(group, "赵六", household=safe, sms="+99900000013"),
        await world.person(group, "孙七", household=plain),
    ]
    for number in (A, B, COMMITTEE, TOWNSHIP, COUNTY, PROVEN, "+99900000013"):
        await prove(world, number)
    officer = await world.operator(county)
    return Slope(
        county,
        township,
        village,
        group,
        person_a,
        person_b,
        silent,
        old,
        unsure,
        safe,
        plain,
        tuple(neighbours),
        officer,
    )


async def prove(world: World, number: str) -> None:
    """The number was shown to be its owner's."""
    async with world.database.writing() as tx:
        proven = update(addresses).where(addresses.c.value == number).values(verified_at=1, verified_how="call")
        await tx.execute(proven)
