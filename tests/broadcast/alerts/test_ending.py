"""The three endings: lifted, lowered, corrected; told to those who heard, and by whom they are said."""

import asyncio

import pytest

from broadcast.alerts import drafting, issuing
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import Alert, Ending, Level, MsgType, Status
from broadcast.errors import (
    NotACorrection,
    NothingToCorrect,
    SamePersonMayNotConfirm,
    WrongState,
)
from broadcast.notices import Kind, Lane
from broadcast.notices import State as NoticeState
from broadcast.stores import alert_steps as steps
from broadcast.stores import alerts as store
from ground.actor import system
from ground.clock import DAY, HOUR, MINUTE
from ground.transaction import Database
from tests.broadcast.alerts.warnings import (
    OFFICE,
    Town,
    correct,
    end,
    load,
    rain,
    said,
    town,
    words,
)
from tests.builders import NOON


@pytest.fixture
async def hehu(database: Database) -> Town:
    return await town(database)


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.ACTUAL])
async def test_what_is_not_in_earnest_is_a_drill_with_its_correction(sqlite: Database, status: Status) -> None:
    hehu = await town(sqlite)
    for notice in await said(hehu, await hehu.issued(rain(hehu.area, status=status))):
        assert notice.drill
        assert all("演练" in each.message.text for each in await words(hehu, notice))


async def test_a_lifted_warning_is_told_to_its_hearers_alone_even_after_it_expired(hehu: Town) -> None:
    issued = await hehu.issued()
    alarm, _ = await said(hehu, issued)
    late = issued.expires + HOUR
    async with hehu.database.writing() as tx:
        await steps.expire_due(tx, system("sweeper"), OFFICE.desk, late)
    lifted = await end(hehu, issued, Ending.LIFTED, late)
    (told,) = await said(hehu, lifted)
    assert (told.kind, told.audience, told.expires) == (Kind.LIFTED, None, None)
    assert told.tells_heard_of == (alarm.id,)
    assert not told.asks_answer
    assert (await load(hehu, issued)).state is State.ENDED
    assert all("解除" in each.message.text for each in await words(hehu, told))
    assert lifted.msg_type is MsgType.CANCEL


async def test_a_lowered_warning_says_from_what_to_what_and_stands_until_it_is_lifted(hehu: Town) -> None:
    issued = await hehu.issued()
    lowered = await end(hehu, issued, Ending.LOWERED, NOON + HOUR, Level.BLUE)
    told, correction = await said(hehu, lowered)
    assert (told.kind, told.audience, told.lane, told.expires) == (Kind.LOWERED, None, Lane.IMMEDIATE, None)
    assert correction.kind is Kind.CORRECTION
    text = next(each.message.text for each in await words(hehu, told) if each.channel == "telegram")
    assert "从橙色降到蓝色" in text
    assert "先不要回家" in text
    assert (await load(hehu, issued)).state is State.UPDATED
    lifted = await end(hehu, lowered, Ending.LIFTED, NOON + 2 * HOUR)
    assert len((await said(hehu, lifted))[0].tells_heard_of) == 2
    assert (await load(hehu, lowered)).state is State.ENDED


async def test_a_correction_goes_out_by_one_person_and_stops_everything_before_it(hehu: Town) -> None:
    first = await hehu.issued()
    update = await hehu.updated(first, NOON + MINUTE)
    correction = await correct(hehu, first, NOON + 2 * MINUTE)
    alarm, _ = await said(hehu, first)
    second, released = await said(hehu, update)
    assert (correction.state, correction.ending, correction.replaces) == (State.ISSUED, Ending.CORRECTION, update.id)
    assert (released.kind, released.state, released.valid_from) == (
        Kind.CORRECTION,
        NoticeState.PLANNING,
        NOON + 2 * MINUTE,
    )
    assert released.superseded_at is None
    assert released.tells_heard_of == (alarm.id, second.id)
    assert None not in (alarm.superseded_at, second.superseded_at)
    assert (await load(hehu, update)).state is State.ENDED
    told = await words(hehu, released)
    assert all("误发" in each.message.text and "马上离开，" not in each.message.text for each in told)


async def test_a_correction_is_confirmed_by_another_person(hehu: Town) -> None:
    correction = await correct(hehu, await hehu.issued(), NOON)
    async with hehu.database.reading() as tx:
        assert [each.id for each in await store.unconfirmed(tx, hehu.approver)] == [correction.id]
        assert await store.unconfirmed(tx, hehu.stranger) == []
    async with hehu.database.writing() as tx:
        with pytest.raises(SamePersonMayNotConfirm):
            await issuing.confirm_correction(tx, hehu.officer, OFFICE, correction.id, NOON)
        confirmed = await issuing.confirm_correction(tx, hehu.approver, OFFICE, correction.id, NOON)
        assert confirmed.confirmer == hehu.approver.name
        with pytest.raises(NotACorrection):
            await issuing.confirm_correction(tx, hehu.approver, OFFICE, correction.id, NOON)
        assert await store.unconfirmed(tx, hehu.approver) == []


async def test_a_correction_is_not_bound_by_the_expiry(sqlite: Database) -> None:
    hehu = await town(sqlite)
    issued = await hehu.issued()
    correction = await correct(hehu, issued, issued.expires + DAY)
    assert correction.expires > issued.expires + DAY


async def test_what_nobody_heard_or_somebody_ended_is_not_corrected(sqlite: Database) -> None:
    hehu = await town(sqlite)
    draft, issued = await hehu.drafted(), await hehu.issued()
    lifted = await end(hehu, issued, Ending.LIFTED, NOON + HOUR)
    for alert in (draft, issued, lifted):
        with pytest.raises(NothingToCorrect):
            await correct(hehu, alert, NOON + HOUR)


async def test_a_second_correction_of_the_same_warning_finds_nothing_left(sqlite: Database) -> None:
    hehu = await town(sqlite)
    issued = await hehu.issued()
    await correct(hehu, issued, NOON)
    with pytest.raises(NothingToCorrect):
        await correct(hehu, issued, NOON, hehu.approver)


async def test_of_an_update_and_a_lift_that_race_one_wins(postgresql: Database) -> None:
    hehu = await town(postgresql)
    issued = await hehu.issued()
    async with postgresql.writing() as tx:
        update = await drafting.draft_update(tx, hehu.officer, OFFICE, issued.id, rain(hehu.area), NOON)
        lift = await drafting.draft_ending(tx, hehu.officer, OFFICE, issued.id, Ending.LIFTED, NOON)
    ready = [await hehu.approve(each) for each in (update, lift)]
    ends = await asyncio.gather(*(hehu.issue(each, NOON + HOUR) for each in ready), return_exceptions=True)
    assert sorted(type(each).__name__ for each in ends) == ["Alert", "WrongState"]
    loser = next(alert for alert, end in zip(ready, ends, strict=True) if isinstance(end, WrongState))
    assert (await load(hehu, loser)).state is State.APPROVED
    assert await said(hehu, loser) == []


async def test_two_corrections_that_race_send_one(postgresql: Database) -> None:
    hehu = await town(postgresql)
    issued = await hehu.issued()
    ends = await asyncio.gather(
        correct(hehu, issued, NOON), correct(hehu, issued, NOON, hehu.approver), return_exceptions=True
    )
    assert sum(isinstance(each, Alert) for each in ends) == 1
    released = [each for each in await said(hehu, issued) if each.state is NoticeState.PLANNING]
    assert [each.kind for each in released] == [Kind.ALARM, Kind.CORRECTION]
