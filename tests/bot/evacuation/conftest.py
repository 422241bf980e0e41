"""Beixia group of Checao village: two households, six people, under one slope; and whoever answers for them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import update

from audiences.stores.tables import addresses
from bot.cases.evacuation import OrderKind
from bot.dialogue import Dialogue
from bot.evacuation import following
from bot.evacuation.advancing import Marshal, advance
from bot.evacuation.ordering import Asked, order
from bot.evacuation.watching import listen_for_villages, watch
from bot.stores.evacuation import missing, roll
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.roll import Line
from bot.telling import Teller
from broadcast.dispatch import growth
from ground.actor import Actor, system
from ground.events import NewsDesk
from ground.transaction import Database
from tests.bot.conftest import Listening
from tests.builders import World

CALLER, DEPUTY, TOWNSHIP, COUNTY = "+99900000001", "+99900000002", "+99900000003", "+99900000004"
TU, LI = "+99900000011", "+99900000012"


class Field(Listening):
    """A hub in miniature whose evacuations move."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        news = [growth.subscription(self.hub), *following.subscriptions(self.clock)]
        self.desk = NewsDesk(news)
        self.tools = replace(self.tools, desk=self.desk)
        self.dialogue = Dialogue(self.tools)
        self.teller = Teller(self.tools.kinds)
        self.marshal = Marshal(database, self.clock, self.teller)

    def born_again(self) -> None:
        """The process dies between two turns; what is known is in the database."""
        self.dialogue = Dialogue(self.tools)

    async def go_round(self) -> None:
        """Let every round of the sweep come by, and everything go out."""
        await self.desk.hand_on(self.database)
        await advance(self.marshal)
        await watch(self.marshal)
        await self.play()

    async def listen(self) -> int:
        return await listen_for_villages(self.marshal)

    async def says(self, address: str, text: str, platform: str = "sms", **changes: Any) -> str:
        reply = await self.hear(address, text, platform, **changes)
        await self.go_round()
        return reply.text if reply else ""


@dataclass(frozen=True, slots=True)
class Beixia:
    """The made-up people of a real slope. Rows 1-4 are Tu's household, 5 and 6 Li's."""

    county: int
    township: int
    village: int
    group: int
    slope: int
    school: int
    caller: int
    deputy: int
    tu: tuple[int, ...]
    li: tuple[int, ...]
    officer: Actor


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Field]:
    async with AsyncExitStack() as stack:
        field = Field(database)
        await field.start(stack)
        yield field


@pytest.fixture
async def beixia(world: World) -> Beixia:
    return await build(world)


async def build(world: World, *, language: str = "zh_CN") -> Beixia:
    county = await world.area("36", "丰城市", level="county")
    township = await world.area("3601", "荷湖乡", parent=county, level="township")
    village = await world.area("360101", "车草村", parent=township)
    group = await world.area("36010101", "北下组", parent=village, level="group")
    slope = await world.site(group, name="北下组滑坡点")
    school = await world.site(village, "shelter", "车草小学")
    caller = await world.person(village, "章明", sms=CALLER, language=language)
    deputy = await world.person(village, "周海", sms=DEPUTY)
    for number, name, area, kind in (
        (TOWNSHIP, "乡值班", township, "township_office"),
        (COUNTY, "县值班", county, "command_centre"),
    ):
        await world.organisation(area, kind, [await world.person(area, name, sms=number)])
    await world.organisation(village, "village_committee", [caller])
    answering = {"responsible_a_id": caller, "responsible_b_id": deputy}
    way = {"assembly_point": "晒谷场", "shelter_id": school, "route": "过桥走机耕路"}
    homes = [await world.household(group, site=slope, **answering, **way) for _ in range(2)]
    tu = [await world.person(group, "涂国平", sms=TU, household=homes[0])]
    tu += [await world.person(group, f"涂家{n}", household=homes[0]) for n in (2, 3)]
    tu += [await world.person(group, "涂老太", household=homes[0], needs_codes=["cannot_walk"])]
    li = [await world.person(group, "李梅", sms=LI, household=homes[1])]
    li += [await world.person(group, "李小宝", household=homes[1])]
    for number in (CALLER, DEPUTY, TU, LI):
        await world.address("sms", number)
    await prove(world, CALLER)
    officer = await world.operator(county)
    return Beixia(county, township, village, group, slope, school, caller, deputy, tuple(tu), tuple(li), officer)


async def prove(world: World, number: str) -> None:
    """The number was shown to be its owner's."""
    async with world.database.writing() as tx:
        await tx.execute(
            update(addresses).where(addresses.c.value == number).values(verified_at=1, verified_how="call")
        )


async def ordered(stage: Field, beixia: Beixia, kind: OrderKind = OrderKind.NOW, **asked: Any) -> Order:
    """Order the evacuation of the slope, and let it be frozen and told."""
    wanted = Asked(kind=kind, **({"site": beixia.slope} | asked))
    async with stage.database.writing() as tx:
        made = await order(tx, beixia.officer, stage.teller, wanted, stage.clock.now())
    await stage.go_round()
    return made


async def rows(stage: Field, made: Order, area: int) -> dict[int, Line]:
    async with stage.database.reading() as tx:
        return {line.number: line for line in await roll.of_group(tx, system_actor(), made.key, area)}


async def missing_names(stage: Field, made: Order) -> list[str]:
    async with stage.database.reading() as tx:
        found = await missing.listed(tx, system_actor(), made.key)
    return [each.line.name or "" for each in found]


def system_actor() -> Actor:
    return system("test")
