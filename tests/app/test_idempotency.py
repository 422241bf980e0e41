"""A call that is repeated with its key is carried out once, and answered alike every time."""

import asyncio

import httpx
from sqlalchemy import func, select

from app.house import House
from app.security.tables import kept_answers, tokens
from ground.actor import Role
from tests.app.conftest import bearer
from tests.builders import World


async def new_operator(world: World) -> str:
    return (await world.operator(None, Role.OFFICER)).id


async def count(house: House) -> int:
    async with house.database.reading() as tx:
        return int(await tx.value(select(func.count()).select_from(tokens)))


async def revoke(http: httpx.AsyncClient, headers: dict[str, str], token: str, key: str) -> httpx.Response:
    return await http.delete(f"/tokens/{token}", headers=headers | {"Idempotency-Key": key})


async def test_the_same_key_and_call_get_the_same_answer_again(
    http: httpx.AsyncClient, world: World, house: House
) -> None:
    admin = await bearer(world, None, Role.ADMIN)
    token = (await http.get("/tokens", headers=admin)).json()["items"][0]["id"]
    other = await bearer(world, None, Role.ADMIN)
    first = await revoke(http, other, token, "once")
    again = await revoke(http, other, token, "once")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers


async def test_the_same_key_with_another_call_is_refused(http: httpx.AsyncClient, world: World) -> None:
    admin, officer = await bearer(world, None, Role.ADMIN), await new_operator(world)
    keyed = admin | {"Idempotency-Key": "k"}
    assert (await http.post("/tokens", headers=keyed, json={"operator": officer, "label": "a"})).status_code == 201
    answer = await http.post("/tokens", headers=keyed, json={"operator": officer, "label": "b"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-reused")


async def test_of_many_calls_with_one_key_at_once_one_is_carried_out(
    http: httpx.AsyncClient, world: World, house: House
) -> None:
    admin, officer = await bearer(world, None, Role.ADMIN), await new_operator(world)
    before = await count(house)
    keyed, wanted = admin | {"Idempotency-Key": "k"}, {"operator": officer, "label": "x"}
    answers = await asyncio.gather(*(http.post("/tokens", headers=keyed, json=wanted) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]  # a secret is shown once
    assert await count(house) == before + 1


async def test_a_key_belongs_to_its_operator(http: httpx.AsyncClient, world: World, house: House) -> None:
    officer, before = await new_operator(world), await count(house)
    for _ in range(2):
        keyed = await bearer(world, None, Role.ADMIN) | {"Idempotency-Key": "k"}
        assert (await http.post("/tokens", headers=keyed, json={"operator": officer, "label": "x"})).status_code == 201
    assert await count(house) == before + 4  # two administrators' own, two made


async def test_a_call_that_failed_leaves_its_key_free(http: httpx.AsyncClient, world: World) -> None:
    admin = await bearer(world, None, Role.ADMIN) | {"Idempotency-Key": "k"}
    assert (await http.post("/tokens", headers=admin, json={"operator": "nobody", "label": "x"})).status_code == 404
    real = {"operator": await new_operator(world), "label": "x"}
    assert (await http.post("/tokens", headers=admin, json=real)).status_code == 201


async def test_a_secret_is_not_kept_with_the_answer(http: httpx.AsyncClient, world: World, house: House) -> None:
    admin = await bearer(world, None, Role.ADMIN) | {"Idempotency-Key": "k"}
    wanted = {"operator": await new_operator(world), "label": "x"}
    secret = (await http.post("/tokens", headers=admin, json=wanted)).json()["secret"]
    async with house.database.reading() as tx:
        assert secret not in str(await tx.rows(select(kept_answers)))


async def test_a_rehearsed_call_answers_and_leaves_nothing(http: httpx.AsyncClient, world: World, house: House) -> None:
    admin, officer = await bearer(world, None, Role.ADMIN), await new_operator(world)
    before = await count(house)
    for word in ("true", "1", "yes", "y", "t", "on"):
        wanted = {"operator": officer, "label": "x"}
        keyed = admin | {"Idempotency-Key": "k"}
        answer = await http.post("/tokens", params={"dry_run": word}, headers=keyed, json=wanted)
        assert (answer.status_code, answer.headers["Dry-Run"]) == (201, "true")
    assert await count(house) == before


async def test_a_rehearsal_that_is_neither_yes_nor_no_is_refused_and_does_nothing(
    http: httpx.AsyncClient, world: World, house: House
) -> None:
    admin, officer = await bearer(world, None, Role.ADMIN), await new_operator(world)
    before = await count(house)
    wanted = {"operator": officer, "label": "x"}
    answer = await http.post("/tokens", params={"dry_run": "maybe"}, headers=admin, json=wanted)
    assert answer.status_code == 422
    assert await count(house) == before


async def test_a_malformed_key_is_refused(http: httpx.AsyncClient, world: World) -> None:
    admin = await bearer(world, None, Role.ADMIN)
    for key in ("with space", "x" * 121):
        answer = await http.post(
            "/tokens", headers=admin | {"Idempotency-Key": key}, json={"operator": "x", "label": "x"}
        )
        assert answer.status_code in {400, 422}
        assert answer.headers["Content-Type"] == "application/problem+json"
