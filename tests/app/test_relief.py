"""Relief by the API: handled step by step, entered on behalf, merged, and read back from the ledger's files."""

import csv
import io
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from app.house import House
from ground.actor import Role
from ground.clock import HOUR
from tests.app.conftest import bearer
from tests.builders import NOON, World

Headers = dict[str, str]


class County:
    """Fujia village under Dongjia township, with an officer of the township and a member of the committee."""

    def __init__(self, http: httpx.AsyncClient, world: World) -> None:
        self.http = http
        self.world = world
        self.officer: Headers = {}

    async def build(self) -> "County":
        county = await self.world.area("C", "丰城市", level="county")
        self.township = await self.world.area("T", "董家镇", parent=county, level="township")
        self.village = await self.world.area("V", "傅家村", parent=self.township)
        self.member = await self.world.person(self.village, "傅会计", sms="+999150002")
        self.resident = await self.world.person(
            self.village, "傅建国", household=await self.world.household(self.village)
        )
        await self.world.organisation(self.village, "village_committee", [self.member])
        await self.world.organisation(self.township, "township_office", [])
        self.officer = await bearer(self.world, self.township, Role.DUTY)
        return self

    async def enter(self, **changes: Any) -> dict[str, Any]:
        given = {"area": "V", "means": "phone", "said_at": NOON - HOUR, "head": "傅建国", "hazard": "hail"}
        answer = await self.http.post("/relief/requests", headers=self.officer, json=given | changes)
        assert answer.status_code == 201, answer.text
        entered: dict[str, Any] = answer.json()
        return entered

    async def post(self, path: str, status: int = 200, **given: Any) -> dict[str, Any]:
        answer = await self.http.post(f"/relief/requests/{path}", headers=self.officer, json=given or None)
        assert answer.status_code == status, answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.http.get(f"/relief/{path}", headers=self.officer, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def county(http: httpx.AsyncClient, world: World) -> County:
    return await County(http, world).build()


async def test_an_entry_on_behalf_keeps_who_said_it_when_and_who_typed_it_when(county: County) -> None:
    entered = await county.enter(means="satellite_phone", spoke="村医", words="屋顶全打穿了", counts={"people": 3})
    assert (entered["for_whom"], entered["filed_at"], entered["learned_at"]) == ("entered", NOON - HOUR, NOON)
    whole = await county.get(f"requests/{entered['code']}")
    assert whole["entry"]["means"] == "satellite_phone"
    assert (whole["entry"]["said_at"], whole["entry"]["typed_at"]) == (NOON - HOUR, NOON)
    assert whole["entry"]["typed_by"].startswith("operator:")
    assert whole["steps"][0]["words"]["spoke"] == "村医"


async def test_what_is_said_later_than_now_is_refused(county: County) -> None:
    given = {"area": "V", "means": "phone", "said_at": NOON + HOUR}
    answer = await county.http.post("/relief/requests", headers=county.officer, json=given)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/said-later")


async def test_a_request_is_handled_to_its_end(county: County) -> None:
    code = (await county.enter())["code"]
    assert (await county.post(f"{code}/accept"))["state"] == "accepted"
    assert (await county.post(f"{code}/accept", 409))["type"] == "/problems/not-now"
    await county.post(f"{code}/ask", question="哪一间？")
    assert (await county.post(f"{code}/assign", 422, person=county.resident))["type"] == "/problems/not-of-this-office"
    assert (await county.post(f"{code}/assign", person=county.member))["assigned_to"] == county.member
    found = await county.post(f"{code}/facts", counts={"rooms_severe": 2}, photos=["b" * 64])
    assert found["house"] == "severe"
    assert (await county.post(f"{code}/settle", note="修好了", photos=["c" * 64]))["state"] == "settled"
    story = (await county.get(f"requests/{code}"))["steps"]
    assert [step["act"] for step in story] == ["file", "accept", "ask", "assign", "correct", "settle"]
    assert story[-1]["photos"] == ["c" * 64]
    listed = await county.get("requests", area="T", state="settled")
    assert [each["code"] for each in listed["items"]] == [code]


async def test_a_refusal_needs_a_reason_and_can_be_opened_again(county: County) -> None:
    code = (await county.enter())["code"]
    await county.post(f"{code}/decline", 422)
    assert (await county.post(f"{code}/decline", reason="不是房屋"))["state"] == "declined"
    assert (await county.post(f"{code}/reopen", reason="乡里看过"))["state"] == "submitted"


async def test_two_requests_of_one_household_are_offered_and_merged(county: County) -> None:
    first = await county.enter(counts={"people": 3})
    second = await county.enter(counts={"need_aid": 2})
    assert (await county.get(f"requests/{first['id']}"))["may_be_same"] == [second["code"]]
    merged = await county.post(f"{second['id']}/merge", into=first["code"])
    assert merged["counts"] == {"people": 3, "need_aid": 2}
    gone = (await county.get(f"requests/{second['code']}"))["request"]
    assert (gone["state"], gone["merged_into"]) == ("merged", first["code"])
    assert (await county.post(f"{first['id']}/merge", 422, into=first["code"]))["type"] == "/problems/not-one-household"
    assert (await county.get("ledger/sums", area="V"))["households"] == 1


async def test_the_ledger_is_read_back_from_csv_and_xlsx(county: County) -> None:
    await county.enter(
        head="傅建国", phone="+999150007", spot="北霞组", counts={"people": 3, "evacuated": 2, "rooms_collapsed": 2}
    )
    await county.enter(head="=HYPERLINK(1)", counts={"people": 4, "need_aid": 4, "rooms_slight": 1})
    raw = (await county.http.get("/relief/ledger.csv", headers=county.officer, params={"area": "V"})).content
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    first, second, total = rows
    assert (first["户主姓名"], first["联系方式"], first["住址"]) == ("傅建国", "+999150007", "傅家村 北霞组")
    assert (first["受灾人口"], first["紧急转移安置人口"], first["灾害种类"]) == ("3", "2", "冰雹")
    assert (first["倒塌房屋（间）"], first["倒塌房屋（户）"], first["一般损坏房屋（户）"]) == ("2", "1", "")
    assert second["户主姓名"] == "'=HYPERLINK(1)", "no name becomes a formula"
    assert (total["编号"], total["户主姓名"], total["受灾人口"]) == ("合计", "2 户", "7")
    answer = await county.http.get("/relief/ledger.xlsx", headers=county.officer, params={"area": "V"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [str(cell) for cell in sheet[0]] == list(rows[0])
    people = sheet[0].index("受灾人口")
    assert [row[people] for row in sheet[1:]] == [3.0, 4.0, 7.0]
    assert sheet[2][1] == "=HYPERLINK(1)"


async def test_names_and_numbers_in_the_ledger_are_for_those_who_call_people(county: County, world: World) -> None:
    await county.enter(head="傅建国", phone="+999150007")
    auditor = await bearer(world, county.township, Role.AUDITOR)
    text = (await county.http.get("/relief/ledger.csv", headers=auditor, params={"area": "V"})).text
    assert "傅○○" in text
    assert "+999150007" not in text
    publicity = await bearer(world, county.township, Role.PUBLICITY)
    refused = await county.http.get("/relief/ledger.csv", headers=publicity, params={"area": "V"})
    assert refused.status_code == 403


async def test_figures_that_do_not_fit_are_warned_of_and_not_refused(county: County) -> None:
    odd = await county.enter(counts={"people": 2, "evacuated": 3, "need_aid": 9, "dead": 1, "missing": 2})
    crowded = await county.enter(person=county.resident, head="", counts={"people": 6})
    found = await county.get("ledger/warnings", area="V")
    assert [(each["code"], each["left"], each["right"]) for each in found] == [
        (odd["code"], 3, 2),
        (odd["code"], 3, 2),
        (crowded["code"], 6, 1),
    ]


async def test_a_first_report_is_owed_and_made_once(county: County, house: House) -> None:
    await county.enter(counts={"people": 3})
    await county.enter(head="别人", counts={"people": 4})
    owed = (await county.get("reports", area="T", owed=True))["items"]
    assert [(each["area"], each["hazard"], each["due_at"]) for each in owed] == [("T", "hail", NOON + 2 * HOUR)]
    made = await county.http.post(f"/relief/reports/{owed[0]['id']}/make", headers=county.officer)
    assert made.json()["figures"]["people"] == 7
    again = await county.http.post(f"/relief/reports/{owed[0]['id']}/make", headers=county.officer)
    assert again.status_code == 409
    assert (await county.get("reports", area="T", owed=True))["items"] == []


async def test_another_township_sees_nothing(county: County, world: World) -> None:
    code = (await county.enter())["code"]
    foreign = await bearer(world, await world.area("X", "外镇", level="township"))
    for path in (f"requests/{code}", "ledger.csv?area=V", "requests?area=V"):
        assert (await county.http.get(f"/relief/{path}", headers=foreign)).status_code == 404
    refused = await county.http.post(f"/relief/requests/{code}/accept", headers=foreign)
    assert refused.status_code == 404
