"""Assistance by the API and by the public page: each office does its part, anybody objects, nobody is named."""

from typing import Any

import httpx
import pytest

from app.api.application import make_application
from app.house import House
from app.wiring import assistance_desk
from bot.assistance.sweeping import sweep
from ground.actor import Role
from ground.clock import DAY, HandClock
from tests.app.conftest import bearer
from tests.builders import NOON, World

Headers = dict[str, str]


class County:
    """Fujia village under Dongjia township, and an operator of each office."""

    def __init__(self, http: httpx.AsyncClient, world: World, house: House) -> None:
        self.http, self.world, self.house = http, world, house
        self.offices: dict[str, Headers] = {}
        self.people: dict[str, list[int]] = {}

    async def build(self) -> "County":
        make = self.world
        county = await make.area("C", "丰城市", level="county")
        self.top = county
        township = await make.area("T", "董家镇", parent=county, level="township")
        village = await make.area("V", "傅家村委会", parent=township)
        self.resident = await make.person(village, "欧阳建国", household=await make.household(village))
        kinds = {"village_committee": village, "township_office": township, "command_centre": county}
        for kind, area in kinds.items():
            self.people[kind] = [await make.person(area) for _ in range(2)]
            await make.organisation(area, kind, self.people[kind])
            self.offices[kind] = await bearer(make, area, Role.DUTY)
        self.village, self.township, self.county = self.offices.values()
        return self

    async def call(self, who: Headers, path: str, status: int = 200, **given: Any) -> Any:
        answer = await self.http.post(f"/assistance/{path}", headers=who, json=given)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def get(self, who: Headers, path: str, status: int = 200, **query: Any) -> Any:
        answer = await self.http.get(f"/assistance/{path}", headers=who, params=query)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def apply(self) -> str:
        told = {"area": "V", "means": "phone", "said_at": NOON, "person": self.resident, "head": "欧阳建国"}
        entered = await self.http.post("/relief/requests", headers=self.village, json=told)
        made = await self.call(self.village, "applications", 201, request=entered.json()["code"])
        assert (made["stage"], made["level"], made["area"]) == ("household_report", "village", "V")
        return f"applications/{made['id']}"

    async def publish(self) -> tuple[str, str]:
        """Return the application's path and the code of its notice."""
        path = await self.apply()
        found: dict[str, Any] = {"grade": "collapsed", "rooms": 4, "auxiliary": 2, "amount": 2_000_050}
        await self.call(
            self.village, f"{path}/assess", assessors=self.people["village_committee"][:1], photos=["a" * 64], **found
        )
        await self.call(self.village, f"{path}/publish")
        return path, (await self.get(self.village, path))["notices"][0]["code"]

    async def pass_by(self, milliseconds: int) -> None:
        clock = self.house.clock
        assert isinstance(clock, HandClock)
        clock.pass_by(milliseconds)
        await sweep(assistance_desk(self.house), self.house.database, clock)


@pytest.fixture
async def county(http: httpx.AsyncClient, world: World, house: House) -> County:
    return await County(http, world, house).build()


@pytest.fixture
def browser(house: House) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(make_application(house)), base_url="http://hub.test")


async def test_village_township_and_county_each_do_their_part(county: County) -> None:
    path, _ = await county.publish()
    await county.pass_by(7 * DAY)
    clerk, officer = county.people["township_office"][0], county.people["command_centre"][0]
    assert (await county.call(county.township, f"{path}/review", assessors=[clerk]))["stage"] == "county_decision"
    await county.call(county.township, f"{path}/grant", 403, assessors=[officer], amount=1)
    granted = await county.call(county.county, f"{path}/grant", assessors=[officer], amount=2_000_000)
    assert (granted["stage"], granted["amount"], granted["granted"]) == ("granted", 2_000_050, 2_000_000)
    now = county.house.clock.now()
    await county.call(county.county, f"{path}/pay", 409, amount=5, paid_at=now)
    assert (await county.call(county.county, f"{path}/pay", amount=2_000_000, paid_at=now))["stage"] == "paid"
    whole = await county.get(county.county, path)
    said = [(step["act"], step["assessors"]) for step in whole["steps"]]
    assert said[1] == ("assess", county.people["village_committee"][:1])
    assert said[-2:] == [("grant", [officer]), ("pay", [])]
    assert whole["appeals"][0]["until_at"] > now
    listed = await county.get(county.village, "applications", area="V", stage="paid")
    assert [each["id"] for each in listed["items"]] == [whole["application"]["id"]]
    assert (await county.get(county.village, "applications", area="V", stage="refused"))["items"] == []


async def test_what_is_impossible_is_refused_with_a_word_on_what_to_do(county: County) -> None:
    path = await county.apply()
    mine = county.people["village_committee"][:1]
    wrong = await county.http.post(
        f"/assistance/{path}/assess",
        headers=county.village,
        json={"assessors": mine, "grade": "collapsed", "rooms": 0, "amount": 1.5},
    )
    assert wrong.status_code == 422
    assert {each["pointer"] for each in wrong.json()["errors"]} == {"/rooms", "/amount"}
    stranger = await county.call(
        county.village, f"{path}/assess", 403, assessors=[county.resident], grade="slight", rooms=1, amount=1
    )
    assert "Name its members" in stranger["detail"]


async def test_the_page_names_nobody_and_its_form_works_without_a_script(
    county: County, browser: httpx.AsyncClient
) -> None:
    path, code = await county.publish()
    page = await browser.get(f"/notices/{code}")
    assert page.status_code == 200
    for shown in ("欧阳某某", "董家镇傅家村委会", "倒塌", "20,000.50元", "7月5日"):
        assert shown in page.text
    for hidden in ("建国", "script", str(county.resident) + "<"):
        assert hidden not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    sent = await browser.post(f"/notices/{code}", data={"words": "他家 <b>没坏</b>", "name": "李四"})
    assert (sent.status_code, "收到了" in sent.text) == (201, True)
    seen = (await county.get(county.village, path))["objections"]
    assert [each["words"] for each in seen] == ["他家 <b>没坏</b>"]
    assert "李四" not in str(await county.get(county.village, path))
    await county.call(county.village, f"objections/{seen[0]['id']}/objector", 403)
    await county.call(county.township, f"objections/{seen[0]['id']}/objector?dry_run=true", 422)
    who = await county.call(county.township, f"objections/{seen[0]['id']}/objector")
    assert who == {"name": "李四", "phone": None, "person": None}
    await browser.aclose()


async def test_an_objection_without_words_is_asked_for_again(county: County, browser: httpx.AsyncClient) -> None:
    path, code = await county.publish()
    sent = await browser.post(f"/notices/{code}", data={"words": "  ", "name": "李四"})
    assert (sent.status_code, "请用一句话说哪里不对" in sent.text) == (422, True)
    assert (await county.get(county.village, path))["objections"] == []
    await browser.aclose()


async def test_after_its_days_the_page_shows_nothing_personal(county: County, browser: httpx.AsyncClient) -> None:
    _, code = await county.publish()
    await county.pass_by(7 * DAY - 1)
    assert "欧阳某某" in (await browser.get(f"/notices/{code}")).text
    await county.pass_by(1)
    for address in (f"/notices/{code}", f"/notices/{code}/poster"):
        over = await browser.get(address)
        assert (over.status_code, "公示已经结束" in over.text) == (200, True)
        for hidden in ("欧阳", "傅家村", "倒塌", "20,000", "form"):
            assert hidden not in over.text
    late = await browser.post(f"/notices/{code}", data={"words": "他家没坏"})
    assert "公示已经结束" in late.text
    unknown = await browser.get("/notices/2222-2222")
    assert (unknown.status_code, "公示已经结束" in unknown.text) == (404, True)
    await browser.aclose()


async def test_the_poster_is_for_the_board_and_speaks_english_too(county: County, browser: httpx.AsyncClient) -> None:
    _, code = await county.publish()
    poster = await browser.get(f"/notices/{code}/poster")
    for shown in ("欧阳某某", code, f"http://hub.test/notices/{code}", "谁都可以提出异议"):
        assert shown in poster.text
    assert "<form" not in poster.text
    assert 'class="code"' in poster.text, "whoever scans it may read the notice and object"
    unknown = await browser.get("/notices/" + "9" * 900 + "/poster")
    assert unknown.status_code == 404
    english = await browser.get(f"/notices/{code}/poster", params={"lang": "en"})
    for shown in ("Public notice: house aid", "collapsed", "20,000.50 yuan", "欧阳某某"):
        assert shown in english.text
    await browser.aclose()


async def test_objections_and_appeals_are_entered_for_those_who_call(county: County) -> None:
    path, code = await county.publish()
    said = await county.call(county.township, f"notices/{code}/objections", 201, words="少算了一间", phone="+999150009")
    assert said["outcome"] is None
    await county.pass_by(7 * DAY)
    clerk = county.people["township_office"][:1]
    await county.call(county.township, f"{path}/confirm", level="township", assessors=clerk, reason="看过了")
    other = county.people["township_office"][1:]
    await county.call(county.township, f"{path}/refuse", assessors=other, reason="没有住的房坏")
    appealed = await county.call(county.village, f"{path}/appeal", words="明明坏了")
    assert (appealed["stage"], appealed["level"]) == ("appeal", "county")
    officer = county.people["command_centre"][:1]
    allowed = await county.call(county.county, f"{path}/allow", assessors=officer, reason="有理")
    assert (allowed["stage"], allowed["round"]) == ("household_report", 2)


async def test_another_county_sees_and_does_nothing(county: County) -> None:
    path, code = await county.publish()
    stranger = await bearer(county.world, await county.world.area("F", "Far away", level="county"), *Role)
    await county.get(stranger, path, 404)
    await county.call(stranger, f"{path}/withdraw", 404)
    await county.call(stranger, f"notices/{code}/objections", 404, words="x")
    auditor = await bearer(county.world, county.top, Role.AUDITOR)
    await county.call(auditor, f"{path}/withdraw", 403)
    shown = await county.get(auditor, path)
    assert shown["steps"][0]["words"] is None
