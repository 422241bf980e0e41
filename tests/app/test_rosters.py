"""Rosters and contact tests by the API, and their pages: who is on duty, gaps marked, names masked, ranking printed."""

from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import insert

from app.house import House
from app.security.sessions import open_session
from app.security.tokens import holder_of
from audiences.stores.tables import shifts
from bot.rosters.desk import RosterDesk
from bot.rosters.testing import advance_tests
from bot.telling import Teller
from ground.actor import Role
from ground.clock import HOUR
from tests.app.conftest import bearer
from tests.builders import NOON, World


@dataclass(frozen=True)
class Township:
    office: int
    officer: dict[str, str]
    auditor: dict[str, str]
    elsewhere: dict[str, str]


@pytest.fixture
async def township(http: httpx.AsyncClient, world: World, house: House) -> Township:
    """A duty room with somebody until six, and nobody afterwards; another county beside it."""
    county = await world.area("1", "County", level="county")
    place = await world.area("11", "Hehu", parent=county, level="township")
    far = await world.area("2", "Far", level="county")
    office = await world.organisation(place, "township_office")
    person = await world.person(place, "罗文斌", sms="+99900000001")
    row = {"source": "test", "external_id": "1", "organisation_id": office, "role": "duty_officer"}
    async with world.database.writing() as tx:
        when = {"person_id": person, "from_at": NOON - HOUR, "until_at": NOON + 6 * HOUR}
        await tx.execute(insert(shifts).values(row | when))
    auditor = await bearer(world, county, Role.AUDITOR)
    return Township(office, await bearer(world, county), auditor, await bearer(world, far))


async def test_who_is_on_duty_is_listed_with_names_for_those_who_call(
    http: httpx.AsyncClient, township: Township
) -> None:
    told = (await http.get("/rosters/on-duty", headers=township.officer, params={"area": "1"})).json()
    [room] = told["items"]
    assert [(each["name"], each["until"]) for each in room["on_shift"]] == [("罗文斌", NOON + 6 * HOUR)]
    masked = (await http.get("/rosters/on-duty", headers=township.auditor, params={"area": "1"})).json()
    assert masked["items"][0]["on_shift"][0]["name"] == "罗○○"
    late = {"area": "1", "at": str(NOON + 7 * HOUR)}
    told = (await http.get("/rosters/on-duty", headers=township.officer, params=late)).json()
    assert told["items"][0]["on_shift"] == []
    refused = await http.get("/rosters/on-duty", headers=township.elsewhere, params={"area": "1"})
    assert refused.status_code == 404


async def test_shifts_and_gaps_are_listed(http: httpx.AsyncClient, township: Township) -> None:
    listed = (await http.get("/rosters/shifts", headers=township.officer, params={"area": "1"})).json()
    assert [each["organisation"] for each in listed["items"]] == [township.office]
    [gap] = (await http.get("/rosters/gaps", headers=township.officer, params={"area": "1"})).json()
    assert (gap["since"], gap["kept"], gap["area"]) == (NOON + 6 * HOUR, True, "11")
    assert (await http.get("/rosters/empty-nights", headers=township.officer)).json() == {"items": [], "next": None}


async def test_a_contact_test_is_started_read_and_ranked(
    http: httpx.AsyncClient, township: Township, house: House
) -> None:
    refused = await http.post("/contact-tests", headers=township.auditor, json={"area": "1"})
    assert refused.status_code == 403
    made = await http.post("/contact-tests", headers=township.officer, json={"area": "1"})
    assert made.status_code == 201, made.text
    assert (made.json()["size"], made.json()["stage"]) == (1, "asking")
    desk = RosterDesk(house.database, house.clock, house.desk, Teller(house.kinds))
    await advance_tests(desk)
    path = f"/contact-tests/{made.json()['id']}"
    read = (await http.get(path, headers=township.officer)).json()
    assert read["ranking"] == [{"area": "11", "name": "Hehu", "people": 1, "answered": 0, "median": None}]
    [number] = (await http.get(f"{path}/numbers", headers=township.officer)).json()["items"]
    assert (number["name"], number["value"]) == ("罗文斌", "+99900000001")
    [masked] = (await http.get(f"{path}/numbers", headers=township.auditor)).json()["items"]
    assert (masked["name"], masked["value"]) == ("罗○○", "…01")
    assert (await http.get(path, headers=township.elsewhere)).status_code == 404
    again = await http.post("/contact-tests", headers=township.officer, json={"area": "11"})
    assert again.status_code == 409
    assert len((await http.get("/contact-tests", headers=township.officer)).json()) == 1
    assert (await http.get("/contact-tests/repairs", headers=township.officer)).json()["items"] == []


async def test_the_pages_mark_gaps_and_print_the_ranking(
    http: httpx.AsyncClient, township: Township, house: House
) -> None:
    made = await http.post("/contact-tests", headers=township.officer, json={"area": "1"})
    async with house.database.writing() as tx:
        holder = await holder_of(tx, township.officer["Authorization"].removeprefix("Bearer "))
        assert holder is not None
        session = await open_session(tx, holder)
    base = str(http.base_url).removesuffix("/api/v1/").removesuffix("/api/v1")
    cookies = {"Cookie": f"mingluo={session}"}
    shown = await http.get(f"{base}/rosters/1", headers=cookies)
    assert shown.status_code == 200, shown.text
    assert "罗文斌 值班员 到 18:00" in shown.text
    assert '<strong class="bad">没有人：18:00–08:00</strong>' in shown.text
    english = await http.get(f"{base}/rosters/1?lang=en", headers=cookies)
    assert "Nobody: 18:00–08:00" in english.text
    printed = await http.get(f"{base}/contact-tests/{made.json()['id']}", headers=cookies)
    assert printed.status_code == 200, printed.text
    assert "还在等回复" in printed.text
    assert (await http.get(f"{base}/rosters/1")).headers["location"] == "/login?then=/rosters/1"
