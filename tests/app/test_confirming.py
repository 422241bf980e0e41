"""What one person issued alone, as the API and the pages show it, until a second person confirms it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from app.api.application import make_application
from app.house import House
from broadcast.dispatch import confirming
from broadcast.dispatch.hub import Hub
from broadcast.queues.memory import MemoryQueue
from ground.actor import Role
from ground.clock import HOUR, MINUTE, HandClock
from tests.app.conftest import bearer
from tests.builders import NOON, World

CONTENT = {
    "headline": "暴雨红色预警",
    "description": "山塘要漫坝。",
    "instruction": {"do": "马上离开", "go": "去村委会", "call": "打村主任电话"},
    "area_desc": "车草村",
    "sender_name": "丰城市气象台",
}
BUTTON = "我核对过了，确认"
DRAFT = {
    "area": "1",
    "level": 1,
    "event_code": "11B03",
    "contents": {"zh_CN": CONTENT},
    "onset": NOON,
    "expires": NOON + 6 * HOUR,
    "target": [{"name": "all", "expression": "residents(1)"}],
}


@dataclass(slots=True)
class Desk:
    """An officer who issues alone, over the API; and browsers of whoever else looks."""

    http: httpx.AsyncClient
    house: House
    world: World
    village: int
    officer: dict[str, str]
    approver: dict[str, str]

    async def post(self, who: dict[str, str], path: str, **given: object) -> httpx.Response:
        return await self.http.post(f"/alerts{path}", headers=who, json=given)

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(f"/alerts{path}", headers=self.officer)

    async def alone(self, status: str = "Actual") -> str:
        drafted = (await self.post(self.officer, "", **DRAFT, status=status)).json()
        submitted = await self.post(self.officer, f"/{drafted['id']}/submit", version=drafted["version"])
        assert submitted.status_code == 200, submitted.text
        self.pass_by(2 * MINUTE)
        issued = await self.post(self.officer, f"/{drafted['id']}/issue-alone", reason="the dam overtops")
        assert issued.status_code == 200, issued.text
        return str(drafted["id"])

    def pass_by(self, time: int) -> None:
        assert isinstance(self.house.clock, HandClock)
        self.house.clock.pass_by(time)

    async def sweep(self) -> int:
        return await confirming.once(Hub(self.house.database, self.house.clock, self.house.desk, MemoryQueue(), {}))


@pytest.fixture
async def desk(http: httpx.AsyncClient, house: House, world: World) -> Desk:
    village = await world.area("1", "车草村委会")
    officer, approver = await bearer(world, village, Role.OFFICER), await bearer(world, village, Role.APPROVER)
    return Desk(http, house, world, village, officer, approver)


@pytest.fixture
async def browser(house: House) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(make_application(house), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as browser:
        yield browser


async def test_the_api_says_how_far_the_second_person_is(desk: Desk) -> None:
    alert = await desk.alone()
    due = NOON + 32 * MINUTE
    shown = {"standing": "waiting", "due_at": due, "minutes_left": 30, "told_at": None, "confirmed_at": None}
    for path in ("", "/unconfirmed", f"/{alert}/chain"):
        found = (await desk.get(path)).json()
        [listed] = found["items"] if path == "" else found
        assert listed["confirmation"] == shown
    desk.pass_by(30 * MINUTE)
    assert await desk.sweep() == 1
    unconfirmed = (await desk.get(f"/{alert}")).json()["confirmation"]
    assert unconfirmed == shown | {"standing": "unconfirmed", "minutes_left": 0, "told_at": due}
    confirmed = (await desk.post(desk.approver, f"/{alert}/confirm")).json()
    assert (confirmed["confirmation"]["standing"], confirmed["confirmation"]["confirmed_at"]) == ("late", due)


async def test_what_nobody_issued_alone_has_no_confirmation(desk: Desk) -> None:
    drafted = (await desk.post(desk.officer, "", **DRAFT)).json()
    assert drafted["confirmation"] is None


async def test_a_reason_of_blanks_is_none(desk: Desk) -> None:
    drafted = (await desk.post(desk.officer, "", **DRAFT)).json()
    assert (await desk.post(desk.officer, f"/{drafted['id']}/issue-alone", reason="  ")).status_code == 422


async def enter(browser: httpx.AsyncClient, headers: dict[str, str]) -> None:
    await browser.post("/login", data={"secret": headers["Authorization"].removeprefix("Bearer ")})


async def test_the_page_of_a_warning_has_a_button_for_whoever_may_confirm_it(
    desk: Desk, browser: httpx.AsyncClient
) -> None:
    alert = await desk.alone()
    await enter(browser, desk.officer)
    own = (await browser.get(f"/alerts/{alert}")).text
    assert "还剩 30 分钟" in own
    assert "这是您发出的" in own
    assert BUTTON not in own
    await enter(browser, desk.approver)
    page = await browser.get(f"/alerts/{alert}")
    assert BUTTON in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"
    pressed = await browser.post(f"/alerts/{alert}/confirm?lang=zh_CN")
    assert (pressed.status_code, pressed.headers["Location"]) == (303, f"/alerts/{alert}?lang=zh_CN")
    again = await browser.post(f"/alerts/{alert}/confirm")
    assert again.status_code == 303
    after = (await browser.get(f"/alerts/{alert}")).text
    assert "第二个人 12:02 确认了" in after
    assert BUTTON not in after


async def test_who_may_not_confirm_is_refused_and_told_whom_to_call(desk: Desk, browser: httpx.AsyncClient) -> None:
    alert = await desk.alone()
    await enter(browser, await bearer(desk.world, desk.village, Role.DUTY))
    assert "请打电话找能审批的人来确认" in (await browser.get(f"/alerts/{alert}")).text
    assert (await browser.post(f"/alerts/{alert}/confirm")).status_code == 403
    await enter(browser, await bearer(desk.world, await desk.world.area("2"), *Role))
    assert (await browser.post(f"/alerts/{alert}/confirm")).status_code == 404
    elsewhere = await browser.post(f"/alerts/{alert}/confirm", headers={"Origin": "https://evil.example"})
    assert elsewhere.status_code == 403
    assert (await desk.get(f"/{alert}")).json()["confirmation"]["standing"] == "waiting"


async def test_the_list_shows_first_what_nobody_confirmed(desk: Desk, browser: httpx.AsyncClient) -> None:
    first, second = await desk.alone(), await desk.alone("Exercise")
    await enter(browser, desk.approver)
    waiting = (await browser.get("/")).text
    assert "还剩 28 分钟" in waiting
    assert "还剩 30 分钟" in waiting
    desk.pass_by(29 * MINUTE)
    late = (await browser.get("/?lang=en")).text
    assert "The half hour is over: check it now" in late
    assert "1 minutes left" in late
    for each in (first, second):
        await browser.post(f"/alerts/{each}/confirm")
    done = (await browser.get("/")).text
    assert "一个人发出的" not in done
    assert "过了半小时才确认" in done
    assert "第二个人已确认" in done


async def test_the_page_of_a_correction_says_where_to_see_how_far_it_got(
    desk: Desk, browser: httpx.AsyncClient
) -> None:
    alert = await desk.alone()
    correction = (await desk.post(desk.officer, f"/{alert}/correct", reason="wrong button")).json()["id"]
    await enter(browser, await bearer(desk.world, desk.village, Role.OFFICER))
    page = (await browser.get(f"/alerts/{correction}")).text
    assert "没有告诉任何人" not in page
    assert f"/alerts/{alert}?lang=zh_CN" in page
    assert "原来那条真的发错了" in page
    assert BUTTON in page
