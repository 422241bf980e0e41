"""Households by the API: those of an area or under a slope, and none of another county."""

import httpx

from ground.actor import Role
from tests.app.conftest import bearer
from tests.builders import World


async def test_the_households_under_a_slope_are_listed_with_their_people(http: httpx.AsyncClient, world: World) -> None:
    village = await world.area("1", "Checao")
    slope = await world.site(village)
    below = await world.household(village, site=slope, assembly_point="the old camphor tree")
    await world.household(village)
    person = await world.person(village, household=below)
    headers = await bearer(world, village, Role.DUTY)
    listed = (await http.get("/households", params={"area": "1", "site": slope}, headers=headers)).json()
    assert [(each["id"], each["people"]) for each in listed["items"]] == [(below, [person])]
    everything = (await http.get("/households", params={"area": "1"}, headers=headers)).json()
    assert len(everything["items"]) == 2
    one = (await http.get(f"/households/{below}", headers=headers)).json()
    assert one["assembly_point"] == "the old camphor tree"


async def test_a_household_of_another_county_is_not_there(http: httpx.AsyncClient, world: World) -> None:
    here, there = await world.area("1", "Checao"), await world.area("2", "Fujia")
    foreign = await world.household(there)
    headers = await bearer(world, here, Role.DUTY)
    assert (await http.get(f"/households/{foreign}", headers=headers)).status_code == 404


async def test_a_slope_s_households_are_only_those_of_the_area_that_is_asked_for(
    http: httpx.AsyncClient, world: World
) -> None:
    village = await world.area("1", "Checao")
    hamlet = await world.area("11", "Beixia", parent=village)
    slope = await world.site(village)
    await world.household(village, site=slope)
    below = await world.household(hamlet, site=slope)
    headers = await bearer(world, village, Role.DUTY)
    listed = (await http.get("/households", params={"area": "11", "site": slope}, headers=headers)).json()
    assert [each["id"] for each in listed["items"]] == [below]
