"""Evacuations by the API: the roll of a group, reports in batches, the missing list that prints, the closing report."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from app.house import House
from app.security.sessions import open_session
from app.security.tokens import holder_of
from bot.evacuation.advancing import Marshal, advance
from bot.telling import Teller
from ground.actor import Role
from tests.app.conftest import bearer
from tests.builders import NOON, World


@dataclass(frozen=True)
class Village:
    group: int
    shelter: int
    officer: dict[str, str]
    order: str


@pytest.fixture
async def village(http: httpx.AsyncClient, world: World, house: House) -> Village:
    """A group of two households and three people, ordered to move now."""
    county = await world.area("1", "County", level="county")
    place = await world.area("11", "Checao", parent=county)
    group = await world.area("111", "Beixia", parent=place, level="group")
    shelter = await world.site(place, "shelter", "School")
    caller = await world.person(place, "Zhang Ming", sms="+99900000001")
    answering: dict[str, Any] = {
        "responsible_a_id": caller,
        "shelter_id": shelter,
        "assembly_point": "the old tree",
        "route": "bridge",
    }
    homes = [await world.household(group, **answering) for _ in range(2)]
    await world.person(group, "Tu Guoping", household=homes[0], sms="+99900000002", needs_codes=["cannot_walk"])
    await world.person(group, "Tu Lan", household=homes[0])
    await world.person(group, "Li Mei", household=homes[1])
    officer = await bearer(world, county)
    made = await http.post("/evacuations", headers=officer, json={"kind": "now", "area": "11"})
    assert made.status_code == 201, made.text
    await advance(Marshal(house.database, house.clock, Teller(house.kinds)))
    return Village(group, shelter, officer, made.json()["id"])


async def called(http: httpx.AsyncClient, village: Village, path: str, **given: Any) -> Any:
    answer = await http.get(f"/evacuations/{village.order}{path}", headers=village.officer, params=given)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def posted(http: httpx.AsyncClient, village: Village, path: str, body: Any, status: int = 200) -> Any:
    answer = await http.post(f"/evacuations/{village.order}{path}", headers=village.officer, json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def lines(http: httpx.AsyncClient, village: Village) -> dict[int, Any]:
    return {each["number"]: each for each in (await called(http, village, "/rolls/111"))["lines"]}


def report(line: int, key: str, state: str = "moved", minute: int = 0, **more: Any) -> dict[str, Any]:
    return {"key": key, "line": line, "state": state, "happened_at": NOON + minute * 60_000 - 3_600_000} | more


async def test_the_roll_of_a_group_says_who_lives_there_whither_they_go_and_whom_to_call(
    http: httpx.AsyncClient, village: Village
) -> None:
    roll = await called(http, village, "/rolls/111")
    assert [each["name"] for each in roll["lines"]] == ["Tu Guoping", "Tu Lan", "Li Mei"]
    home = roll["households"][0]
    assert (home["rows"], home["shelter_name"], home["phones"]) == ([1, 2], "School", ["+99900000001"])
    assert "verified report counts" in roll["rule"]


async def test_a_batch_sent_twice_counts_once_and_a_late_report_takes_its_place(
    http: httpx.AsyncClient, village: Village
) -> None:
    row = (await lines(http, village))[1]["line"]
    batch = {"reports": [report(row, "a", minute=10), report(row, "b", "refused", minute=5, entered_at=NOON)]}
    first = await posted(http, village, "/reports", batch)
    again = await posted(http, village, "/reports", batch)
    assert [each["result"] for each in first["reports"]] == ["kept", "kept"]
    assert [each["result"] for each in again["reports"]] == ["known", "known"]
    assert (await lines(http, village))[1]["state"] == "moved"
    told = await called(http, village, f"/lines/{row}")
    assert [each["state"] for each in told["reports"]] == ["refused", "moved"]


async def test_one_report_that_cannot_be_taken_stops_no_other(http: httpx.AsyncClient, village: Village) -> None:
    row = (await lines(http, village))[1]["line"]
    answer = await posted(http, village, "/reports", {"reports": [report(999_999, "x"), report(row, "y")]})
    assert [each["result"] for each in answer["reports"]] == ["refused", "kept"]
    assert "read the roll again" in answer["reports"][0]["why"]


async def test_whoever_is_found_is_added_and_reported_in_one_batch(http: httpx.AsyncClient, village: Village) -> None:
    added = [{"key": "g", "area": "111", "name": "A mason", "kind": "worker"}]
    batch = {"added": added, "reports": [{"key": "r", "added": "g", "state": "moved", "happened_at": NOON}]}
    first, again = [await posted(http, village, "/reports", batch) for _ in range(2)]
    assert first["added"] == again["added"]
    row = (await lines(http, village))[4]
    assert (row["name"], row["added"], row["missing"]) == ("A mason", "worker", False)


async def test_what_an_officer_enters_for_somebody_counts_is_marked_and_a_later_own_word_stays_beside_it(
    http: httpx.AsyncClient, village: Village
) -> None:
    row = (await lines(http, village))[3]["line"]
    entered = {
        "key": "p",
        "line": row,
        "state": "safe",
        "means": "satellite_phone",
        "spoke": "Li Mei",
        "said_at": NOON - 1,
    }
    assert (await posted(http, village, "/on-behalf", entered))["missing"] is False
    told = (await called(http, village, f"/lines/{row}"))["reports"][0]
    assert (told["means"], told["spoke"], told["happened_at"]) == ("satellite_phone", "Li Mei", NOON - 1)
    assert told["typed_by"].startswith("operator:")
    wrong = entered | {"key": "q", "means": "chat"}
    await posted(http, village, "/on-behalf", wrong, 422)


async def test_a_shelter_checks_in_by_name_or_by_row_and_asks_where_a_name_is_not_one(
    http: httpx.AsyncClient, village: Village
) -> None:
    door = {"shelter": village.shelter}
    assert (await posted(http, village, "/check-ins", door | {"key": "1", "name": "Tu Lan"}))["line"]["number"] == 2
    assert (await posted(http, village, "/check-ins", door | {"key": "2", "name": "Nobody"})) == {
        "line": None,
        "choices": [],
    }
    await posted(http, village, "/check-ins", {"key": "3", "shelter": 999_999, "name": "Tu Lan"}, 404)
    counted = await posted(http, village, f"/shelters/{village.shelter}/counts", {"key": "c", "people": 2})
    assert (counted["expected"], counted["counted"]) == (1, 2)


async def test_the_missing_list_is_right_in_every_area_and_prints(
    http: httpx.AsyncClient, village: Village, house: House
) -> None:
    row = (await lines(http, village))[2]["line"]
    await posted(http, village, "/reports", {"reports": [report(row, "a")]})
    listed = (await called(http, village, "/missing"))["items"]
    assert [each["line"]["name"] for each in listed] == ["Tu Guoping", "Li Mei"]
    assert listed[0]["responsible"][0]["phones"] == ["+99900000001"]
    tallies = await called(http, village, "/tallies")
    assert {(each["area"], each["missing"]) for each in tallies} == {("11", 2), ("111", 2)}
    table = await http.get(f"/evacuations/{village.order}/missing.csv", headers=village.officer)
    assert "Li Mei" in table.text
    assert "'+99900000001" in table.text  # no spreadsheet takes it for a formula
    cookie = await session(house, village)
    for page in ("missing", "sheets/111"):
        shown = await http.get(f"http://hub.test/evacuations/{village.order}/{page}?lang=en", headers=cookie)
        assert shown.status_code == 200, shown.text
        assert "Li Mei" in shown.text
    assert "cannot walk" in shown.text
    away = await http.get(f"http://hub.test/evacuations/{village.order}/missing", follow_redirects=False)
    assert away.headers["Location"] == f"/login?then=/evacuations/{village.order}/missing"


async def session(house: House, village: Village) -> dict[str, str]:
    async with house.database.writing() as tx:
        holder = await holder_of(tx, village.officer["Authorization"].removeprefix("Bearer "))
        assert holder is not None
        return {"Cookie": f"mingluo={await open_session(tx, holder)}"}


async def test_names_and_numbers_are_masked_for_who_need_not_call(
    http: httpx.AsyncClient, village: Village, world: World
) -> None:
    reader = await bearer(world, None, Role.AUDITOR)
    answer = await http.get(f"/evacuations/{village.order}/missing", headers=reader)
    assert "Tu Guoping" not in answer.text
    assert "+99900000001" not in answer.text
    refused = await http.post(f"/evacuations/{village.order}/reports", headers=reader, json={"reports": []})
    assert refused.status_code == 403


async def test_reports_that_disagree_are_listed_until_somebody_has_checked(
    http: httpx.AsyncClient, village: Village
) -> None:
    row = (await lines(http, village))[1]["line"]
    both = [report(row, "a", minute=1), report(row, "b", "refused", minute=1)]
    await posted(http, village, "/reports", {"reports": both})
    (found,) = (await called(http, village, "/conflicts"))["items"]
    assert [each["state"] for each in found["reports"]] == ["moved", "refused"]
    await posted(http, village, "/reports", {"reports": [report(row, "c", minute=2, checks=True)]})
    assert (await called(http, village, "/conflicts"))["items"] == []


async def test_a_group_returns_after_a_check_and_the_report_closes(http: httpx.AsyncClient, village: Village) -> None:
    await posted(http, village, "/groups/111/return", {}, 409)
    await posted(http, village, "/groups/111/check", {})
    assert (await posted(http, village, "/groups/111/return", {}))["return_at"] == NOON
    assert (await posted(http, village, "/lift", {"reason": "the rain is over"}))["lifted_at"] == NOON
    closing = await called(http, village, "/report")
    assert (closing["people"], closing["missing"], closing["returned"], closing["groups"]) == (3, 3, 1, 1)


async def test_an_order_needs_a_place_and_a_warning_that_was_issued(http: httpx.AsyncClient, village: Village) -> None:
    for body, status in (({"kind": "now"}, 422), ({"kind": "now", "alert": "nothing"}, 404)):
        answer = await http.post("/evacuations", headers=village.officer, json=body)
        assert answer.status_code == status


async def test_a_drill_of_an_instant_evacuation_stays_one(http: httpx.AsyncClient, village: Village) -> None:
    made = await http.post(
        "/evacuations", headers=village.officer, json={"kind": "instant", "area": "111", "drill": True}
    )
    assert (made.status_code, made.json()["drill"]) == (201, True)
