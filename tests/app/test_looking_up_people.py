"""People are found by what their source calls them: those of one's own area, and nobody else."""

import httpx

from ground.actor import Role
from tests.app.conftest import bearer
from tests.builders import World

CALL = "/people/look-up"


async def test_a_source_s_own_names_lead_to_the_people(http: httpx.AsyncClient, world: World) -> None:
    village = await world.area("1", "Checao")
    person = await world.person(village, source="clinic", external_id="A-7")
    headers = await bearer(world, village, Role.ADMIN)
    answer = await http.post(CALL, json={"source": "clinic", "ids": ["A-7", "A-8"]}, headers=headers)
    assert answer.json() == {"people": {"A-7": person}}


async def test_people_of_another_area_or_source_stay_unknown(http: httpx.AsyncClient, world: World) -> None:
    here, there = await world.area("1", "Checao"), await world.area("2", "Fujia")
    await world.person(there, source="clinic", external_id="A-7")
    await world.person(here, source="school", external_id="A-7")
    headers = await bearer(world, here, Role.ADMIN)
    answer = await http.post(CALL, json={"source": "clinic", "ids": ["A-7"]}, headers=headers)
    assert answer.json() == {"people": {}}
