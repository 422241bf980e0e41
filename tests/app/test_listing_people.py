"""People by area through the API: page by page, bounded, filtered, and masked for who does not call them."""

from typing import Any

import httpx

from ground.actor import Role
from tests.app.conftest import bearer
from tests.builders import World


async def listed(http: httpx.AsyncClient, who: dict[str, str], **query: Any) -> list[Any]:
    answer = await http.get("/people", headers=who, params={"area": "1"} | query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def ids(found: list[Any]) -> list[int]:
    return [each["id"] for each in found]


async def test_the_people_of_a_subtree_come_page_by_page_each_once(http: httpx.AsyncClient, world: World) -> None:
    village = await world.area("1", "Checao")
    hamlet = await world.area("11", "Beixia", parent=village)
    everybody = [await world.person(area) for area in (village, hamlet, village, hamlet, hamlet)]
    duty, seen, cursor = await bearer(world, village, Role.DUTY), [], None
    while True:
        query: dict[str, Any] = {"area": "1", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await http.get("/people", headers=duty, params=query)).json()
        seen += ids(page["items"])
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == everybody
    assert ids(await listed(http, duty, area="11")) == [everybody[1], *everybody[3:]]


async def test_nobody_of_another_county_is_listed_and_its_area_is_not_there(
    http: httpx.AsyncClient, world: World
) -> None:
    here, there = await world.area("1", "Checao"), await world.area("2", "Fujia")
    own = await world.person(here)
    await world.person(there)
    duty = await bearer(world, here, Role.DUTY)
    assert ids(await listed(http, duty)) == [own]
    assert (await http.get("/people", headers=duty, params={"area": "2"})).status_code == 404


async def test_names_and_numbers_are_masked_for_an_auditor(http: httpx.AsyncClient, world: World) -> None:
    village = await world.area("1", "Checao")
    await world.person(village, "王小明", sms="+15550100")
    [full] = await listed(http, await bearer(world, village, Role.DUTY))
    [masked] = await listed(http, await bearer(world, village, Role.AUDITOR))
    assert (full["name"], full["addresses"]) == ("王小明", [{"channel": "sms", "value": "+15550100"}])
    assert (masked["name"], masked["addresses"]) == ("王○○", [{"channel": "sms", "value": "…00"}])


async def test_people_are_found_by_need_and_by_household(http: httpx.AsyncClient, world: World) -> None:
    village = await world.area("1", "Checao")
    home = await world.household(village)
    carried = await world.person(village, needs_codes=["cannot_walk", "lives_alone"])
    housed = await world.person(village, household=home)
    duty = await bearer(world, village, Role.DUTY)
    found = await listed(http, duty, need="cannot_walk")
    assert [(each["id"], each["needs"]) for each in found] == [(carried, ["cannot_walk", "lives_alone"])]
    assert ids(await listed(http, duty, household=home)) == [housed]
    assert await listed(http, duty, household=home, need="cannot_walk") == []


async def test_whom_no_channel_reaches_is_found(http: httpx.AsyncClient, world: World) -> None:
    village = await world.area("1", "Checao")
    reached, closed, other, silent, nothing = [await world.person(village) for _ in range(5)]
    await world.address("memory", "a", reached)
    await world.address("memory", "b", closed, closed_at=1)
    await world.address("telegram", "c", other)  # a channel that is not switched on here
    await world.opt_out(await world.address("memory", "d", silent))
    duty = await bearer(world, village, Role.DUTY)
    assert ids(await listed(http, duty, unreached=True)) == [closed, other, silent, nothing]


async def test_sites_and_organisations_of_a_subtree_come_page_by_page(http: httpx.AsyncClient, world: World) -> None:
    village = await world.area("1", "Checao")
    hamlet = await world.area("11", "Beixia", parent=village)
    places = {"/sites": [await world.site(each) for each in (village, hamlet)]}
    places["/organisations"] = [await world.organisation(each) for each in (village, hamlet)]
    places["/households"] = [await world.household(each) for each in (village, hamlet)]
    duty = await bearer(world, village, Role.DUTY)
    for path, expected in places.items():
        first = (await http.get(path, headers=duty, params={"area": "1", "limit": 1})).json()
        then = (await http.get(path, headers=duty, params={"area": "1", "limit": 1, "cursor": first["next"]})).json()
        assert ids(first["items"] + then["items"]) == expected
        assert then["next"] is None
