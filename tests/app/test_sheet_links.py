"""Sheets by link: told with the order, opened without a password, own households or the whole village, for a while."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import func, select, update

from app.api.application import make_application
from app.house import House
from audiences.stores.tables import organisation_members
from bot.evacuation.papers import PATH
from bot.stores.evacuation import orders, passes
from bot.stores.evacuation.pass_tables import passes as pass_rows
from bot.stores.evacuation.tables import households
from ground.clock import HandClock
from ground.transaction import Database
from tests.app.roll import ORIGIN
from tests.bot.evacuation.conftest import CALLER, DEPUTY, TU, Beixia, Field, build, ordered, system_actor
from tests.builders import World


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Field]:
    async with AsyncExitStack() as stack:
        field = Field(database)
        await field.start(stack)
        field.marshal = replace(field.marshal, public_url=ORIGIN)
        yield field


@pytest.fixture
async def beixia(world: World) -> Beixia:
    return await build(world)


@pytest.fixture
async def browser(house: House) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(make_application(house), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"Origin": ORIGIN}) as client:
        yield client


def link_in(text: str) -> str:
    found = re.search(rf"{re.escape(ORIGIN)}({PATH}[\w-]+)", text)
    assert found is not None, text
    return found[1]


async def opened(browser: httpx.AsyncClient, link: str) -> httpx.Response:
    return await browser.post(link, content=b"", headers={"Content-Type": "application/x-www-form-urlencoded"})


async def test_persons_a_and_b_and_the_committee_are_told_where_their_sheets_are(
    stage: Field, beixia: Beixia, browser: httpx.AsyncClient, world: World
) -> None:
    other = await world.area("36010102", "南坡组", parent=beixia.village, level="group")
    home = await world.household(other)
    await world.person(other, "南坡的人", household=home)
    await ordered(stage, beixia, site=None, area=beixia.village)
    committee, charge = stage.said_to("sms", CALLER)
    assert "车草村，2个组3户7人" in committee
    assert "您负责2户6人" in charge
    looked = await browser.get(link_in(committee))
    assert looked.status_code == 200
    assert "涂" not in looked.text
    whole = (await opened(browser, link_in(committee))).text
    assert all(name in whole for name in ("涂国平", "李小宝", "南坡的人", TU))
    assert whole.count("<svg") == 3
    own = (await opened(browser, link_in(stage.said_to("sms", DEPUTY)[0]))).text
    assert "涂国平" in own
    assert "南坡的人" not in own
    assert TU not in own  # a number that was never verified may be anybody's


async def test_the_order_names_what_a_household_shows_at_the_shelter(stage: Field, beixia: Beixia) -> None:
    await ordered(stage, beixia)
    assert re.search(rf"到安置点出示：{ORIGIN}/k/[2-9A-Z]{{12}}", stage.said_to("sms", TU)[-1])


async def test_a_link_ends_with_the_charge_with_its_time_and_with_the_order(
    stage: Field, beixia: Beixia, browser: httpx.AsyncClient, database: Database, house: House
) -> None:
    made = await ordered(stage, beixia)
    sheet = link_in(stage.said_to("sms", DEPUTY)[0])
    assert (await opened(browser, sheet)).status_code == 200
    async with database.writing() as tx:
        await tx.execute(update(households).values(responsible_b_id=None))
    assert (await opened(browser, sheet)).status_code == 403
    committee = link_in(stage.said_to("sms", CALLER)[0])
    assert (await opened(browser, committee)).status_code == 200
    async with database.writing() as tx:
        await tx.execute(update(organisation_members).values(gone_at=1))
    assert (await opened(browser, committee)).status_code == 403
    charge = link_in(stage.said_to("sms", CALLER)[1])
    assert (await opened(browser, charge)).status_code == 200
    assert isinstance(house.clock, HandClock)
    house.clock.pass_by(passes.LASTS)
    assert (await opened(browser, charge)).status_code == 403
    house.clock.pass_by(-passes.LASTS)
    async with database.writing() as tx:
        await orders.lift(tx, system_actor(), made.key, "over", house.clock.now())
    assert (await opened(browser, charge)).status_code == 403
    async with database.writing() as tx:
        await passes.forget_before(tx, system_actor(), house.clock.now() + 2 * passes.LASTS)
        assert await tx.value(select(func.count()).select_from(pass_rows)) == 0


async def test_a_foreign_page_and_a_guess_open_nothing(
    stage: Field, beixia: Beixia, browser: httpx.AsyncClient
) -> None:
    await ordered(stage, beixia)
    sheet = link_in(stage.said_to("sms", DEPUTY)[0])
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://elsewhere.test"}
    assert (await browser.post(sheet, content=b"", headers=form)).status_code == 403
    assert (await browser.get(f"{PATH}nothing")).status_code == 403
