"""Tokens: from the one-time code on the terminal to the bearer token, and no longer than they should."""

import asyncio

import httpx
from sqlalchemy import select, update

from app.house import House
from app.security import codes
from app.security.tables import one_time_codes, tokens
from audiences.stores.tables import operators
from ground.actor import Role, system
from tests.app.conftest import bearer
from tests.builders import World

TERMINAL = system("terminal")


async def first_code(house: House) -> str:
    async with house.database.writing() as tx:
        return await codes.make_first_code(tx, TERMINAL)


async def test_the_first_code_makes_an_administrator_who_may_call(house: House, http: httpx.AsyncClient) -> None:
    redeemed = await http.post("/tokens/redeem", json={"code": await first_code(house)})
    assert redeemed.status_code == 201
    listed = await http.get("/tokens", headers={"Authorization": f"Bearer {redeemed.json()['secret']}"})
    assert [each["id"] for each in listed.json()["items"]] == [redeemed.json()["id"]]
    assert "secret" not in listed.text


async def test_a_code_is_exchanged_once_even_if_two_come_at_the_same_time(
    house: House, http: httpx.AsyncClient
) -> None:
    code = await first_code(house)
    answers = await asyncio.gather(*(http.post("/tokens/redeem", json={"code": code}) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 403, 403, 403]
    async with house.database.reading() as tx:
        assert len(await tx.values(select(operators.c.id))) == 1


async def test_a_code_that_is_too_old_is_refused(house: House, http: httpx.AsyncClient) -> None:
    code = await first_code(house)
    async with house.database.writing() as tx:
        await tx.execute(update(one_time_codes).values(until_at=1))
    assert (await http.post("/tokens/redeem", json={"code": code})).status_code == 403


async def test_only_digests_are_kept(house: House, http: httpx.AsyncClient) -> None:
    code = await first_code(house)
    secret = (await http.post("/tokens/redeem", json={"code": code})).json()["secret"]
    async with house.database.reading() as tx:
        rows = [*await tx.rows(select(tokens)), *await tx.rows(select(one_time_codes))]
    assert secret not in str(rows)
    assert code not in str(rows)


async def test_a_call_without_a_good_token_is_told_what_to_send(http: httpx.AsyncClient) -> None:
    for headers in ({}, {"Authorization": "Bearer mlt_no"}, {"Authorization": "Basic eDp5"}):
        answer = await http.get("/tokens", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "Authorization: Bearer" in answer.json()["detail"]


async def test_a_revoked_token_opens_nothing(world: World, http: httpx.AsyncClient) -> None:
    admin, leaver = await bearer(world, None, Role.ADMIN), await bearer(world, None, Role.ADMIN)
    newest = (await http.get("/tokens", headers=admin)).json()["items"][-1]["id"]
    assert (await http.get("/tokens", headers=leaver)).status_code == 200
    assert (await http.delete(f"/tokens/{newest}", headers=admin)).status_code == 204
    assert (await http.get("/tokens", headers=leaver)).status_code == 401


async def test_an_administrator_of_one_village_sees_and_ends_no_token_of_another(
    world: World, http: httpx.AsyncClient
) -> None:
    here, there = await world.area("1"), await world.area("2")
    admin, foreign = await bearer(world, here, Role.ADMIN), await bearer(world, there, Role.ADMIN)
    seen = (await http.get("/tokens", headers=foreign)).json()["items"]
    assert len(seen) == 1
    assert (await http.delete(f"/tokens/{seen[0]['id']}", headers=admin)).status_code == 404
    wanted = {"operator": seen[0]["operator"], "label": "mine"}
    assert (await http.post("/tokens", headers=admin, json=wanted)).status_code == 404


async def test_an_officer_makes_no_tokens(world: World, http: httpx.AsyncClient) -> None:
    officer = await bearer(world, None, Role.OFFICER)
    answer = await http.post("/tokens", headers=officer, json={"operator": "x", "label": "x"})
    assert (answer.status_code, answer.json()["title"]) == (403, "Role missing")
