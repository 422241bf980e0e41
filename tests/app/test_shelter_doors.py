"""A shelter's door on a phone: the keeper's link, names and codes, one tap; a stranger's scan shows nobody."""

import re
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, update

from app.api.application import make_application
from app.house import House
from audiences.duties import Duty
from audiences.stores.tables import addresses
from audiences.stores.tables import posts as post_rows
from bot.cases.evacuation import AlarmKind, PersonState, Way
from bot.evacuation import desk as doors
from bot.evacuation.desk import OPEN, Desk
from bot.evacuation.ordering import MARSHAL
from bot.stores.evacuation import codes, orders, passes, roll
from bot.stores.evacuation.roll import Line
from bot.stores.evacuation.tables import alarms, reports
from ground.clock import HandClock
from ground.transaction import Database
from tests.app.roll import ORIGIN, Slope, slope
from tests.builders import World

KEEPER = "+99900000777"


@pytest.fixture
async def there(world: World, house: House, database: Database) -> Slope:
    return await slope(world, database, house.clock)


@pytest.fixture
async def door(world: World, database: Database, house: House, there: Slope) -> str:
    """The link of somebody who keeps the school's door."""
    keeper = await world.person(there.county, "何老师", sms=KEEPER)
    await world.post(there.county, Duty.SHELTER_KEEPER, keeper, site=there.shelter)
    async with database.writing() as tx:
        mine = addresses.c.value == KEEPER
        await tx.execute(update(addresses).where(mine).values(verified_at=1, verified_how="call"))
        address = int(await tx.value(select(addresses.c.id).where(mine)))
        desk = Desk(there.shelter, "车草小学", there.county, drill=False, person=keeper, orders=(there.order.key,))
        link = await doors.link_to(tx, desk, address, house.public_url, house.clock.now())
    return link.removeprefix(ORIGIN)


@pytest.fixture
async def browser(house: House) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(make_application(house), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"Origin": ORIGIN}) as client:
        yield client


async def lines(database: Database, there: Slope) -> dict[int, Line]:
    async with database.reading() as tx:
        return {each.number: each for each in await roll.of_group(tx, MARSHAL, there.order.key, there.group)}


async def code_of(database: Database, there: Slope, number: int) -> str:
    home = (await lines(database, there))[number].household or 0
    async with database.reading() as tx:
        return (await codes.of_homes(tx, MARSHAL, there.order.key, [home]))[home]


async def enter(browser: httpx.AsyncClient, door: str) -> None:
    answer = await browser.get(door)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/k")
    assert "Path=/k;" in answer.headers["Set-Cookie"]
    assert "HttpOnly" in answer.headers["Set-Cookie"]


def tapped(*numbers: int) -> dict[str, object]:
    return {"key": str(uuid4()), "line": [str(each) for each in numbers]}


async def test_a_name_is_found_and_noted_with_one_tap_for_checking_only(
    browser: httpx.AsyncClient, door: str, database: Database, there: Slope
) -> None:
    await enter(browser, door)
    page = (await browser.post("/k", data={"name": "李梅"})).text
    assert "3 李梅" in page
    line = (await lines(database, there))[3]
    tap = tapped(line.id)
    for _ in range(2):  # tapped twice, on a bad network
        answer = await browser.post("/k/here", data=tap)
        assert answer.status_code == 303
    assert "李" not in answer.headers["Location"]
    assert "李梅到了" in (await browser.get(answer.headers["Location"])).text
    after = (await lines(database, there))[3]
    assert (after.state, after.verified, after.missing, after.shelter) == (
        PersonState.MOVED, False, True, there.shelter,
    )  # fmt: skip
    async with database.reading() as tx:
        assert await tx.values(select(reports.c.means)) == [Way.DESK]


async def test_a_scan_by_the_keeper_offers_the_household_and_by_a_stranger_the_bare_code(
    browser: httpx.AsyncClient, door: str, database: Database, there: Slope
) -> None:
    code = await code_of(database, there, 3)
    stranger = (await browser.get(f"/k/{code}")).text
    assert "<svg" in stranger
    assert not re.search("李|北下|车草|涂", stranger)
    unknown = (await browser.get("/k/23456789ABCD")).text
    assert len(unknown) - len(stranger) < 2_000  # nor does it say whether there is such a code
    await enter(browser, door)
    page = (await browser.get(f"/k/{code}")).text
    assert "这一家2人都到了" in page
    assert "没有这个码" in (await browser.get("/k/23456789ABCD")).text
    there_now = await lines(database, there)
    await browser.post("/k/here", data=tapped(there_now[3].id, there_now[4].id))
    assert {each.state for number, each in (await lines(database, there)).items() if number > 2} == {PersonState.MOVED}


async def test_whoever_is_not_on_the_list_is_added(
    browser: httpx.AsyncClient, door: str, database: Database, there: Slope
) -> None:
    await enter(browser, door)
    page = (await browser.post("/k", data={"name": "修路的老王"})).text
    place = re.search(r'<option value="(\d+:\d+)">北下组', page)
    assert place is not None
    given = {"key": str(uuid4()), "name": "修路的老王", "kind": "worker", "place": place[1]}
    assert (await browser.post("/k/add", data=given)).status_code == 303
    added = (await lines(database, there))[5]
    assert (added.name, added.added, added.state, added.missing) == ("修路的老王", "worker", PersonState.MOVED, True)
    foreign = given | {"key": str(uuid4()), "place": "999:999"}
    await browser.post("/k/add", data=foreign)
    assert len(await lines(database, there)) == 5


async def test_who_went_back_without_being_told_raises_the_alarm(
    browser: httpx.AsyncClient, door: str, database: Database, there: Slope
) -> None:
    await enter(browser, door)
    answer = await browser.post("/k/back", data=tapped((await lines(database, there))[3].id))
    assert "李梅自己回去了" in (await browser.get(answer.headers["Location"])).text
    async with database.reading() as tx:
        assert AlarmKind.WENT_BACK in await tx.values(select(alarms.c.kind))


async def test_the_door_is_closed_to_strangers_to_foreign_pages_and_after_the_order(
    browser: httpx.AsyncClient, door: str, database: Database, there: Slope, house: House
) -> None:
    line = (await lines(database, there))[3].id
    assert (await browser.get("/k")).status_code == 403
    assert (await browser.post("/k/here", data=tapped(line))).status_code == 403
    await enter(browser, door)
    refused = await browser.post("/k/here", data=tapped(line), headers={"Origin": "http://elsewhere.test"})
    assert refused.status_code == 403
    assert (await browser.post("/k/here", data={"key": "x", "line": "1"})).status_code == 422
    async with database.writing() as tx:
        await orders.lift(tx, MARSHAL, there.order.key, "over", house.clock.now())
    assert (await browser.get("/k")).status_code == 403
    assert (await browser.get(door)).status_code == 403
    assert (await lines(database, there))[3].state is PersonState.UNKNOWN


async def test_a_keeper_who_is_one_no_more_and_a_link_that_is_too_old_open_nothing(
    browser: httpx.AsyncClient, door: str, database: Database, house: House, there: Slope
) -> None:
    await enter(browser, door)
    async with database.writing() as tx:
        await tx.execute(update(post_rows).where(post_rows.c.site_id == there.shelter).values(gone_at=1))
    assert (await browser.get("/k")).status_code == 403
    async with database.writing() as tx:
        await tx.execute(update(post_rows).values(gone_at=None))
    assert (await browser.get("/k")).status_code == 200
    assert isinstance(house.clock, HandClock)
    house.clock.pass_by(passes.LASTS)
    assert (await browser.get("/k")).status_code == 403
    assert (await browser.get(f"{OPEN}nothing")).status_code == 403


async def test_rows_of_another_order_are_not_the_keepers(
    browser: httpx.AsyncClient, door: str, database: Database, world: World, house: House, there: Slope
) -> None:
    other = await slope(world, database, house.clock, code="2")
    await enter(browser, door)
    answer = await browser.post("/k/here", data=tapped((await lines(database, other))[3].id))
    assert "noted" not in answer.headers["Location"]
    assert (await lines(database, other))[3].state is PersonState.UNKNOWN
