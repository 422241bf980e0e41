"""An import under an Idempotency-Key: carried out once, answered alike again, its key free where it came to nothing."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from app.house import House
from app.security.tables import kept_answers
from audiences.importing import run as importing
from audiences.importing.applying import take_over
from audiences.importing.run import interrupted_imports, resume_imports
from audiences.stores.tables import areas, import_runs
from ground.actor import Role
from ground.tables import audit
from tests.app.conftest import bearer
from tests.builders import World

AREAS = "code,name,level,parent_code\n36,江西省,province,\n3609,宜春市,prefecture,36\n".encode()
MORE = AREAS + "360981,丰城市,county,3609\n".encode()


async def hand_in(
    http: httpx.AsyncClient, who: dict[str, str], file: bytes = AREAS, *, kind: str = "areas", **query: Any
) -> httpx.Response:
    wanted: dict[str, Any] = {"source": "test", "dry_run": False} | query
    return await http.post(f"/imports/{kind}", headers=who, params=wanted, content=file)


@pytest.fixture
async def admin(world: World) -> dict[str, str]:
    return await bearer(world, None, Role.ADMIN) | {"Idempotency-Key": "k"}


async def count(house: House, table: Any, *chosen: Any) -> int:
    async with house.database.reading() as tx:
        return int(await tx.value(select(func.count()).select_from(table).where(*chosen)))


async def imports_done(house: House) -> int:
    return await count(house, audit, audit.c.deed == "file.imported")


async def test_the_same_file_under_the_same_key_is_taken_over_once_and_answered_alike(
    http: httpx.AsyncClient, house: House, admin: dict[str, str]
) -> None:
    first, again = await hand_in(http, admin), await hand_in(http, admin)
    assert (first.status_code, first.json()["new"]) == (200, 2)
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    assert "Idempotent-Replayed" not in first.headers
    assert await imports_done(house) == 1


@pytest.mark.parametrize("other", [{"file": MORE}, {"source": "other"}, {"kind": "sites"}])
async def test_another_call_under_the_same_key_is_refused(
    http: httpx.AsyncClient, house: House, admin: dict[str, str], other: dict[str, Any]
) -> None:
    await hand_in(http, admin)
    file = b"id,kind,name,area_code\n" if "kind" in other else AREAS
    answer = await hand_in(http, admin, **({"file": file} | other))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-reused")
    assert await count(house, areas) == 2


async def test_of_many_calls_with_one_key_at_once_one_is_carried_out(
    http: httpx.AsyncClient, house: House, admin: dict[str, str]
) -> None:
    answers = await asyncio.gather(*(hand_in(http, admin) for _ in range(4)))
    carried_out = [each for each in answers if each.status_code == 200 and "Idempotent-Replayed" not in each.headers]
    assert len(carried_out) == 1
    others = {each.status_code for each in answers} - {200}
    assert others <= {409}
    assert await imports_done(house) == 1
    assert (await hand_in(http, admin)).content == carried_out[0].content


async def test_an_import_that_is_still_under_way_says_so(
    http: httpx.AsyncClient, house: House, admin: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(*given: Any, **named: Any) -> None:
        begun.set()
        await go_on.wait()
        await take_over(*given, **named)

    monkeypatch.setattr(importing, "take_over", slowly)
    first = asyncio.create_task(hand_in(http, admin))
    await begun.wait()
    meanwhile = await hand_in(http, admin)
    assert (meanwhile.status_code, meanwhile.json()["type"]) == (409, "/problems/call-under-way")
    go_on.set()
    assert (await hand_in(http, admin)).status_code in {200, 409}
    assert (await first).json()["applied"]


async def test_a_call_that_a_crash_cut_short_is_carried_out_again_once_the_hub_is_through_with_it(
    http: httpx.AsyncClient, house: House, admin: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_given: Any, **_named: Any) -> None:
        raise RuntimeError("the power is cut")

    with monkeypatch.context() as cut:
        cut.setattr(importing, "take_over", dies)
        assert (await hand_in(http, admin)).status_code == 500
    assert (await hand_in(http, admin)).json()["type"] == "/problems/call-under-way"
    assert (
        await resume_imports(
            house.database, await interrupted_imports(house.database), clock=house.clock, desk=house.desk
        )
        == 1
    )
    again = await hand_in(http, admin)
    assert (again.status_code, again.json()["unchanged"], again.json()["new"]) == (200, 2, 0)
    assert await count(house, import_runs) == 0


async def test_an_import_that_fails_leaves_its_key_free(
    http: httpx.AsyncClient, house: House, admin: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_given: Any, **_named: Any) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as full:
        full.setattr(importing, "check", fails)
        assert (await hand_in(http, admin)).status_code == 500
    assert (await hand_in(http, admin, MORE)).json()["new"] == 3


async def test_a_file_with_bad_rows_is_answered_alike_again(http: httpx.AsyncClient, admin: dict[str, str]) -> None:
    bad = AREAS + b"1,x,county,99\n"
    first, again = await hand_in(http, admin, bad), await hand_in(http, admin, bad)
    assert (first.json()["applied"], first.json()["bad"]) == (False, 1)
    assert again.content == first.content


async def test_a_rehearsal_takes_no_key(http: httpx.AsyncClient, house: House, admin: dict[str, str]) -> None:
    looked = await hand_in(http, admin, dry_run=True)
    assert (looked.headers["Dry-Run"], looked.json()["applied"]) == ("true", False)
    assert await count(house, kept_answers) == 0
    assert (await hand_in(http, admin, MORE)).json()["new"] == 3


async def test_a_malformed_key_is_refused_before_anything_is_taken_over(
    http: httpx.AsyncClient, house: House, admin: dict[str, str]
) -> None:
    answer = await hand_in(http, admin | {"Idempotency-Key": "with space"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert await count(house, areas) == 0


async def test_what_is_kept_names_nobody(http: httpx.AsyncClient, world: World, house: House) -> None:
    await world.area("1")
    admin = await bearer(world, None, Role.ADMIN)
    both = b"id,name,area_code\n360981197001010011,Li,1\n360981197001010022,Wu,1\n"
    await hand_in(http, admin, both, kind="people")
    keyed = admin | {"Idempotency-Key": "k"}
    first = await hand_in(http, keyed, both.rpartition(b"360981")[0], kind="people")
    assert first.json()["gone_ids"] == ["360981197001010022"]
    again = await hand_in(http, keyed, both.rpartition(b"360981")[0], kind="people")
    assert again.json() == first.json() | {"gone_ids": []}
    async with house.database.reading() as tx:
        assert "360981197001010022" not in str(await tx.values(select(kept_answers.c.body)))
