"""The plain pages: signing in by token or one-time code, one warning live, drill and real told apart."""

import httpx
import pytest

from app.api.application import make_application
from app.house import House
from app.security.codes import make_code
from broadcast.alerts import drafting
from broadcast.alerts.model import AlertDraft, Content, Level, Status
from ground.actor import Role, system
from ground.clock import HOUR
from tests.app.conftest import bearer
from tests.builders import NOON, World


@pytest.fixture
def browser(house: House) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(make_application(house)), base_url="http://hub.test")


async def draft(house: House, area: int, status: Status, headline: str = "暴雨<红色>") -> str:
    given = AlertDraft(
        area=area,
        level=Level.RED,
        event_code="11B03",
        contents={"zh_CN": Content(headline=headline)},
        expires=NOON + HOUR,
        status=status,
    )
    async with house.database.writing() as tx:
        return (await drafting.draft(tx, system("test"), house.office, given, NOON)).id


async def enter(browser: httpx.AsyncClient, secret: str, then: str) -> httpx.Response:
    return await browser.post("/login", data={"secret": secret, "then": then})


async def test_a_token_opens_the_page_of_a_warning(browser: httpx.AsyncClient, house: House, world: World) -> None:
    village = await world.area("1", "车草村委会")
    token = (await bearer(world, village, Role.DUTY))["Authorization"].removeprefix("Bearer ")
    alert = await draft(house, village, Status.ACTUAL)
    turned_away = await browser.get(f"/alerts/{alert}")
    assert turned_away.headers["Location"] == f"/login?then=/alerts/{alert}"
    entered = await enter(browser, token, f"/alerts/{alert}")
    assert (entered.status_code, entered.headers["Location"]) == (303, f"/alerts/{alert}")
    cookie = entered.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    page = await browser.get(f"/alerts/{alert}")
    assert "暴雨&lt;红色&gt;" in page.text
    assert "script" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    await browser.aclose()


async def test_a_drill_looks_like_one_and_the_real_thing_does_not(
    browser: httpx.AsyncClient, house: House, world: World
) -> None:
    village = await world.area("1")
    token = (await bearer(world, village))["Authorization"].removeprefix("Bearer ")
    await enter(browser, token, "/")
    drill = (await browser.get(f"/alerts/{await draft(house, village, Status.EXERCISE)}")).text
    real = (await browser.get(f"/alerts/{await draft(house, village, Status.ACTUAL)}?lang=en")).text
    assert 'class="drill"' in drill
    assert "【演练】" in drill
    assert 'class="drill"' not in real
    assert "LIVE" in real
    await browser.aclose()


async def test_a_one_time_code_is_used_by_the_button_and_not_by_looking_at_the_link(
    browser: httpx.AsyncClient, house: House, world: World
) -> None:
    operator = await world.operator(None, Role.DUTY)
    async with house.database.writing() as tx:
        code = await make_code(tx, system("test"), operator.id)
    for _ in range(2):
        assert code in (await browser.get(f"/login/{code}")).text
    assert (await enter(browser, code, "/")).status_code == 303
    assert (await browser.get("/")).status_code == 200
    assert (await enter(browser, code, "/")).status_code == 403
    await browser.aclose()


async def test_signing_in_leads_nowhere_else(browser: httpx.AsyncClient, world: World) -> None:
    token = (await bearer(world, None))["Authorization"].removeprefix("Bearer ")
    for elsewhere in ("https://evil.example/", "//evil.example", "/alerts/../logout", "javascript:x"):
        assert (await enter(browser, token, elsewhere)).headers["Location"] == "/"
    await browser.aclose()


async def test_signing_out_ends_the_session(browser: httpx.AsyncClient, world: World) -> None:
    token = (await bearer(world, None))["Authorization"].removeprefix("Bearer ")
    await enter(browser, token, "/")
    cookie = dict(browser.cookies)
    await browser.post("/logout")
    browser.cookies.update(cookie)
    assert (await browser.get("/")).status_code == 303
    await browser.aclose()


async def test_the_description_of_the_api_is_a_page(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/api")
    assert "/api/v1/alerts/{alert}/issue" in page.text
    await browser.aclose()
