"""Door tasks by the API: the list with who to call, opened by hand, entered for others; and the page that prints."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from app.house import House
from app.security.sessions import open_session
from app.security.tokens import holder_of
from bot.doors.escalating import go_round
from bot.doors.opening import DoorDesk, Doorkeeper
from bot.telling import Teller
from ground.actor import Role
from tests.app.conftest import bearer
from tests.builders import NOON, World


@dataclass(frozen=True)
class Village:
    county: int
    household: int
    keeper: int
    officer: dict[str, str]


@pytest.fixture
async def village(world: World) -> Village:
    """A household whose person A has a telephone."""
    county = await world.area("1", "County", level="county")
    place = await world.area("11", "Checao", parent=county)
    keeper = await world.person(place, "Zhang Ming", sms="+99900000001")
    home = await world.household(place, responsible_a_id=keeper)
    await world.person(place, "Tu Guoping", household=home, sms="+99900000002", needs_codes=["cannot_walk"])
    return Village(county, home, keeper, await bearer(world, county))


async def posted(http: httpx.AsyncClient, village: Village, path: str, body: Any, status: int = 200) -> Any:
    answer = await http.post(f"/doors{path}", headers=village.officer, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def opened(http: httpx.AsyncClient, village: Village, **more: Any) -> Any:
    return await posted(http, village, "", {"household": village.household, "why": "smoke"} | more, 201)


async def listed(http: httpx.AsyncClient, village: Village, **asked: Any) -> list[Any]:
    answer = await http.get("/doors", headers=village.officer, params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_a_door_is_opened_by_hand_and_says_who_goes_and_how_to_reach_them(
    http: httpx.AsyncClient, village: Village
) -> None:
    made = await opened(http, village)
    (door,) = await listed(http, village, area="11")
    assert door["id"] == made["id"]
    assert (door["name"], door["phones"], door["needs"]) == ("Tu Guoping", ["+99900000002"], ["cannot_walk"])
    assert door["asked"] == [{"person": village.keeper, "name": "Zhang Ming", "phones": ["+99900000001"]}]
    assert (door["rung"], door["state"], door["village"], door["drill"]) == ("person_a", "open", "11", False)
    steps = (await http.get(f"/doors/{made['id']}", headers=village.officer)).json()["steps"]
    assert [(each["act"], each["words"]) for each in steps] == [("add", "smoke")]


async def test_what_came_by_radio_is_entered_with_who_spoke_and_counts_once(
    http: httpx.AsyncClient, village: Village
) -> None:
    made = await opened(http, village)
    said = {"key": "1", "means": "radio", "said_at": NOON - 60_000, "outcome": "answered_safe", "spoke": "Zhang Ming"}
    done = await posted(http, village, f"/{made['id']}/outcome", said)
    assert (done["state"], done["outcome"], done["done_at"]) == ("done", "answered_safe", NOON - 60_000)
    assert (await posted(http, village, f"/{made['id']}/outcome", said))["state"] == "done"
    assert await listed(http, village) == []
    told = (await http.get(f"/doors/{made['id']}", headers=village.officer)).json()["steps"][-1]
    assert (told["means"], told["spoke"], told["happened_at"]) == ("radio", "Zhang Ming", NOON - 60_000)
    assert told["typed_by"].startswith("operator:")
    await posted(http, village, f"/{made['id']}/outcome", said | {"key": "2"}, 409)
    await posted(http, village, f"/{made['id']}/outcome", said | {"key": "3", "outcome": "over"}, 422)


async def test_a_door_is_handed_on_taken_and_closed_by_the_desk(http: httpx.AsyncClient, village: Village) -> None:
    door = (await opened(http, village))["id"]
    assert (await posted(http, village, f"/{door}/hand-on", {"reason": "ill"}))["state"] == "handed_on"
    going = {"key": "1", "person": village.keeper, "means": "phone", "said_at": NOON}
    taken = await posted(http, village, f"/{door}/going", going)
    assert (taken["state"], taken["asked"][0]["person"]) == ("accepted", village.keeper)
    await posted(http, village, f"/{door}/going", going | {"key": "2"}, 409)
    closed = await posted(http, village, f"/{door}/close", {"reason": "they moved last year"})
    assert (closed["state"], closed["outcome"]) == ("done", "closed")


async def test_drills_stand_and_count_apart(http: httpx.AsyncClient, village: Village) -> None:
    await opened(http, village)
    await opened(http, village, drill=True)
    assert [each["drill"] for each in await listed(http, village)] == [False]
    assert [each["drill"] for each in await listed(http, village, drill=True)] == [True]
    tally = (await http.get("/doors/tally", headers=village.officer)).json()
    assert tally == {"open": 1, "accepted": 0, "handed_on": 0, "done": 0}


async def test_names_and_words_are_for_who_must_call_and_another_county_sees_nothing(
    http: httpx.AsyncClient, village: Village, world: World
) -> None:
    door = (await opened(http, village))["id"]
    reader, stranger = await bearer(world, village.county, Role.AUDITOR), await bearer(world, await world.area("9"))
    seen = await http.get(f"/doors/{door}", headers=reader)
    assert "Tu Guoping" not in seen.text
    assert "smoke" not in seen.text
    assert "+99900000002" not in seen.text
    refused = await http.post(f"/doors/{door}/close", headers=reader, json={"reason": "no"})
    assert refused.status_code == 403
    assert (await http.get(f"/doors/{door}", headers=stranger)).status_code == 404
    given = {"household": village.household, "why": "mine"}
    assert (await http.post("/doors", headers=stranger, json=given)).status_code == 404


@pytest.mark.parametrize("about", [{}, {"household": 1, "area": "11"}])
async def test_a_door_is_one_door(http: httpx.AsyncClient, village: Village, about: dict[str, Any]) -> None:
    await posted(http, village, "", {"why": "?"} | about, 422)


async def test_the_list_prints_village_by_village_and_a_drills_says_so(
    http: httpx.AsyncClient, village: Village, house: House
) -> None:
    await opened(http, village)
    await opened(http, village, drill=True)
    await go_round(Doorkeeper(house.database, house.clock, DoorDesk(Teller(house.kinds), house.desk)))
    async with house.database.writing() as tx:
        holder = await holder_of(tx, village.officer["Authorization"].removeprefix("Bearer "))
        assert holder is not None
        cookie = {"Cookie": f"mingluo={await open_session(tx, holder)}"}
    away = await http.get("http://hub.test/doors", follow_redirects=False)
    assert away.headers["Location"] == "/login?then=/doors"
    real = (await http.get("http://hub.test/doors?lang=en", headers=cookie)).text
    for words in ("Checao", "Tu Guoping", "Zhang Ming", "+99900000001", "cannot walk", "person A"):
        assert words in real
    assert 'class="drill"' not in real
    drill = (await http.get("http://hub.test/doors?drill=true&area=11", headers=cookie)).text
    assert 'class="drill"' in drill
    assert "演练" in drill
