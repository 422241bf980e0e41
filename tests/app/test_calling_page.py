"""The page of the calling table: read in words, changed by a form that is given back as typed when it is refused."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape

import httpx
import pytest

from app.api.application import make_application
from app.house import House
from broadcast.ladders.policy import Occasion
from broadcast.stores.ladders import policies
from ground.actor import Role, system
from tests.app.conftest import bearer
from tests.broadcast.ladders.tables import without_slides_by_day
from tests.builders import NOON, World

HUB = system("test")
FIELD = re.compile(r'<input[^>]* name="([^"]+)"[^>]*>')
FORM = re.compile(r'<form class="card" method="post" action="/calling">(.*?)</form>', re.DOTALL)


@dataclass(slots=True)
class Desk:
    """A browser of a township's officer, and the county above."""

    browser: httpx.AsyncClient
    house: House
    world: World
    county: int
    township: int

    async def enter(self, area: int | None, *roles: Role) -> None:
        token = (await bearer(self.world, area, *roles))["Authorization"].removeprefix("Bearer ")
        await self.browser.post("/login", data={"secret": token})

    async def page(self, query: str = "") -> str:
        answer = await self.browser.get(f"/calling{query}")
        assert answer.status_code == 200, answer.text
        return answer.text

    async def form(self, query: str = "") -> dict[str, str]:
        """Return what the form of the page sends if nobody types anything."""
        [inside] = FORM.findall(await self.page(query))
        sent = {}
        for found in FIELD.finditer(inside):
            field, name = found.group(0), found.group(1)
            value = re.search(r' value="([^"]*)"', field)
            if 'type="checkbox"' not in field or " checked" in field:
                sent[name] = unescape(value.group(1)) if value else ""
        return sent | {"add-level": "", "add-like": "0"}

    async def send(self, typed: dict[str, str], path: str = "/calling") -> httpx.Response:
        return await self.browser.post(path, data=typed)

    async def holds(self, area: int) -> tuple[Occasion, ...]:
        async with self.house.database.reading() as tx:
            return tuple((await policies.holding(tx, HUB, area)).occasions)

    async def put(self, area: int) -> None:
        async with self.house.database.writing() as tx:
            await policies.put(tx, HUB, area, without_slides_by_day(), "rain", NOON)


@pytest.fixture
async def desk(house: House, world: World) -> AsyncIterator[Desk]:
    county = await world.area("1", "丰城市", level="county")
    township = await world.area("11", "荷湖乡", parent=county, level="township")
    transport = httpx.ASGITransport(make_application(house))
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as browser:
        yield Desk(browser, house, world, county, township)


async def test_the_page_says_in_words_who_is_woken_when_and_how(desk: Desk) -> None:
    assert (await desk.browser.get("/calling")).headers["Location"] == "/login?then=/calling"
    await desk.enter(desk.township, Role.DUTY)
    page = await desk.page()
    assert "荷湖乡：谁被叫醒" in page
    assert "照系统原来的规定办" in page
    assert "22点到6点叫醒（C）。其余时间不叫。" in page
    assert "全天叫醒（A）。" in page
    assert "山洪" in page
    assert "马上：给本人发消息和短信" in page
    assert "再过40秒：给本人打电话 <time>0:40</time>" in page
    assert "以后每300秒再来一次" in page
    assert "<form" not in page, "who is on duty reads it, officers and approvers change it"
    assert "script" not in page


async def test_a_duty_that_nobody_holds_is_marked(desk: Desk) -> None:
    await desk.world.post(desk.township, "patrol", await desk.world.person(desk.township))
    await desk.enter(desk.township, Role.DUTY)
    page = await desk.page()
    assert "巡查责任人（1人）" in page
    assert '监测员<b class="bad">（没有人）</b>' in page


async def test_it_is_there_in_english(desk: Desk) -> None:
    await desk.enter(desk.township, Role.OFFICER)
    page = await desk.page("?lang=en")
    assert "woken from 22 to 6 o&#39;clock (C)." in page or "woken from 22 to 6 o'clock (C)." in page
    assert "40 seconds later" in page
    chinese = re.sub(r"荷湖乡|中文|鸣锣 · 预警台", "", page)
    assert not re.search(r"[\u4e00-\u9fff]", chinese)


async def test_whoever_has_no_area_names_one(desk: Desk) -> None:
    await desk.enter(None)
    assert 'name="area"' in await desk.page()
    assert "荷湖乡" in await desk.page("?area=11")


async def test_a_form_that_is_sent_as_it_came_sets_nothing_anew(desk: Desk) -> None:
    await desk.enter(desk.township, Role.OFFICER)
    await desk.put(desk.township)
    answer = await desk.send(await desk.form() | {"reason": "nothing"})
    assert "没有改动" in answer.text
    async with desk.house.database.reading() as tx:
        assert len(await policies.versions(tx, HUB, desk.township)) == 1


async def test_hours_are_changed_and_given_back(desk: Desk) -> None:
    await desk.enter(desk.township, Role.APPROVER)
    typed = await desk.form() | {"from-1": "18", "to-1": "8", "reason": "白天有人在村里"}
    answer = await desk.send(typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/calling?area=11&lang=zh_CN")
    assert await desk.holds(desk.township) == without_slides_by_day()
    page = await desk.page()
    assert "本地自己定的" in page
    assert "原因：白天有人在村里" in page
    assert "18点到8点叫醒（B）。" in page
    back = {"area": "11", "over": "1", "reason": "过了雨季"}
    assert (await desk.send(back, "/calling/back")).status_code == 303
    assert await desk.holds(desk.township) != without_slides_by_day()
    assert "改回照上级的办" in await desk.page()


async def test_a_refused_form_comes_back_as_it_was_typed(desk: Desk) -> None:
    await desk.enter(desk.township, Role.OFFICER)
    typed = await desk.form() | {"from-0": "6", "to-0": "22", "from-2": "21", "reason": "省电<话>费"}
    del typed["on-1"]
    answer = await desk.send(typed)
    assert "没有保存：红色预警在0点会没人被叫醒" in answer.text
    [inside] = FORM.findall(answer.text)
    for name in ("from-0", "to-0", "from-2"):
        assert re.search(f'name="{name}"[^>]* value="{typed[name]}"', inside)
    assert 'value="省电&lt;话&gt;费"' in inside
    assert not re.search(r'name="on-1"[^>]* checked', inside)
    assert "照系统原来的规定办" in await desk.page()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"from-1": "x"}, "“x”不是整数"),
        ({"from-1": "8", "to-1": "8"}, "8点到8点不对"),
        ({"after-0-3": "3601"}, "第4步的秒数要在0到3600之间"),
        ({"after-0-11": "10"}, "最后一步会一直重复，至少隔60秒"),
        ({"calls-0": "99"}, "步骤最多40步"),
        ({"after-0-3": "19"}, "第4步和前面同样的一步要隔20秒以上"),
        ({"reason": " ", "from-2": "21"}, "请写明为什么改"),
        ({"add-level": "3"}, "新规则要有名字"),
        ({"add-level": "2", "add-name": "red"}, "两条规则同名"),
        ({"add-level": "1", "add-name": "x"}, "有一条规则永远用不上"),
        ({"seen": "1-1"}, "别人刚改过"),
    ],
)
async def test_what_is_wrong_is_said_in_the_visitor_s_words(desk: Desk, change: dict[str, str], said: str) -> None:
    await desk.enter(desk.township, Role.OFFICER)
    answer = await desk.send(await desk.form() | {"reason": "a reason"} | change)
    assert answer.status_code == 200
    assert said in answer.text


async def test_a_form_filled_in_from_a_table_that_no_longer_holds_is_refused(desk: Desk) -> None:
    await desk.enter(desk.township, Role.OFFICER)
    typed = await desk.form() | {"reason": "a reason", "from-1": "18", "to-1": "8"}
    await desk.put(desk.county)
    assert "别人刚改过" in (await desk.send(typed)).text
    assert "照丰城市定的办" in await desk.page()


async def test_only_officers_and_approvers_may_send_it_and_only_from_our_own_page(desk: Desk) -> None:
    await desk.enter(desk.township, Role.OFFICER)
    typed = await desk.form() | {"reason": "a reason", "from-1": "18", "to-1": "8"}
    foreign = await desk.browser.post("/calling", data=typed, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    await desk.enter(desk.township, Role.DUTY)
    assert (await desk.send(typed)).status_code == 403
    assert (await desk.send(typed | {"area": "1"})).status_code == 404
    desk.browser.cookies.clear()
    assert (await desk.send(typed)).headers["Location"] == "/login?then=/calling"
    assert await desk.holds(desk.township) != without_slides_by_day()
