"""The form for what was said by telephone: filled in on the page of a check, taken once, given back as it was typed."""

import re

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.house import House
from bot.cases.video_check import Result
from bot.stores.video import checks
from bot.stores.video.tables import video_answers, video_heard, video_speakers
from ground.actor import Role
from ground.clock import BEIJING, HOUR, MINUTE, HandClock, moment
from ground.transaction import Database
from tests.app.water import Phone, Shore, application_of, shore, signed_in
from tests.builders import NOON, World


@pytest.fixture
def application(house: House) -> FastAPI:
    return application_of(house)


@pytest.fixture
async def there(world: World, database: Database) -> Shore:
    return await shore(world, database)


@pytest.fixture
async def desk(application: FastAPI, there: Shore, database: Database) -> Phone:
    return await signed_in(application, database, there.officer)


def hour(at: int) -> str:
    return f"{moment(at, BEIJING):%Y-%m-%dT%H:%M}"


async def form_of(desk: Phone, there: Shore, language: str = "zh_CN") -> dict[str, str]:
    """Open the page, and return what its form sends before anybody has typed."""
    page = (await desk.http.get(f"/video/{there.check.id}?lang={language}")).text
    return dict(re.findall(r'<input type="hidden" name="(key|lang)" value="([^"]+)">', page))


async def test_an_officer_writes_down_what_was_said_and_sees_it_with_who_and_how(
    desk: Phone, there: Shore, database: Database, house: House
) -> None:
    assert isinstance(house.clock, HandClock)
    house.clock.pass_by(HOUR)
    filled = await form_of(desk, there) | {
        "level": "８７．３２米",
        "spillway": "no",
        "seepage": "clear",
        "cracks": "no",
    }
    filled |= {"person": str(there.check.person), "said_at": hour(NOON + 10 * MINUTE), "trend": "", "words": "有点清水"}
    for _ in range(2):
        answer = await desk.http.post(f"/video/{there.check.id}/answers", data=filled)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, f"/video/{there.check.id}")
    async with database.reading() as tx:
        [kept] = await tx.rows(select(video_answers))
        assert await tx.values(select(video_heard.c.typed_by)) == [there.officer.name]
    assert (kept.level_cm, kept.trend, kept.spillway, kept.seepage, kept.cracks) == (8732, None, "no", "clear", False)
    assert (kept.via, kept.by, kept.happened_at) == ("phone", f"person:{there.check.person}", NOON + 10 * MINUTE)
    page = (await desk.http.get(f"/video/{there.check.id}")).text
    for word in ("87.32", "值班员代记", "章明", "电话", "有点清水"):
        assert word in page
    assert 'data-count="1"' in page


async def test_a_form_that_is_refused_comes_back_as_it_was_typed(desk: Phone, there: Shore, database: Database) -> None:
    filled = await form_of(desk, there, "en")
    assert filled["lang"] == "en"
    for wrong, word in (
        ({}, "Note at least one"),
        ({"level": "about 87"}, "as a number"),
        ({"level": "87", "said_at": hour(NOON + HOUR)}, "yet to come"),
        ({"level": "87", "said_at": hour(NOON - HOUR)}, "asked yet"),
        ({"level": "87", "said_at": "yesterday"}, "cannot be read"),
    ):
        answer = await desk.http.post(f"/video/{there.check.id}/answers", data=filled | wrong | {"spoke": "Old <Fu>"})
        assert answer.status_code == 200
        assert word in answer.text
        assert 'value="Old &lt;Fu&gt;"' in answer.text
        assert filled["key"] in answer.text
    async with database.reading() as tx:
        assert not await tx.rows(select(video_answers))
    await desk.http.post(f"/video/{there.check.id}/answers", data=filled | {"level": "87", "spoke": "Old <Fu>"})
    async with database.reading() as tx:
        assert await tx.values(select(video_speakers.c.name)) == ["Old <Fu>"]


async def test_the_minute_of_the_asking_is_not_before_it(
    application: FastAPI, world: World, database: Database, house: House
) -> None:
    assert isinstance(house.clock, HandClock)
    house.clock.pass_by(2 * MINUTE)
    late = await shore(world, database, 2, at=NOON + 30_000)
    desk = await signed_in(application, database, late.officer)
    filled = await form_of(desk, late) | {"level": "87", "said_at": hour(NOON)}
    assert (await desk.http.post(f"/video/{late.check.id}/answers", data=filled)).status_code == 303
    async with database.reading() as tx:
        assert await tx.values(select(video_answers.c.happened_at)) == [late.check.asked_at]


async def test_danger_is_passed_on_to_whoever_is_on_the_telephone(desk: Phone, there: Shore) -> None:
    filled = await form_of(desk, there)
    page = f"/video/{there.check.id}"
    assert "告诉打电话的人" not in (await desk.http.get(page)).text
    await desk.http.post(f"{page}/answers", data=filled | {"seepage": "muddy"})
    assert "告诉打电话的人：马上离开坝和坡" in (await desk.http.get(page)).text


async def test_nobody_else_writes_anything_down(
    desk: Phone, there: Shore, application: FastAPI, world: World, database: Database
) -> None:
    filled = await form_of(desk, there) | {"level": "87"}
    place = f"/video/{there.check.id}/answers"
    other = await signed_in(application, database, (await shore(world, database, 2)).officer)
    auditor = await signed_in(application, database, await world.operator(there.county, Role.AUDITOR))
    elsewhere = {"Origin": "https://elsewhere.example"}
    answers = [
        await other.http.post(place, data=filled),
        await auditor.http.post(place, data=filled),
        await desk.http.post(place, data=filled, headers=elsewhere),
    ]
    assert [each.status_code for each in answers] == [404, 403, 403]
    assert (await Phone(application).http.post(place, data=filled)).headers["Location"].startswith("/login")
    assert "<form" in (await desk.http.get(f"/video/{there.check.id}")).text
    assert "<form" not in (await auditor.http.get(f"/video/{there.check.id}")).text
    async with database.writing() as tx:
        assert not await tx.rows(select(video_answers))
        await checks.judge(tx, there.officer, there.check.key, Result.NORMAL, "", NOON)
    over = await desk.http.post(place, data=filled)
    assert "已经有结论了，没有记下" in over.text
