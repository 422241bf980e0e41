"""People entered and changed by hand: through the registers of the import, as one row of a file."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.house import House
from app.security.tables import kept_answers
from audiences.stores.tables import people
from ground.actor import Role
from ground.tables import audit
from tests.app.conftest import bearer
from tests.app.entering import WANG, Ear, change, count, enter, numbers, problem
from tests.audiences.files import Office
from tests.builders import World


@pytest.fixture
def ear(house: House) -> Ear:
    return Ear(house)


async def test_somebody_new_is_entered_with_all_that_is_known_of_them(
    http: httpx.AsyncClient, world: World, ear: Ear
) -> None:
    home = await world.household(await world.area("1", "Checao"))
    admin = await bearer(world, None, Role.ADMIN)
    person = await enter(http, admin, **WANG, household=home)
    shown = (await http.get(f"/people/{person}", headers=admin)).json()
    assert shown == {
        "id": person,
        "name": "王小明",
        "area": "1",
        "household": home,
        "language": "zh_CN",
        "phone_kind": "smart",
        "whereabouts": "away",
        "needs": ["cannot_walk", "lives_alone"],
    }
    assert await numbers(http, admin, person) == {"sms": "+15550100", "telegram": "7000000001"}
    assert await ear.told() == []  # the first addresses of somebody new concern no warning under way


async def test_what_nobody_else_names_is_the_console_s_under_an_id_that_is_made_up(
    http: httpx.AsyncClient, world: World, house: House
) -> None:
    await world.area("1")
    admin = await bearer(world, None, Role.ADMIN)
    both = [await enter(http, admin, name="Li", area="1") for _ in range(2)]
    async with house.database.reading() as tx:
        rows = await tx.rows(select(people.c.source, people.c.external_id).where(people.c.id.in_(both)))
    assert {row.source for row in rows} == {"console"}
    assert len({row.external_id for row in rows}) == 2


async def test_a_source_names_somebody_once(http: httpx.AsyncClient, world: World) -> None:
    await world.area("1")
    admin = await bearer(world, None, Role.ADMIN)
    named = {"name": "Li", "area": "1", "source": "clinic", "external_id": "A-7"}
    person = await enter(http, admin, **named)
    again = await http.post("/people", headers=admin, json=named)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-entered")
    found = await http.post("/people/look-up", headers=admin, json={"source": "clinic", "ids": ["A-7"]})
    assert found.json() == {"people": {"A-7": person}}


async def test_a_change_touches_only_the_fields_it_names(http: httpx.AsyncClient, world: World) -> None:
    await world.area("1")
    admin = await bearer(world, None, Role.ADMIN)
    person = await enter(http, admin, **WANG)
    before = (await http.get(f"/people/{person}", headers=admin)).json()
    assert await change(http, admin, f"/people/{person}", whereabouts="home")
    assert not await change(http, admin, f"/people/{person}", whereabouts="home")
    after = (await http.get(f"/people/{person}", headers=admin)).json()
    assert after == before | {"whereabouts": "home"}
    assert await numbers(http, admin, person) == {"sms": "+15550100", "telegram": "7000000001"}


async def test_who_was_imported_is_changed_under_the_name_that_the_file_gave(
    http: httpx.AsyncClient, world: World, house: House, tmp_path: Path
) -> None:
    await world.area("1")
    admin, office = await bearer(world, None, Role.ADMIN), Office(house.database, tmp_path)
    await office.hand_in("people", "id,name,area_code,phone", "p,Wu,1,+15550110")
    [person] = (await http.get("/people", headers=admin, params={"area": "1"})).json()["items"]
    await change(http, admin, f"/people/{person['id']}", phone="+15550112")
    report = await office.hand_in("people", "id,name,area_code,phone", "p,Wu,1,+15550112")
    assert (report.unchanged, report.new, report.changed) == (1, 0, 0)


async def test_every_field_that_is_wrong_is_named_with_its_value_the_reason_and_what_to_do(
    http: httpx.AsyncClient, world: World
) -> None:
    await world.area("1")
    admin = await bearer(world, None, Role.ADMIN)
    wrong = {"phone": "12345678901234567890", "phone_kind": "satellite", "needs": ["sleepy"], "telegram": "@li"}
    named = await problem(await http.post("/people", headers=admin, json={"name": "", "area": "1"} | wrong))
    assert named.keys() == {"/name", "/phone", "/phone_kind", "/needs", "/telegram"}
    assert named["/phone_kind"] == (
        "satellite",
        "This is none of the known words. Write one of: smart, feature, landline, shared, none.",
    )
    value, detail = named["/phone"]
    assert value == "…90"
    assert "Write it in full" in detail


@pytest.mark.parametrize(
    ("field", "value"), [("household", 99), ("area", "2"), ("household", 2**63 - 1), ("area", "nowhere")]
)
async def test_what_is_pointed_at_must_be_known_in_the_own_area(
    http: httpx.AsyncClient, world: World, field: str, value: Any
) -> None:
    here, _ = await world.area("1"), await world.area("2")
    admin = await bearer(world, here, Role.ADMIN)
    answer = await http.post("/people", headers=admin, json={"name": "Li", "area": "1"} | {field: value})
    assert await problem(answer) == {f"/{field}": (str(value), (await problem(answer))[f"/{field}"][1])}
    assert "in your area" in answer.text


@pytest.mark.parametrize("field", [{"name": "a\x00b"}, {"household": 2**63}, {"nmae": "Li"}, {"needs": "lives_alone"}])
async def test_what_no_database_could_keep_and_no_field_has_is_refused_by_name(
    http: httpx.AsyncClient, world: World, field: dict[str, Any]
) -> None:
    await world.area("1")
    admin = await bearer(world, None, Role.ADMIN)
    answer = await http.post("/people", headers=admin, json={"name": "Li", "area": "1"} | field)
    assert [f"/{name}" for name in field] == list(await problem(answer))


async def test_nobody_enters_or_changes_people_of_another_county_or_without_the_role(
    http: httpx.AsyncClient, world: World, house: House
) -> None:
    here, there = await world.area("1"), await world.area("2")
    foreign, own = await world.person(there), await world.person(here)
    admin, duty = await bearer(world, here, Role.ADMIN), await bearer(world, here, Role.DUTY)
    before = await count(house, audit)
    assert (await http.patch(f"/people/{foreign}", headers=admin, json={"name": "x"})).status_code == 404
    assert (await http.patch(f"/people/{own}", headers=admin, json={"area": "2"})).status_code == 422
    assert (await http.patch(f"/people/{own}", headers=duty, json={"name": "x"})).status_code == 403
    assert (await http.post("/people", headers=duty, json={"name": "x", "area": "1"})).status_code == 403
    assert await count(house, audit) == before


async def test_who_was_erased_stays_erased(http: httpx.AsyncClient, world: World) -> None:
    await world.area("1")
    admin = await bearer(world, None, Role.ADMIN)
    person = await enter(http, admin, **WANG)
    assert (await http.delete(f"/people/{person}", headers=admin)).status_code == 204
    assert (await http.patch(f"/people/{person}", headers=admin, json={"name": "Li"})).status_code == 404
    revived = {"name": "Li", "area": "1", "external_id": f"erased:{person}"}
    assert (await http.post("/people", headers=admin, json=revived)).status_code == 422


async def test_a_rehearsal_leaves_nobody_and_tells_nothing(
    http: httpx.AsyncClient, world: World, house: House, ear: Ear
) -> None:
    await world.area("1")
    admin = await bearer(world, None, Role.ADMIN)
    person, before = await enter(http, admin, **WANG), await count(house, people)
    rehearsed = await http.post("/people", headers=admin, params={"dry_run": True}, json=WANG)
    assert (rehearsed.status_code, rehearsed.headers["Dry-Run"]) == (201, "true")
    change = {"phone": "+15550103"}
    rehearsed = await http.patch(f"/people/{person}", headers=admin, params={"dry_run": True}, json=change)
    assert rehearsed.json() == {"changed": True}
    assert await count(house, people) == before
    assert (await numbers(http, admin, person))["sms"] == "+15550100"
    assert await ear.told() == []


async def test_a_repeated_key_enters_once_and_what_is_kept_of_it_names_nobody(
    http: httpx.AsyncClient, world: World, house: House
) -> None:
    await world.area("1")
    admin = await bearer(world, None, Role.ADMIN) | {"Idempotency-Key": "k"}
    first, again = [await http.post("/people", headers=admin, json=WANG) for _ in range(2)]
    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")
    assert await count(house, people) == 1
    other = await http.post("/people", headers=admin, json=WANG | {"name": "Li"})
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")
    async with house.database.reading() as tx:
        kept = str([tuple(row) for row in await tx.rows(select(kept_answers))])
    assert "5550100" not in kept
    assert "小明" not in kept
