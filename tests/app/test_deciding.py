"""The page of decision: read as it will be said, and approved, sent, returned or taken back by a button."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from app.api.application import make_application
from app.house import House
from broadcast.channels.memory import MemoryChannel
from broadcast.dispatch import plan
from broadcast.dispatch.hub import Hub
from broadcast.queues.memory import MemoryQueue
from ground.actor import Role
from ground.clock import HOUR, MINUTE, HandClock
from tests.app.conftest import bearer
from tests.app.test_confirming import CONTENT, DRAFT
from tests.builders import World

RELEASE, APPROVE, ISSUE, ALONE = "批准，马上发出", "只批准，先不发", ">马上发出", "一个人发布，马上发出"


@dataclass(slots=True)
class Desk:
    """An officer at the API, and one browser in which somebody is signed in."""

    http: httpx.AsyncClient
    browser: httpx.AsyncClient
    house: House
    world: World
    village: int
    officer: dict[str, str]
    approver: dict[str, str]

    async def drafted(self, **changes: object) -> str:
        made = await self.http.post("/alerts", headers=self.officer, json=DRAFT | changes)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def submitted(self, **changes: object) -> str:
        alert = await self.drafted(**changes)
        handed = await self.http.post(f"/alerts/{alert}/submit", headers=self.officer, json={"version": 1})
        assert handed.status_code == 200, handed.text
        return alert

    async def enter(self, who: dict[str, str]) -> None:
        await self.browser.post("/login", data={"secret": who["Authorization"].removeprefix("Bearer ")})

    async def page(self, alert: str, lang: str = "zh_CN") -> str:
        shown = await self.browser.get(f"/alerts/{alert}/decide", params={"lang": lang})
        assert shown.status_code == 200
        assert shown.headers["Referrer-Policy"] == "same-origin"
        return shown.text

    async def press(self, alert: str, deed: str, **typed: str) -> httpx.Response:
        sent = {"deed": deed, "version": "1", "lang": "zh_CN"} | typed
        return await self.browser.post(f"/alerts/{alert}/decide", data=sent)

    async def state(self, alert: str) -> str:
        return str((await self.http.get(f"/alerts/{alert}", headers=self.officer)).json()["state"])

    async def plan(self) -> None:
        """Let the planner find whom the warning is for."""
        house = self.house
        channels = {kind.name: MemoryChannel(name=kind.name, abilities=kind.abilities) for kind in house.kinds}
        hub = Hub(house.database, house.clock, house.desk, MemoryQueue(), channels)
        while await plan.plan_all(hub):
            pass

    def pass_by(self, time: int) -> None:
        assert isinstance(self.house.clock, HandClock)
        self.house.clock.pass_by(time)


@pytest.fixture
async def desk(http: httpx.AsyncClient, house: House, world: World) -> AsyncIterator[Desk]:
    village = await world.area("1", "车草村委会")
    await world.person(village, sms="+99900000001")
    await world.person(village)
    officer, approver = await bearer(world, village, Role.OFFICER), await bearer(world, village, Role.APPROVER)
    transport = httpx.ASGITransport(make_application(house), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as browser:
        yield Desk(http, browser, house, world, village, officer, approver)


async def test_an_approver_reads_what_will_be_said_and_to_how_many(desk: Desk) -> None:
    alert = await desk.submitted()
    await desk.enter(desk.approver)
    page = await desk.page(alert)
    assert "山塘要漫坝" in page
    assert "马上离开" in page
    assert "<b>2</b> 人" in page
    assert RELEASE in page
    assert "Approve, and send now" in await desk.page(alert, "en")


async def test_what_may_be_a_slip_is_said_beside_the_button(desk: Desk) -> None:
    await desk.enter(desk.approver)
    sound = await desk.page(await desk.submitted())
    assert "标题里的颜色" not in sound
    orange = await desk.page(await desk.submitted(level=2))
    assert "标题里的颜色和预警级别不一样" in orange
    assert "一个人也告诉不到" not in orange
    english = CONTENT | {"headline": "Hundreds of millimetres of rain"}
    unsaid = await desk.page(await desk.submitted(level=2, contents={"en": english}))
    assert "标题里的颜色" not in unsaid
    named = CONTENT | {"headline": "Red warning: hundreds of millimetres"}
    assert "标题里的颜色" in await desk.page(await desk.submitted(level=2, contents={"en": named}))
    await desk.world.area("2", "前坊村委会")
    nowhere = await desk.page(await desk.submitted(target=[{"name": "all", "expression": "duty(monitor, 1)"}]))
    assert "一个人也告诉不到" in nowhere
    alert = await desk.submitted()
    desk.pass_by(7 * HOUR)
    late = await desk.page(alert)
    assert "有效时间已经过了" in late
    assert (await desk.press(alert, "release", read="yes")).status_code == 409


async def test_a_target_that_means_nobody_any_more_says_why(desk: Desk) -> None:
    saved = await desk.http.put("/audiences/saved/slopes", headers=desk.officer, json={"expression": "residents(1)"})
    assert saved.status_code == 200, saved.text
    alert = await desk.submitted(target=[{"name": "all", "expression": 'saved("slopes")'}])
    await desk.enter(desk.approver)
    assert "<b>2</b> 人" in await desk.page(alert)
    assert (await desk.http.delete("/audiences/saved/slopes", headers=desk.officer)).status_code == 204
    page = await desk.page(alert)
    assert "算不出要告诉谁：" in page
    assert "slopes" in page


async def test_one_button_approves_and_sends_what_was_read(desk: Desk) -> None:
    alert = await desk.submitted()
    await desk.enter(desk.approver)
    unread = await desk.press(alert, "release")
    assert (unread.status_code, await desk.state(alert)) == (422, "submitted")
    assert "什么都还没有做" in unread.text
    sent = await desk.press(alert, "release", read="yes")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/alerts/{alert}?lang=zh_CN")
    assert await desk.state(alert) == "issued"
    await desk.plan()
    live = (await desk.browser.get(f"/alerts/{alert}")).text
    assert "共 2 人" in live
    assert "更正、解除" in live


async def test_what_is_only_approved_waits_to_be_sent(desk: Desk) -> None:
    alert = await desk.submitted()
    await desk.enter(desk.approver)
    approved = await desk.press(alert, "approve", read="yes")
    assert approved.headers["Location"] == f"/alerts/{alert}/decide?lang=zh_CN"
    assert ISSUE in await desk.page(alert)
    assert (await desk.press(alert, "issue", read="yes")).status_code == 303
    assert await desk.state(alert) == "issued"


async def test_what_was_changed_since_it_was_read_is_not_approved(desk: Desk) -> None:
    alert = await desk.submitted()
    await desk.enter(desk.approver)
    stale = await desk.press(alert, "release", read="yes", version="7")
    assert (stale.status_code, await desk.state(alert)) == (409, "submitted")
    assert "请重新读一遍再决定" in stale.text
    for nonsense in ("", "-1", "１", "9" * 400):
        assert (await desk.press(alert, "release", read="yes", version=nonsense)).status_code == 409


async def test_a_warning_is_returned_with_a_reason_that_is_not_lost_when_it_is_refused(desk: Desk) -> None:
    alert = await desk.submitted()
    await desk.enter(desk.approver)
    assert (await desk.press(alert, "return", reason="  ")).status_code == 422
    assert (await desk.press(alert, "return", reason="不是车草，是前坊")).status_code == 303
    assert await desk.state(alert) == "draft"
    await desk.enter(desk.officer)
    page = await desk.page(alert)
    assert "不是车草，是前坊" in page
    assert "送审" in page
    late = await desk.press(alert, "alone", reason="水已经漫上来了", read="yes")
    assert late.status_code == 409
    assert "水已经漫上来了" not in late.text  # there is no field for it any more; the page says why
    assert "别人已经先办了" in late.text


async def test_a_reason_that_was_typed_comes_back_where_the_box_was_not_ticked(desk: Desk) -> None:
    alert = await desk.submitted()
    desk.pass_by(2 * MINUTE)
    await desk.enter(desk.officer)
    refused = await desk.press(alert, "alone", reason="<水>漫上来了")
    assert refused.status_code == 422
    assert "&lt;水&gt;漫上来了</textarea>" in refused.text
    assert "<details open>" in refused.text


async def test_its_author_may_not_approve_but_issue_it_alone_when_nobody_came(desk: Desk) -> None:
    both = await bearer(desk.world, desk.village, Role.OFFICER, Role.APPROVER)
    desk.officer = both
    alert = await desk.submitted()
    await desk.enter(both)
    page = await desk.page(alert)
    assert "120 秒以后还没有人审" in page
    assert RELEASE not in page
    assert ALONE not in page
    assert (await desk.press(alert, "release", read="yes")).status_code == 403
    early = await desk.press(alert, "alone", reason="水漫上来了", read="yes")
    assert (early.status_code, "120 秒以后可以一个人发布" in early.text) == (409, True)
    desk.pass_by(2 * MINUTE)
    assert ALONE in await desk.page(alert)
    assert (await desk.press(alert, "alone", reason="水漫上来了", read="yes")).status_code == 303
    assert "等第二个人确认" in (await desk.browser.get(f"/alerts/{alert}")).text


async def test_what_was_rewritten_since_the_page_was_opened_is_not_issued_alone(desk: Desk) -> None:
    alert = await desk.submitted()
    await desk.enter(desk.approver)
    await desk.press(alert, "return", reason="不是车草，是前坊")
    edit = {"version": 1, "warning": DRAFT | {"contents": {"zh_CN": CONTENT | {"area_desc": "前坊村"}}}}
    assert (await desk.http.put(f"/alerts/{alert}", headers=desk.officer, json=edit)).status_code == 200
    await desk.enter(desk.officer)
    assert (await desk.press(alert, "submit", version="2")).status_code == 303
    desk.pass_by(2 * MINUTE)
    stale = await desk.press(alert, "alone", reason="水漫上来了", read="yes")
    assert (stale.status_code, await desk.state(alert)) == (409, "submitted")
    assert "请重新读一遍再决定" in stale.text
    assert (await desk.press(alert, "alone", reason="水漫上来了", read="yes", version="2")).status_code == 303


async def test_nobody_issues_a_yellow_one_alone(desk: Desk) -> None:
    alert = await desk.submitted(level=3)
    desk.pass_by(5 * MINUTE)
    await desk.enter(desk.officer)
    assert ALONE not in await desk.page(alert)
    assert (await desk.press(alert, "alone", reason="水漫上来了", read="yes")).status_code == 403
    assert await desk.state(alert) == "submitted"


async def test_what_was_sent_in_error_is_corrected_from_its_page(desk: Desk) -> None:
    alert = await desk.submitted()
    await desk.enter(desk.approver)
    await desk.press(alert, "release", read="yes")
    assert "发错了，马上更正" in await desk.page(alert)
    assert (await desk.press(alert, "correct", reason="按错了")).status_code == 422
    done = await desk.press(alert, "correct", reason="按错了", read="yes")
    correction = done.headers["Location"].split("/")[2].partition("?")[0]
    assert correction != alert
    assert "更正已经发出" in (await desk.browser.get(f"/alerts/{correction}")).text
    assert await desk.state(alert) == "ended"
    assert (await desk.press(alert, "correct", reason="按错了", read="yes")).status_code == 409


async def test_the_all_clear_is_drafted_submitted_and_sent_by_two_people(desk: Desk) -> None:
    alert = await desk.submitted()
    await desk.enter(desk.approver)
    await desk.press(alert, "release", read="yes")
    assert "起草解除" not in await desk.page(alert)  # who drafts it could not approve it
    await desk.enter(desk.officer)
    assert "起草解除" in await desk.page(alert)
    drafted = await desk.press(alert, "lift")
    over = drafted.headers["Location"].split("/")[2]
    page = await desk.page(over)
    assert "解除" in page
    assert "听到过它代替的那条的每一个人，都会收到" in page
    assert await desk.state(alert) == "issued"
    assert (await desk.press(over, "submit")).status_code == 303
    assert '<span class="tag">解除</span>' in (await desk.browser.get("/")).text
    await desk.enter(desk.approver)
    assert (await desk.press(over, "release", read="yes")).status_code == 303
    assert (await desk.state(over), await desk.state(alert)) == ("issued", "ended")


async def test_a_drill_says_so_on_every_button_that_sends(desk: Desk) -> None:
    alert = await desk.submitted(status="Exercise")
    await desk.enter(desk.approver)
    page = await desk.page(alert)
    assert f">{RELEASE}<" not in page
    assert "【演练】批准，马上发出演练" in page
    assert "发出的每一条都写明是演练" in page


async def test_a_draft_that_lacks_something_says_what(desk: Desk) -> None:
    alert = await desk.drafted(contents={"zh_CN": {"headline": "暴雨红色预警", "area_desc": "车草村"}})
    await desk.enter(desk.officer)
    await desk.page(alert)
    refused = await desk.press(alert, "submit")
    assert (refused.status_code, await desk.state(alert)) == (422, "draft")
    assert "还缺内容" in refused.text


async def test_who_may_not_decide_sees_no_button_and_is_refused(desk: Desk) -> None:
    alert = await desk.submitted()
    await desk.enter(await bearer(desk.world, desk.village, Role.DUTY))
    page = await desk.page(alert)
    assert "<button" not in page
    assert "请打电话找能审批的人" in page
    assert (await desk.press(alert, "release", read="yes")).status_code == 403
    await desk.enter(await bearer(desk.world, await desk.world.area("2"), *Role))
    assert (await desk.browser.get(f"/alerts/{alert}/decide")).status_code == 404
    assert (await desk.press(alert, "release", read="yes")).status_code == 404
    assert await desk.state(alert) == "submitted"


async def test_a_button_of_another_site_and_one_that_is_none_do_nothing(desk: Desk) -> None:
    alert = await desk.submitted()
    await desk.enter(desk.approver)
    sent = {"deed": "release", "version": "1", "read": "yes"}
    evil = {"Origin": "https://evil.example"}
    assert (await desk.browser.post(f"/alerts/{alert}/decide", data=sent, headers=evil)).status_code == 403
    assert (await desk.press(alert, "erase", read="yes")).status_code == 422
    assert await desk.state(alert) == "submitted"


async def test_who_is_not_signed_in_comes_back_to_the_decision(desk: Desk) -> None:
    alert = await desk.submitted()
    away = await desk.browser.get(f"/alerts/{alert}/decide")
    assert away.headers["Location"] == f"/login?then=/alerts/{alert}/decide"
    secret = desk.approver["Authorization"].removeprefix("Bearer ")
    back = await desk.browser.post("/login", data={"secret": secret, "then": f"/alerts/{alert}/decide"})
    assert back.headers["Location"] == f"/alerts/{alert}/decide"


async def test_the_list_shows_first_what_waits_the_longest_for_a_decision(desk: Desk) -> None:
    first = await desk.submitted()
    second = await desk.submitted(status="Exercise")
    await desk.enter(desk.approver)
    page = (await desk.browser.get("/")).text
    assert page.count("</a> 车草村") == 4
    assert page.index(f"/alerts/{first}/decide") < page.index(f"/alerts/{second}/decide")
    await desk.enter(await bearer(desk.world, desk.village, Role.AUDITOR))
    assert "/decide" not in (await desk.browser.get("/")).text
