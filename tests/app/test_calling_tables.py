"""Calling tables by the API: read with where they come from, set, given back, rehearsed; every refusal in words."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from app.house import House
from ground.actor import Role
from ground.clock import HOUR
from tests.app.conftest import bearer
from tests.broadcast.ladders.tables import LANDSLIDE
from tests.broadcast.ladders.tables import house as houses_table
from tests.builders import NOON, World

Headers = dict[str, str]
MESSAGE = {"after": 0, "does": "message", "whom": "holder"}


@dataclass(frozen=True, slots=True)
class Offices:
    """A county with its officer, a township in it with an approver and somebody on duty."""

    http: httpx.AsyncClient
    world: World
    county: int
    township: int
    above: Headers
    below: Headers
    duty: Headers

    async def get(self, who: Headers, area: str, path: str = "", **query: Any) -> Any:
        answer = await self.http.get(f"/calling/{area}{path}", headers=who, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def put(self, who: Headers, area: str, policies: list[dict[str, Any]], **more: Any) -> httpx.Response:
        given = {"policies": policies, "reason": "rain season"} | more
        return await self.http.put(f"/calling/{area}", headers=who, json=given)


@pytest.fixture
async def offices(http: httpx.AsyncClient, world: World) -> Offices:
    county = await world.area("1", level="county")
    township = await world.area("11", parent=county, level="township")
    above, below = await bearer(world, county, Role.OFFICER), await bearer(world, township, Role.APPROVER)
    return Offices(http, world, county, township, above, below, await bearer(world, township, Role.DUTY))


def by_night_only() -> list[dict[str, Any]]:
    red, slides, night = houses_table()
    return [red, slides | {"hours": [18, 8]}, night]


async def test_what_holds_is_read_with_its_table_of_hours_and_where_it_comes_from(offices: Offices) -> None:
    found = await offices.get(offices.duty, "11")
    assert (found["source"], found["source_area"], found["over"]) == ("house", None, 0)
    assert found["policies"] == houses_table()
    others, slides = found["grids"]
    assert others["levels"]["2"] == [
        {"since": 0, "until": 6, "policy": "orange at night"},
        {"since": 6, "until": 22, "policy": None},
        {"since": 22, "until": 24, "policy": "orange at night"},
    ]
    assert slides["events"] == ["11D", "11A51", LANDSLIDE]
    assert found["doubts"] == []
    [alone] = (await offices.get(offices.duty, "11", event="11D02"))["grids"]
    assert (alone["events"], alone["levels"]) == (["11D02"], slides["levels"])


async def test_a_county_s_table_is_its_township_s_until_that_has_its_own(offices: Offices) -> None:
    assert (await offices.put(offices.above, "1", by_night_only())).status_code == 200
    found = await offices.get(offices.duty, "11")
    assert (found["source"], found["source_area"], found["version"], found["over"]) == ("area", "1", 1, 0)
    answer = await offices.put(offices.below, "11", houses_table(), over=0)
    own = answer.json()
    assert (own["source_area"], own["version"], own["over"], own["at"]) == ("11", 1, 1, NOON)
    assert own == await offices.get(offices.duty, "11")
    body = {"reason": "over", "over": 1}
    back = await offices.http.post("/calling/11/back", headers=offices.below, json=body)
    assert (back.json()["source_area"], back.json()["over"]) == ("1", 2)
    listed = (await offices.get(offices.duty, "11", "/versions"))["items"]
    assert [(each["version"], each["reason"], each["policies"] is None) for each in listed] == [
        (2, "over", True),
        (1, "rain season", False),
    ]


async def test_versions_come_page_by_page(offices: Offices) -> None:
    for policies in (by_night_only(), houses_table(), by_night_only()):
        await offices.put(offices.below, "11", policies)
    first = await offices.get(offices.duty, "11", "/versions", limit=2)
    last = await offices.get(offices.duty, "11", "/versions", limit=2, cursor=first["next"])
    assert [each["version"] for each in (*first["items"], *last["items"])] == [3, 2, 1]
    assert last["next"] is None


async def test_the_same_call_again_changes_nothing_more(offices: Offices) -> None:
    once = await offices.put(offices.below, "11", by_night_only(), over=0)
    again = await offices.put(offices.below, "11", by_night_only(), over=0)
    assert (again.status_code, again.json()) == (200, once.json())
    for _ in range(2):
        back = await offices.http.post("/calling/11/back", headers=offices.below, json={"reason": "over"})
        assert back.json()["over"] == 2


async def test_a_dry_run_sets_nothing(offices: Offices) -> None:
    given = {"policies": by_night_only(), "reason": "to see"}
    answer = await offices.http.put("/calling/11?dry_run=true", headers=offices.below, json=given)
    assert answer.json()["version"] == 1
    assert (await offices.get(offices.duty, "11"))["source"] == "house"


async def test_a_red_policy_without_a_code_is_taken_and_doubted(offices: Offices) -> None:
    red, *others = houses_table()
    answer = await offices.put(offices.below, "11", [red | {"code": False}, *others])
    assert answer.json()["doubts"] == [{"policy": "red", "doubt": "no_code"}]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"hours": [6, 22]}, "red-asleep"),
        ({"each": ["mayor"]}, "duty-unknown"),
        ({"events": ["99"]}, "event-unknown"),
        ({"rungs": []}, "rungs-missing"),
        ({"rungs": [MESSAGE, MESSAGE | {"does": "call", "after": 5}]}, "last-rung-too-quick"),
        ({"hours": [30, 6]}, "hours-impossible"),
        ({"rungs": [MESSAGE | {"does": "telepathy"}]}, "request-validation-error"),
        ({"after": 5}, "request-validation-error"),
    ],
)
async def test_a_table_that_cannot_be_is_refused(offices: Offices, change: dict[str, Any], kind: str) -> None:
    red, *others = houses_table()
    answer = await offices.put(offices.below, "11", [red | change, *others])
    assert answer.status_code == 422, answer.text
    if kind != "request-validation-error":
        assert answer.json()["type"] == f"/problems/{kind}"


async def test_who_was_slower_is_told(offices: Offices) -> None:
    await offices.put(offices.below, "11", by_night_only(), over=0)
    answer = await offices.put(offices.above, "11", houses_table(), over=0)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/stale-table")


async def test_only_officers_and_approvers_of_the_area_may_set_it(offices: Offices) -> None:
    assert (await offices.put(offices.duty, "11", by_night_only())).status_code == 403
    assert (await offices.put(offices.below, "1", by_night_only())).status_code == 404
    elsewhere = await bearer(offices.world, await offices.world.area("2"), Role.OFFICER)
    assert (await offices.put(elsewhere, "11", by_night_only())).status_code == 404
    assert (await offices.http.get("/calling/11", headers=elsewhere)).status_code == 404
    assert (await offices.http.get("/calling/1", headers=offices.duty)).status_code == 404


async def test_a_rehearsal_says_whom_a_warning_would_wake_and_when_each_step_comes(
    offices: Offices, house: House
) -> None:
    world = offices.world
    person = await world.person(offices.township, "章明")
    for duty in ("patrol", "monitor"):
        await world.post(offices.township, duty, person)
    await world.post(offices.township, "technical", await world.person(offices.township))
    found = await offices.get(offices.duty, "11", "/rehearsal", level=1, event="11B03")
    assert (found["policy"], found["people"], found["code"], found["first_round"]) == ("red", 2, True, None)
    assert found["duties"] == {
        "administrative": 0,
        "technical": 1,
        "patrol": 1,
        "monitor": 1,
        "information_officer_a": 0,
        "duty_officer": 0,
        "leader_on_duty": 0,
    }
    assert [rung["minutes"] for rung in found["rungs"]][:4] == [0, 0.67, 2.0, 3.33]


async def test_a_rehearsal_goes_by_the_area_s_table_and_the_hour(offices: Offices) -> None:
    await offices.put(offices.above, "1", by_night_only())
    slide = {"level": 2, "event": LANDSLIDE}
    now = await offices.get(offices.duty, "11", "/rehearsal", **slide)
    later = await offices.get(offices.duty, "11", "/rehearsal", **slide, at=NOON + 6 * HOUR)
    assert now == {"policy": None, "people": 0, "duties": {}, "code": False, "rungs": [], "first_round": None}
    assert later["policy"].startswith("orange: landslide")
