"""Spot checks: drawn by a recorded seed, once a day whoever draws, and nobody is left out for weeks."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.cases.spot_check import day_of, days_between, drawn, hour_of_day
from bot.cases.video_errors import SpotPolicyImpossible, UnknownSpotPolicy
from bot.stores.video import checks, spots
from bot.stores.video.spots import PolicyDraft, SpotPolicy
from bot.stores.video.tables import video_draws
from bot.video.desk import CHECKER
from bot.video.drawing import draw_and_ask
from ground.clock import DAY, HOUR, MINUTE
from tests.bot.video.conftest import WATCHER, Shore, Water
from tests.builders import NOON, World


def test_the_same_seed_and_ages_draw_the_same_sites_in_any_order() -> None:
    ages = {site: site % 5 for site in range(1, 30)}
    again = dict(reversed(list(ages.items())))
    assert drawn("a seed", ages, 4, 20) == drawn("a seed", again, 4, 20)
    assert drawn("a seed", ages, 4, 20) != drawn("another", ages, 4, 20)


def test_who_waited_longer_is_drawn_more_often() -> None:
    ages = {1: 1, 2: 9}
    firsts = [drawn(str(seed), ages, 1, 90)[0] for seed in range(200)]
    assert firsts.count(2) > 3 * firsts.count(1) > 0


@given(st.integers(1, 5), st.integers(1, 9), st.data())
@settings(max_examples=60)
def test_nobody_ever_waits_longer_than_was_promised(number: int, within_days: int, data: st.DataObject) -> None:
    many = data.draw(st.integers(1, number * within_days))
    ages = dict.fromkeys(range(many), 0)
    for day in range(3 * within_days):
        today = drawn(f"{day}", ages, number, within_days)
        assert len(set(today)) == len(today) <= max(number, 1)
        assert max(ages.values()) <= within_days
        ages = {site: 1 if site in today else age + 1 for site, age in ages.items()}


@given(st.dictionaries(st.integers(1, 50), st.integers(0, 60), max_size=30), st.integers(1, 5), st.integers(1, 10))
def test_what_is_overdue_is_drawn_even_if_it_is_more_than_planned(
    ages: dict[int, int], number: int, within_days: int
) -> None:
    chosen = set(drawn("seed", ages, number, within_days))
    assert {site for site, age in ages.items() if age >= within_days} <= chosen
    assert len(chosen) >= min(number, len(ages))


def test_a_day_is_beijings() -> None:
    late = NOON + 12 * HOUR  # midnight there, 16:00 UTC
    assert (day_of(late - 1), day_of(late)) == (20210628, 20210629)
    assert days_between(late - 1, late) == 1
    assert hour_of_day(NOON, 12) == NOON


async def planned(stage: Shore, water: Water, **changes: int) -> SpotPolicy:
    values = {"number": 1, "hour": 13, "within_days": 14} | changes
    draft = PolicyDraft(area=water.county, site_kind="reservoir", answer_ms=30 * MINUTE, **values)
    async with stage.database.writing() as tx:
        return await spots.plan(tx, water.officer, draft, stage.clock.now())


async def test_at_its_hour_a_policy_draws_once_and_whoever_watches_is_asked(stage: Shore, water: Water) -> None:
    policy = await planned(stage, water)
    assert await draw_and_ask(stage.round) == 0
    stage.clock.pass_by(HOUR)
    assert (await draw_and_ask(stage.round), await draw_and_ask(stage.round)) == (1, 0)
    await stage.play()
    assert "上塘水库" in stage.said_to("sms", WATCHER)[-1]
    async with stage.database.reading() as tx:
        [draw] = await spots.draws_of(tx, water.officer, policy.id)
        [check] = await checks.listed(tx, water.officer)
    assert (draw.day, draw.sites, draw.asked, len(draw.seed)) == (20210628, (water.site,), 1, 32)
    assert (check.draw, check.site, check.due_at - check.asked_at) == (draw.key, water.site, 30 * MINUTE)
    stage.clock.pass_by(DAY)
    assert await draw_and_ask(stage.round) == 1


async def test_two_nodes_draw_and_ask_once(stage: Shore, water: Water, world: World) -> None:
    for number in range(8):
        site = await world.site(water.village, "reservoir", f"水库{number}")
        await world.post(water.village, "patrol", water.watcher, site=site)
    await planned(stage, water, number=7)
    stage.clock.pass_by(HOUR)
    await asyncio.gather(*(draw_and_ask(stage.round) for _ in range(3)))
    async with stage.database.reading() as tx:
        [draw] = await tx.rows(select(video_draws))
        asked = [each.site or 0 for each in await checks.listed(tx, CHECKER)]
    assert len(draw.sites) == 7
    assert sorted(asked) == sorted(draw.sites)


async def test_a_crash_between_drawing_and_asking_leaves_nobody_out(stage: Shore, water: Water) -> None:
    policy = await planned(stage, water)
    async with stage.database.writing() as tx:
        await spots.keep_draw(tx, CHECKER, policy, 20210628, "seed", [water.site, 999], NOON)
    assert await draw_and_ask(stage.round) == 2  # one of them is no site any more
    async with stage.database.reading() as tx:
        assert len(await checks.listed(tx, CHECKER)) == 1


async def test_too_few_a_day_is_refused_with_how_many_it_takes(stage: Shore, water: Water, world: World) -> None:
    await world.site(water.village, "reservoir", "另一个水库")
    with pytest.raises(SpotPolicyImpossible, match="at least 2 a day"):
        await planned(stage, water, within_days=1)


async def test_what_was_ended_draws_no_more(stage: Shore, water: Water) -> None:
    policy = await planned(stage, water)
    async with stage.database.writing() as tx:
        await spots.end(tx, water.officer, policy.id, stage.clock.now())
        with pytest.raises(UnknownSpotPolicy):
            await spots.end(tx, water.officer, policy.id, stage.clock.now())
    stage.clock.pass_by(HOUR)
    assert await draw_and_ask(stage.round) == 0
