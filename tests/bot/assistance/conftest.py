"""Fujia village with a committee of four, one of them a cousin of the household, its township and its county."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import insert

from audiences.stores.tables import relatives
from bot.assistance.desk import ASSISTANCE, AssistanceDesk, desk_with
from bot.assistance.handling import apply, handle
from bot.assistance.objecting import object_to
from bot.assistance.sweeping import sweep
from bot.cases.assistance import Act, Figures, Part
from bot.cases.assistance_values import Application, Deed, Notice, Objecting, Objection, Words
from bot.cases.relief import ForWhom, Grade, Level
from bot.cases.relief_values import Draft, Request, Told
from bot.cases.relief_values import Words as ReliefWords
from bot.relief.desk import RELIEF
from bot.stores.assistance import applications, notices
from bot.stores.relief import requests
from ground.actor import Actor
from ground.clock import DAY
from tests.bot.conftest import Listening
from tests.builders import World

PHONE, SECRETARY, CLERK, CENTRE = "+999150001", "7001", "8001", "9001"
FIGURES = Figures(Grade.SEVERE, 3, 1_500_000, auxiliary=1)
REASON: Mapping[Words, str] = {Words.REASON: "看过了"}


@dataclass(frozen=True, slots=True)
class Fujia:
    """Ids of the places and people, and an operator of each level."""

    county: int
    township: int
    village: int
    household: int
    resident: int
    cousin: int
    committee: tuple[int, ...]
    clerks: tuple[int, ...]
    centre: tuple[int, ...]
    operators: Mapping[Part, Actor]


@pytest.fixture
async def fujia(world: World) -> Fujia:
    county = await world.area("360981", "丰城市", level="county")
    township = await world.area("360981100", "董家镇", parent=county, level="township")
    village = await world.area("360981100200", "傅家村委会", parent=township)
    household = await world.household(village)
    resident = await world.person(village, "傅建国", household=household, sms=PHONE)
    committee = tuple([await world.person(village, name) for name in ("傅书记", "傅会计", "傅主任")])
    cousin = await world.person(village, "傅堂弟")
    clerks = tuple([await world.person(township, name) for name in ("镇民政", "镇应急")])
    centre = tuple([await world.person(county, name) for name in ("县民政", "县应急")])
    for person, chat in ((committee[0], SECRETARY), (clerks[0], CLERK), (centre[0], CENTRE)):
        await world.address("telegram", chat, person, verified_at=1)
    await world.organisation(village, "village_committee", [*committee, cousin])
    await world.organisation(township, "township_office", clerks)
    await world.organisation(county, "command_centre", centre)
    async with world.database.writing() as tx:
        link = {"person_id": cousin, "relative_id": resident, "relation": "cousin"}
        await tx.execute(insert(relatives).values(link))
    places = {Part.VILLAGE: village, Part.TOWNSHIP: township, Part.COUNTY: county}
    operators = {part: await world.operator(area) for part, area in places.items()}
    return Fujia(county, township, village, household, resident, cousin, committee, clerks, centre, operators)


class Procedure:
    """What a test does as the offices of Fujia."""

    def __init__(self, stage: Listening, fujia: Fujia) -> None:
        self.stage = stage
        self.fujia = fujia
        self.desk: AssistanceDesk = desk_with(stage.dialogue._teller, stage.hub.desk, "https://hub.example")
        self.first: Mapping[Part, int] = {
            Part.VILLAGE: fujia.committee[0],
            Part.TOWNSHIP: fujia.clerks[0],
            Part.COUNTY: fujia.centre[0],
        }

    @property
    def now(self) -> int:
        return self.stage.clock.now()

    async def request(self, **changes: Any) -> Request:
        told = Told(words={ReliefWords.HEAD: "傅建国"})
        given: dict[str, Any] = {"household": self.fujia.household, "person": self.fujia.resident}
        given |= {"for_whom": ForWhom.OWN} | changes
        draft = Draft(
            area=self.fujia.village,
            told=told,
            by="person:1",
            filed_at=self.now,
            level=Level.VILLAGE,
            office=None,
            **given,
        )
        async with self.stage.database.writing() as tx:
            made, _ = await requests.file(tx, RELIEF, draft, self.now)
        return made

    async def apply(self, **changes: Any) -> Application:
        request = await self.request(**changes)
        async with self.stage.database.writing() as tx:
            made = await apply(self.desk, tx, ASSISTANCE, request.id, self.now, self.now, "傅建国")
        await self.stage.play()
        return made

    async def do(self, application: Application, act: Act, part: Part, *people: int, **more: Any) -> Application:
        """Take a step as the operator of a level; `people` judged, else the first of the office."""
        hub = part in {Part.APPLICANT, Part.HUB}
        actor = ASSISTANCE if hub else more.pop("actor", None) or self.fujia.operators[part]
        assessors = people or (() if hub else (self.first[part],))
        at = more.pop("at", self.now)
        deed = Deed(act, part, at, self.now, assessors, **more)
        async with self.stage.database.writing() as tx:
            now = await applications.load(tx, ASSISTANCE, application.id)
            after = await handle(self.desk, tx, actor, now, deed)
        await self.stage.play()
        return after

    async def published(self, **changes: Any) -> Application:
        made = await self.apply(**changes)
        await self.do(made, Act.ASSESS, Part.VILLAGE, *self.fujia.committee[:2], figures=FIGURES, photos=("a" * 64,))
        return await self.do(made, Act.PUBLISH, Part.VILLAGE)

    async def reviewable(self) -> Application:
        made = await self.published()
        await self.pass_by(7 * DAY)
        return await self.load(made)

    async def decidable(self) -> Application:
        return await self.do(await self.reviewable(), Act.REVIEW, Part.TOWNSHIP)

    async def granted(self) -> Application:
        return await self.do(await self.decidable(), Act.GRANT, Part.COUNTY, amount=1_500_000)

    async def refused(self) -> Application:
        return await self.do(await self.decidable(), Act.REFUSE, Part.COUNTY, words=REASON)

    async def object_to(self, application: Application, words: str = "他家没坏", **who: Any) -> Objection:
        notice = await self.notice(application)
        async with self.stage.database.writing() as tx:
            return await object_to(self.desk, tx, notice.code, Objecting(words, **who), self.now, self.now)

    async def pass_by(self, milliseconds: int) -> int:
        """Let story time pass, and sweep."""
        self.stage.clock.pass_by(milliseconds)
        found = await sweep(self.desk, self.stage.database, self.stage.clock)
        await self.stage.play()
        return found

    def world_of(self) -> World:
        return World(self.stage.database)

    async def another(self, area: int) -> Actor:
        """Return another operator of an area."""
        return await World(self.stage.database).operator(area)

    async def load(self, application: Application) -> Application:
        async with self.stage.database.reading() as tx:
            return await applications.load(tx, ASSISTANCE, application.id)

    async def notice(self, application: Application) -> Notice:
        async with self.stage.database.reading() as tx:
            return (await notices.of_application(tx, ASSISTANCE, application.id))[-1]

    def heard(self, chat: str, platform: str = "telegram") -> list[str]:
        return self.stage.said_to(platform, chat)


@pytest.fixture
def procedure(stage: Listening, fujia: Fujia) -> Procedure:
    return Procedure(stage, fujia)
