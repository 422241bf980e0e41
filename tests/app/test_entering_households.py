"""Households entered and changed by hand, and who may answer for them."""

import httpx

from ground.actor import Role
from tests.app.conftest import bearer
from tests.app.entering import change, enter, problem
from tests.builders import World


async def test_a_household_is_entered_with_its_danger_its_people_and_its_way_out(
    http: httpx.AsyncClient, world: World
) -> None:
    village = await world.area("1")
    slope, school = await world.site(village), await world.site(village, "shelter")
    cadre, deputy = await world.person(village), await world.person(village)
    admin = await bearer(world, village, Role.ADMIN)
    fields = {
        "area": "1",
        "latitude": 28.19,
        "longitude": 115.78,
        "hazard": "landslide",
        "site": slope,
        "responsible_a": cadre,
        "responsible_b": deputy,
        "assembly_point": "the old camphor tree",
        "shelter": school,
        "route": "along the ridge",
    }
    household = await enter(http, admin, "/households", **fields)
    shown = (await http.get(f"/households/{household}", headers=admin)).json()
    assert shown == fields | {"id": household, "people": []}
    assert await change(http, admin, f"/households/{household}", responsible_b=None, hazard="flash_flood", site=None)
    after = (await http.get(f"/households/{household}", headers=admin)).json()
    assert after == shown | {"responsible_b": None, "hazard": "flash_flood", "site": None}
    assert not await change(http, admin, f"/households/{household}", responsible_a=cadre)


async def test_a_household_of_another_county_is_not_changed_nor_does_a_foreigner_answer_for_one(
    http: httpx.AsyncClient, world: World
) -> None:
    here, there = await world.area("1"), await world.area("2")
    own, foreign = await world.household(here), await world.household(there)
    stranger, slope = await world.person(there), await world.site(there)
    admin = await bearer(world, here, Role.ADMIN)
    assert (await http.patch(f"/households/{foreign}", headers=admin, json={"route": "x"})).status_code == 404
    for field, value in (("responsible_a", stranger), ("site", slope), ("shelter", slope)):
        refused = await http.patch(f"/households/{own}", headers=admin, json={field: value})
        assert list(await problem(refused)) == [f"/{field}"]


async def test_a_leader_who_lives_elsewhere_and_serves_here_may_answer_for_a_household(
    http: httpx.AsyncClient, world: World
) -> None:
    here, there = await world.area("1"), await world.area("2")
    leader = await world.person(there)
    await world.post(here, "patrol", leader)
    admin = await bearer(world, here, Role.ADMIN)
    household = await enter(http, admin, "/households", area="1", responsible_a=leader)
    shown = (await http.get(f"/households/{household}", headers=admin)).json()
    assert shown["responsible_a"] == leader
