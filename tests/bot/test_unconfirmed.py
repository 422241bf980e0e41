"""What was issued alone and nobody confirmed: those on duty are told once, unless somebody has confirmed it since."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import insert, select, update

from audiences.stores.tables import areas, operators, posts, shifts
from bot import unconfirmed
from bot.telling import Teller
from broadcast.alerts import emergency, issuing
from broadcast.alerts.model import Alert, Ending, Status
from broadcast.dispatch import confirming
from broadcast.stores.tables import notices
from ground.actor import Actor, Role
from ground.clock import HOUR, MINUTE
from ground.transaction import Database
from tests.broadcast.alerts.warnings import OFFICE, correct, end, rain, submit
from tests.builders import NOON
from tests.ladders import DUTY, HOLDER, LEADER, Calling, Line, line_of_duty

COUNTY = "+99900000026"
OWN, SECOND = "+99900000061", "+99900000062"


class Watched(Calling):
    """The stage, with somebody who tells those on duty."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.hub.desk.listen(*unconfirmed.subscriptions(Teller(self.tools.kinds), self.clock, "https://hub.example/"))

    async def alone(self, line: Line, status: Status = Status.ACTUAL, area: int | None = None) -> Alert:
        now = self.clock.now()
        draft = await line.town.drafted(rain(area or line.town.area, status=status), now)
        alert = await submit(line.town, draft, now)
        self.clock.pass_by(2 * MINUTE)
        async with self.database.writing() as tx:
            now = self.clock.now()
            return await emergency.issue_alone(tx, line.town.officer, OFFICE, alert.id, "the dam overtops", now)

    async def pass_the_deadline(self, time: int = 30 * MINUTE) -> None:
        self.clock.pass_by(time)
        for _ in range(2):
            await confirming.once(self.hub)

    def notes_to(self, number: str) -> list[str]:
        return [each for each in self.said_to("sms", number) if "第二个人确认" in each]


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Watched]:
    async with AsyncExitStack() as stack:
        stage = Watched(database)
        await stage.start(stack)
        yield stage


@pytest.fixture
async def line(database: Database) -> Line:
    return await line_of_duty(database)


async def test_leader_and_duty_officer_are_told_once_and_which_page_to_open(stage: Watched, line: Line) -> None:
    issued = await stage.alone(line)
    await stage.pass_the_deadline(5 * HOUR)  # the hub was down
    await stage.play()
    for number in (LEADER, DUTY):
        [text] = stage.notes_to(number)
        assert "暴雨橙色预警" in text
        assert f"https://hub.example/alerts/{issued.id} 确认" in text
        assert "演练" not in text
    assert stage.notes_to(HOLDER) == []
    async with stage.database.reading() as tx:
        origins = await tx.values(select(notices.c.origin).where(notices.c.origin.contains(issued.id)))
    assert origins.count(f"unconfirmed:{issued.id}") == 1


async def test_who_is_on_shift_above_is_told_and_nobody_two_levels_above(stage: Watched, line: Line) -> None:
    await on_shift(line, COUNTY)
    await stage.alone(line)
    await stage.pass_the_deadline()
    await stage.play()
    assert len(stage.notes_to(COUNTY)) == 1
    await stage.alone(line, area=line.town.village)
    await stage.pass_the_deadline()
    await stage.play()
    assert (len(stage.notes_to(LEADER)), len(stage.notes_to(COUNTY))) == (2, 1)


async def test_where_nobody_is_on_duty_the_nearest_above_are_told(stage: Watched, line: Line) -> None:
    async with stage.database.writing() as tx:
        await tx.execute(update(posts).values(gone_at=NOON))
    await on_shift(line, COUNTY)
    await stage.alone(line, area=line.town.village)
    await stage.pass_the_deadline()
    await stage.play()
    assert len(stage.notes_to(COUNTY)) == 1


async def on_shift(line: Line, number: str) -> None:
    """Put somebody on shift in the command centre of the county."""
    async with line.world.database.reading() as tx:
        county = int(await tx.value(select(areas.c.parent_id).where(areas.c.id == line.town.area)))
    room, sitting = await line.world.organisation(county, "command_centre"), await line.world.person(county, sms=number)
    shift = {"source": "test", "external_id": number, "organisation_id": room, "role": "leader_on_duty"}
    async with line.world.database.writing() as tx:
        await tx.execute(insert(shifts).values(**shift, person_id=sitting, from_at=NOON, until_at=NOON + 9 * HOUR))


async def test_a_drill_is_told_as_one(stage: Watched, line: Line) -> None:
    await stage.alone(line, Status.EXERCISE)
    await stage.pass_the_deadline()
    await stage.play()
    [text] = stage.notes_to(LEADER)
    assert text.startswith("【演练】")


async def test_a_correction_nobody_confirmed_is_told_as_one(stage: Watched, line: Line) -> None:
    await correct(line.town, await line.town.issued(now=stage.clock.now()), stage.clock.now())
    await stage.pass_the_deadline()
    await stage.play()
    [text] = stage.notes_to(LEADER)
    assert "误发更正" in text


async def test_who_confirms_before_the_news_is_read_keeps_it_from_going_out(stage: Watched, line: Line) -> None:
    issued = await stage.alone(line)
    await stage.pass_the_deadline()
    async with stage.database.writing() as tx:
        await issuing.confirm_correction(tx, line.town.approver, OFFICE, issued.id, stage.clock.now())
    await stage.play()
    assert stage.notes_to(LEADER) == []


async def test_nobody_is_told_of_what_somebody_ended_meanwhile_with_approval(stage: Watched, line: Line) -> None:
    issued = await stage.alone(line)
    await end(line.town, issued, Ending.LIFTED, stage.clock.now())
    await stage.pass_the_deadline()
    await stage.play()
    assert stage.notes_to(LEADER) == []


async def test_the_second_person_is_asked_at_once_and_not_whoever_issued_it(stage: Watched, line: Line) -> None:
    await telephones(line, (line.town.officer, OWN), (line.town.approver, SECOND))
    issued = await stage.alone(line)
    await stage.told("alert.issued", issued)
    await stage.play()
    [text] = [each for each in stage.said_to("sms", SECOND) if "等您确认" in each]
    assert f"https://hub.example/alerts/{issued.id} 核对" in text
    assert [each for each in stage.said_to("sms", OWN) if "等您确认" in each] == []
    assert stage.notes_to(LEADER) == []


async def test_an_officer_may_be_the_second_person_for_a_correction(stage: Watched, line: Line) -> None:
    other = await line.world.operator(line.town.area, Role.OFFICER)
    await telephones(line, (line.town.officer, OWN), (other, SECOND))
    correction = await correct(line.town, await line.town.issued(now=stage.clock.now()), stage.clock.now())
    await stage.told("alert.corrected", correction)
    await stage.play()
    assert [each for each in stage.said_to("sms", OWN) if "等您确认" in each] == []
    [text] = [each for each in stage.said_to("sms", SECOND) if "等您确认" in each]
    assert "误发更正" in text


async def test_nobody_is_asked_about_what_two_people_issued(stage: Watched, line: Line) -> None:
    await telephones(line, (line.town.approver, SECOND))
    await stage.told("alert.issued", await line.town.issued(now=stage.clock.now()))
    await stage.play()
    assert [each for each in stage.said_to("sms", SECOND) if "等您确认" in each] == []


async def telephones(line: Line, *whose: tuple[Actor, str]) -> None:
    for who, number in whose:
        person = await line.world.person(line.town.area, sms=number)
        async with line.world.database.writing() as tx:
            await tx.execute(update(operators).where(operators.c.id == who.id).values(person_id=person))
