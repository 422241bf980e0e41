"""The poster of a village: printed from a page, it says the code, and makes it once."""

import httpx
import pytest
from sqlalchemy import select

from app.api.application import make_application
from app.house import House
from audiences.stores.tables import village_codes
from ground.actor import Role
from tests.app.conftest import bearer
from tests.builders import World


@pytest.fixture
def browser(house: House) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(make_application(house)), base_url="http://hub.test")


async def signed_in(browser: httpx.AsyncClient, world: World, area: int, *roles: Role) -> None:
    token = (await bearer(world, area, *roles))["Authorization"].removeprefix("Bearer ")
    await browser.post("/login", data={"secret": token, "then": "/"})


async def test_a_poster_says_the_code_and_where_it_leads(
    browser: httpx.AsyncClient, house: House, world: World
) -> None:
    village = await world.area("1", "车草村<b>")
    await signed_in(browser, world, village, Role.PUBLICITY)
    page = await browser.get("/posters/1")
    async with house.database.reading() as tx:
        code = str(await tx.value(select(village_codes.c.code)))
    assert page.status_code == 200
    assert "车草村&lt;b&gt;" in page.text
    assert f"{code[:3]} {code[3:]}" in page.text
    assert f"/c/{code}" in page.text
    assert "<svg" in page.text
    english = await browser.get("/posters/1?lang=en")
    assert "Village code" in english.text or "The code:" in english.text
    assert code[:3] in english.text  # the same as before
    await browser.aclose()


async def test_a_poster_is_for_whoever_may_make_one(browser: httpx.AsyncClient, house: House, world: World) -> None:
    village, beside = await world.area("1"), await world.area("2")
    assert (await browser.get("/posters/1")).headers["Location"] == "/login?then=/posters/1"
    await signed_in(browser, world, village, Role.AUDITOR)
    assert (await browser.get("/posters/1")).status_code == 403
    await signed_in(browser, world, beside, Role.ADMIN)
    assert (await browser.get("/posters/1")).status_code == 404
    await browser.aclose()


async def test_a_code_and_an_entry_are_made_by_the_api(browser: httpx.AsyncClient, house: House, world: World) -> None:
    village = await world.area("1")
    person = await world.person(village)
    duty = await bearer(world, village, Role.DUTY)
    made = await browser.post(f"/api/v1/people/{person}/proof-codes", headers=duty)
    assert made.status_code == 201
    assert len(made.json()["code"]) == 9
    refused = await browser.post(
        f"/api/v1/people/{person}/proof-codes", headers=await bearer(world, village, Role.AUDITOR)
    )
    assert refused.status_code == 403
    given = {"person": person, "kind": "safe", "means": "phone"}
    unknown = await browser.post(f"/api/v1/notices/{'0' * 36}/answers", headers=duty, json=given)
    assert unknown.status_code == 404
    await browser.aclose()
