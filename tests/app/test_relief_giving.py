"""The rest of the county's ledger by the API: identity numbers, kinds of households, aid and its corrections."""

import csv
import io

import httpx
import pytest
from sqlalchemy import select

from app.house import House
from ground.actor import Role
from ground.sealing import Seals, new_key
from ground.tables import audit
from tests.app.conftest import bearer
from tests.app.test_relief import County
from tests.builders import NOON, World

NUMBER, MASKED = "360981190001010016", "3609**********0016"


@pytest.fixture
async def county(http: httpx.AsyncClient, world: World, house: House) -> County:
    house.seals = Seals.of([new_key()])
    return await County(http, world).build()


async def put(county: County, path: str, status: int = 200, **given: object) -> str:
    answer = await county.http.put(f"/relief/requests/{path}", headers=county.officer, json=given)
    assert answer.status_code == status, answer.text
    return answer.text


async def rows_of(county: County, answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return [*csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))]


async def test_an_identity_number_is_masked_wherever_it_is_listed(county: County) -> None:
    code = (await county.enter())["code"]
    assert NUMBER not in await put(county, f"{code}/identity-number", number=f" {NUMBER[:6]} {NUMBER[6:]}")
    assert (await county.get(f"requests/{code}"))["identity_number"] == MASKED
    ledger = await county.http.get("/relief/ledger.csv", headers=county.officer, params={"area": "V"})
    assert (await rows_of(county, ledger))[0]["身份证号"] == MASKED


async def test_a_wrong_number_is_explained_and_not_repeated(county: County) -> None:
    code = (await county.enter())["code"]
    said = await put(county, f"{code}/identity-number", 422, number="360981190001010017")
    assert "last sign" in said
    assert "360981190001010017" not in said


async def test_without_a_key_the_office_is_told_what_to_do(county: County, house: House) -> None:
    house.seals = Seals()
    code = (await county.enter())["code"]
    assert "secrets.keys" in await put(county, f"{code}/identity-number", 503, number=NUMBER)


async def test_whole_numbers_are_exported_by_an_administrator_and_that_is_kept(county: County, world: World) -> None:
    code = (await county.enter())["code"]
    await put(county, f"{code}/identity-number", number=NUMBER)
    for kind in ("csv", "xlsx"):
        path, area = f"/relief/ledger/whole.{kind}", {"area": "V"}
        assert (await county.http.post(path, headers=county.officer, params=area)).status_code == 403
    keeper = await bearer(world, county.township, Role.ADMIN)
    refused = await county.http.post(path, headers=keeper, params={"area": "V", "dry_run": "yes"})
    assert refused.status_code == 422
    export = await county.http.post("/relief/ledger/whole.csv", headers=keeper, params={"area": "V"})
    assert (await rows_of(county, export))[0]["身份证号"] == NUMBER
    async with world.database.reading() as tx:
        deeds = await tx.values(select(audit.c.deed).order_by(audit.c.id))
    about = [deed for deed in deeds if deed.startswith("identity_number")]
    assert about == ["identity_number.entered", "identity_numbers.read"]


async def test_an_auditor_sees_no_identity_number_at_all(county: County, world: World) -> None:
    code = (await county.enter())["code"]
    await put(county, f"{code}/identity-number", number=NUMBER)
    auditor = await bearer(world, county.township, Role.AUDITOR)
    ledger = await county.http.get("/relief/ledger.csv", headers=auditor, params={"area": "V"})
    assert (await rows_of(county, ledger))[0]["身份证号"] == ""
    whole = await county.http.get(f"/relief/requests/{code}", headers=auditor)
    assert whole.json()["identity_number"] is None


async def test_a_number_is_forgotten_on_its_own(county: County) -> None:
    code = (await county.enter())["code"]
    await put(county, f"{code}/identity-number", number=NUMBER)
    path = f"/relief/requests/{code}/identity-number"
    assert (await county.http.delete(path, headers=county.officer)).status_code == 204
    assert (await county.http.delete(path, headers=county.officer)).status_code == 404
    assert (await county.get(f"requests/{code}"))["identity_number"] is None


async def test_aid_is_entered_corrected_and_added_up(county: County) -> None:
    code = (await county.enter())["code"]
    await county.post(f"{code}/accept")
    first = await county.post(f"{code}/aid", 201, money=50_000, form="cash", given_at=NOON)
    second = await county.post(f"{code}/aid/{first['id']}/correct", 201, money=40_000, form="cash", given_at=NOON)
    assert second["corrects"] == first["id"]
    again = f"{code}/aid/{first['id']}/correct"
    assert (await county.post(again, 409, money=1, form="cash", given_at=NOON))["type"] == "/problems/corrected-already"
    await put(county, f"{code}/household", family="destitute", in_need=1)
    whole = await county.get(f"requests/{code}")
    assert [each["corrected_by"] for each in whole["aid"]] == [second["id"], None]
    assert whole["judged"] == {"family": "destitute", "in_need": 1}
    sums = await county.get("ledger/sums", area="V")
    assert (sums["aid_money"], sums["aid_goods"], sums["in_need"]) == (40_000, 0, 1)
    ledger = await county.http.get("/relief/ledger.csv", headers=county.officer, params={"area": "V"})
    line = (await rows_of(county, ledger))[0]
    assert (line["已发放救助款（元）"], line["家庭类型"], line["需救助人口"]) == ("400", "特困供养户", "1")


async def test_aid_on_a_declined_request_is_among_the_warnings(county: County) -> None:
    code = (await county.enter())["code"]
    await county.post(f"{code}/accept")
    await county.post(f"{code}/aid", 201, goods=9_900, form="goods", given_at=NOON)
    await county.post(f"{code}/decline", reason="搬走了")
    [doubt] = await county.get("ledger/warnings", area="V")
    assert (doubt["code"], doubt["left"]) == (code, 9_900)
    assert "declined" in doubt["rule"]
