"""叫应 by the API and on its page: who has not answered, a call by hand, and what may not be done."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace

import httpx
import pytest

from app.api.application import make_application
from app.api.ladders.rehearsing import minutes_of_first_round
from app.house import House
from audiences.stores.tables import addresses
from broadcast.alerts.model import Level
from broadcast.channels.voice_twilio.settings import VoiceSettings
from broadcast.ladders.policy import policy_for
from broadcast.stores import alerts
from broadcast.stores.ladders import chains, opening
from broadcast.stores.ladders.posts import Held
from ground.actor import Role, system
from tests.app.conftest import bearer
from tests.broadcast.alerts.warnings import rain
from tests.builders import NOON, World

HUB = system("test")
PHONE = "+99900000021"


@dataclass(frozen=True, slots=True)
class Night:
    """A monitor who has not answered a red warning."""

    hub: httpx.AsyncClient
    duty: Mapping[str, str]
    monitor: int
    alert: str
    world: World


@pytest.fixture
async def night(house: House, world: World) -> AsyncIterator[Night]:
    village = await world.area("1", "车草村委会")
    monitor = await world.person(village, "章明", sms=PHONE)
    post = await world.post(village, "monitor", monitor, site=await world.site(village))
    red = rain(village, level=Level.RED)
    policy = policy_for(Level.RED, red.event_code, NOON)
    assert policy is not None
    async with house.database.writing() as tx:
        alert = await alerts.keep(tx, HUB, red, NOON)
        await chains.begin(tx, HUB, alert.id, alert, policy, NOON)
        chain = await chains.find(tx, HUB, alert.id)
        assert chain is not None
        await opening.open_all(tx, HUB, chain, [Held(post, "monitor", village, 1, None, monitor, None)], {}, NOON)
    transport = httpx.ASGITransport(make_application(house))
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as hub:
        yield Night(hub, await bearer(world, village, Role.DUTY), monitor, alert.id, world)


async def listed(night: Night, query: str = "") -> list[dict[str, object]]:
    answer = await night.hub.get(f"/api/v1/ladders{query}", headers=night.duty)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_a_call_by_hand_ends_the_calling_and_what_became_of_the_people_closes_the_ladder(night: Night) -> None:
    [ladder] = await listed(night)
    assert (ladder["person"], ladder["state"]) == (night.monitor, "open")
    call = {"person": night.monitor, "result": "answered", "reply": "on_post"}
    answer = await night.hub.post(f"/api/v1/ladders/{ladder['id']}/calls", json=call, headers=night.duty)
    assert (answer.status_code, answer.json()) == (201, {"became": "awake"})
    assert await listed(night) == []
    [awake] = await listed(night, "?awake=true")
    assert (awake["state"], awake["answered_by"]) == ("awake", night.monitor)
    fed_back = call | {"reply": None, "feedback": "done", "moved": 38}
    answer = await night.hub.post(f"/api/v1/ladders/{ladder['id']}/calls", json=fed_back, headers=night.duty)
    assert (answer.status_code, answer.json()) == (201, {"became": "closed"})
    [closed] = await listed(night, "?everybody=true")
    kinds = [step["kind"] for step in closed["steps"]]  # type: ignore[attr-defined]
    assert kinds == ["opened", "dialled", "replied", "awake", "dialled", "fed_back", "closed"]
    again = await night.hub.post(f"/api/v1/ladders/{ladder['id']}/calls", json=call, headers=night.duty)
    assert again.status_code == 409


async def test_a_dead_number_is_closed_and_the_ladder_goes_on(night: Night) -> None:
    [ladder] = await listed(night)
    call = {"person": night.monitor, "result": "void", "number": PHONE}
    answer = await night.hub.post(f"/api/v1/ladders/{ladder['id']}/calls", json=call, headers=night.duty)
    assert answer.json() == {"became": None}
    known = await night.hub.get(f"/api/v1/people/{night.monitor}/addresses", headers=night.duty)
    assert [each["closed_why"] for each in known.json()] == ["void"]


async def test_what_is_missing_or_wrong_is_said(night: Night) -> None:
    [ladder] = await listed(night)
    for call, status in (
        ({"person": night.monitor, "result": "answered"}, 422),
        ({"person": night.monitor + 100, "result": "busy"}, 422),
        ({"person": night.monitor, "result": "asleep"}, 422),
    ):
        answer = await night.hub.post(f"/api/v1/ladders/{ladder['id']}/calls", json=call, headers=night.duty)
        assert answer.status_code == status, answer.text


async def test_a_rehearsal_says_whom_a_warning_would_wake(night: Night) -> None:
    answer = await night.hub.get(f"/api/v1/alerts/{night.alert}/calling", headers=night.duty)
    assert answer.json() == {"policy": "red", "people": 1, "minutes": None}


async def test_the_minutes_until_the_last_call_follow_from_lines_and_pace(house: House) -> None:
    policy = policy_for(Level.RED, "11B03", NOON)
    assert policy is not None
    voice = VoiceSettings("AC" + "0" * 32, "", "+999", calls_per_second=1.0, lines=45)
    channels = SimpleNamespace(voice=voice)
    settings = house.settings.model_copy(update={"channels": channels})
    assert (
        minutes_of_first_round(replace(house, settings=settings), policy, 560) == 10.0
    )  # 40 seconds, then one a second


async def test_the_page_lists_who_has_answered_and_not_reported(night: Night) -> None:
    [ladder] = await listed(night)
    call = {"person": night.monitor, "result": "answered", "reply": "on_post", "feedback": "moving", "moved": 38}
    await night.hub.post(f"/api/v1/ladders/{ladder['id']}/calls", json=call, headers=night.duty)
    token = night.duty["Authorization"].removeprefix("Bearer ")
    await night.hub.post("/login", data={"secret": token, "then": f"/alerts/{night.alert}/calls"})
    page = await night.hub.get(f"/alerts/{night.alert}/calls")
    for shown in ("都回话了", "还没报安顿情况", "章明", "还在转", ">38<"):
        assert shown in page.text


async def test_another_county_sees_none_of_it(night: Night) -> None:
    elsewhere = await bearer(night.world, await night.world.area("2"), Role.DUTY)
    answer = await night.hub.get("/api/v1/ladders", headers=elsewhere)
    assert answer.json()["items"] == []


async def test_the_page_lists_who_has_not_answered(night: Night) -> None:
    token = night.duty["Authorization"].removeprefix("Bearer ")
    entered = await night.hub.post("/login", data={"secret": token, "then": f"/alerts/{night.alert}/calls"})
    assert entered.headers["Location"] == f"/alerts/{night.alert}/calls"
    page = await night.hub.get(f"/alerts/{night.alert}/calls")
    assert "章明" in page.text
    assert PHONE in page.text
    assert "危险点" in page.text
    assert "没有打得通的号码" not in page.text


async def test_the_page_says_so_where_no_number_is_left(night: Night, house: House) -> None:
    async with house.database.writing() as tx:
        await tx.execute(addresses.update().where(addresses.c.value == PHONE).values(closed_at=1, closed_why="invalid"))
    token = night.duty["Authorization"].removeprefix("Bearer ")
    await night.hub.post("/login", data={"secret": token, "then": f"/alerts/{night.alert}/calls"})
    page = await night.hub.get(f"/alerts/{night.alert}/calls")
    assert PHONE not in page.text
    assert "没有打得通的号码" in page.text
