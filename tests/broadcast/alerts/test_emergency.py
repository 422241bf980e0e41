"""Issuing alone: nobody approves a grave warning, and the water does not wait."""

import asyncio

import pytest
from sqlalchemy import select

from broadcast.alerts import emergency, issuing
from broadcast.alerts.confirmation import Standing
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import Alert, Level
from broadcast.dispatch import confirming
from broadcast.dispatch.hub import Hub
from broadcast.errors import NotACorrection, NotGraveEnough, SamePersonMayNotConfirm, StillWaiting, WrongState
from broadcast.queues.memory import MemoryQueue
from broadcast.stores import alert_steps, confirmations
from broadcast.stores import alerts as store
from ground.actor import RoleMissing, system
from ground.clock import DAY, HOUR, MINUTE, SECOND, HandClock
from ground.events import Event, NewsDesk, Subscription
from ground.tables import audit
from ground.transaction import Database, Transaction
from tests.broadcast.alerts.warnings import OFFICE, Town, correct, rain, said, submit, town
from tests.builders import NOON

LATER = NOON + 120 * SECOND


@pytest.fixture
async def hehu(database: Database) -> Town:
    return await town(database)


async def alone(hehu: Town, alert: Alert, now: int) -> Alert:
    async with hehu.database.writing() as tx:
        return await emergency.issue_alone(tx, hehu.officer, OFFICE, alert.id, "the dam overtops", now)


async def test_after_two_minutes_one_person_may_and_it_is_sent_like_any_other(hehu: Town) -> None:
    waiting = await submit(hehu, await hehu.drafted(rain(hehu.area, level=Level.RED)))
    with pytest.raises(StillWaiting, match="in 1 seconds"):
        await alone(hehu, waiting, LATER - 1)
    issued = await alone(hehu, waiting, LATER)
    assert (issued.state, issued.approver) == (State.ISSUED, None)
    assert issued.audience is not None
    assert issued.identity.fixed
    assert next(each.audience for each in await said(hehu, issued)) == issued.audience
    async with hehu.database.reading() as tx:
        assert (await alert_steps.steps_of(tx, hehu.officer, issued.id))[-1].reason == "the dam overtops"


async def test_it_shows_as_unconfirmed_until_another_who_may_approve_confirms_it(hehu: Town) -> None:
    issued = await alone(hehu, await submit(hehu, await hehu.drafted(rain(hehu.area, level=Level.RED))), LATER)
    async with hehu.database.writing() as tx:
        assert [each.id for each in await store.unconfirmed(tx, hehu.approver)] == [issued.id]
        with pytest.raises(RoleMissing):
            await issuing.confirm_correction(tx, hehu.officer, OFFICE, issued.id, LATER)
        confirmed = await issuing.confirm_correction(tx, hehu.approver, OFFICE, issued.id, LATER)
        assert confirmed.confirmer == hehu.approver.name
        assert await store.unconfirmed(tx, hehu.approver) == []


async def test_an_approver_who_issued_alone_does_not_confirm_himself(hehu: Town) -> None:
    waiting = await submit(hehu, await hehu.drafted())
    async with hehu.database.writing() as tx:
        issued = await emergency.issue_alone(tx, hehu.approver, OFFICE, waiting.id, "nobody answers", LATER)
        with pytest.raises(SamePersonMayNotConfirm):
            await issuing.confirm_correction(tx, hehu.approver, OFFICE, issued.id, LATER)


async def test_only_a_grave_one_and_only_one_that_was_submitted(hehu: Town) -> None:
    yellow = await submit(hehu, await hehu.drafted(rain(hehu.area, level=Level.YELLOW)))
    with pytest.raises(NotGraveEnough):
        await alone(hehu, yellow, LATER)
    with pytest.raises(WrongState):
        await alone(hehu, await hehu.drafted(), LATER)


async def test_what_was_approved_needs_no_confirmation(hehu: Town) -> None:
    issued = await hehu.issued()
    async with hehu.database.writing() as tx:
        assert await store.unconfirmed(tx, hehu.approver) == []
        with pytest.raises(NotACorrection):
            await issuing.confirm_correction(tx, hehu.approver, OFFICE, issued.id, NOON)


class Ear:
    """A sweep, and what it tells."""

    def __init__(self, hehu: Town) -> None:
        self.database, self.heard = hehu.database, list[Event]()
        self.desk = NewsDesk([Subscription("ear", frozenset({"alert.unconfirmed"}), self._hear)])

    async def sweep(self, now: int) -> list[str]:
        async with self.database.writing() as tx:
            await confirmations.call_unconfirmed(tx, system("test"), self.desk, now)
        self.heard.clear()
        await self.desk.hand_on(self.database)
        return [each.subject for each in self.heard]

    async def _hear(self, _tx: Transaction, news: Event) -> None:
        self.heard.append(news)


async def standing(hehu: Town, alert: Alert, now: int) -> tuple[Standing, int]:
    async with hehu.database.reading() as tx:
        waited = (await confirmations.of_alerts(tx, hehu.officer, [alert.id]))[alert.id]
    return waited.standing(now), waited.minutes_left(now)


async def confirm(hehu: Town, alert: Alert, now: int) -> Alert:
    async with hehu.database.writing() as tx:
        return await issuing.confirm_correction(tx, hehu.approver, OFFICE, alert.id, now)


async def test_it_waits_half_an_hour_and_is_then_called_unconfirmed_once(hehu: Town) -> None:
    issued, ear = await alone(hehu, await submit(hehu, await hehu.drafted()), LATER), Ear(hehu)
    assert await standing(hehu, issued, LATER) == (Standing.WAITING, 30)
    assert await standing(hehu, issued, LATER + 28 * MINUTE + 1) == (Standing.WAITING, 2)
    assert await ear.sweep(LATER + 30 * MINUTE - 1) == []
    assert await standing(hehu, issued, LATER + 30 * MINUTE) == (Standing.UNCONFIRMED, 0)
    assert await ear.sweep(LATER + 9 * DAY) == [issued.id]  # however long nobody looked
    assert await ear.sweep(LATER + 9 * DAY) == []
    async with hehu.database.reading() as tx:
        deeds = await tx.values(select(audit.c.deed).where(audit.c.subject == issued.id).order_by(audit.c.id))
    assert deeds[-2:] == ["alert.issued_alone", "alert.unconfirmed"]


async def test_a_confirmation_in_time_is_told_nobody_and_a_late_one_is_taken_and_shown_as_late(hehu: Town) -> None:
    ear = Ear(hehu)
    first = await alone(hehu, await submit(hehu, await hehu.drafted()), LATER)
    second = await alone(hehu, await submit(hehu, await hehu.drafted()), LATER + SECOND)
    await confirm(hehu, first, LATER + 29 * MINUTE)
    assert await ear.sweep(LATER + 40 * MINUTE) == [second.id]
    await confirm(hehu, second, LATER + 41 * MINUTE)
    assert await ear.sweep(LATER + 50 * MINUTE) == []
    assert await standing(hehu, first, LATER + DAY) == (Standing.CONFIRMED, 0)
    assert await standing(hehu, second, LATER + DAY) == (Standing.LATE, 0)


async def test_a_clock_that_jumps_back_makes_nobody_wait_longer(hehu: Town) -> None:
    issued, ear = await alone(hehu, await submit(hehu, await hehu.drafted()), LATER), Ear(hehu)
    assert await standing(hehu, issued, LATER - DAY) == (Standing.UNCONFIRMED, 0)
    assert await ear.sweep(LATER - DAY) == [issued.id]
    assert await standing(hehu, issued, LATER) == (Standing.UNCONFIRMED, 0)  # what those above heard stays true


async def test_hubs_whose_clocks_differ_by_seconds_do_not_call_it_late(hehu: Town) -> None:
    issued, ear = await alone(hehu, await submit(hehu, await hehu.drafted()), LATER), Ear(hehu)
    assert await ear.sweep(LATER - 50 * SECOND) == []
    assert await standing(hehu, issued, LATER - 50 * SECOND) == (Standing.WAITING, 30)


async def test_a_correction_waits_for_its_second_person_as_well(hehu: Town) -> None:
    correction, ear = await correct(hehu, await hehu.issued(), LATER), Ear(hehu)
    assert await standing(hehu, correction, LATER) == (Standing.WAITING, 30)
    assert await ear.sweep(LATER + 30 * MINUTE) == [correction.id]
    await confirm(hehu, correction, LATER + 31 * MINUTE)
    assert await standing(hehu, correction, LATER + DAY) == (Standing.LATE, 0)


async def test_what_is_in_force_and_unconfirmed_is_listed_for_the_area_alone(hehu: Town) -> None:
    issued = await alone(hehu, await submit(hehu, await hehu.drafted()), LATER)
    async with hehu.database.reading() as tx:
        [(alert, waited)] = await confirmations.awaited(tx, hehu.officer)
        assert (alert.id, waited.due_at) == (issued.id, LATER + 30 * MINUTE)
        assert await confirmations.awaited(tx, hehu.stranger) == []
    await confirm(hehu, issued, LATER)
    async with hehu.database.reading() as tx:
        assert await confirmations.awaited(tx, hehu.officer) == []


async def test_two_hubs_that_sweep_at_once_call_it_once(postgresql: Database) -> None:
    hehu = await town(postgresql)
    for second in range(5):
        await alone(hehu, await submit(hehu, await hehu.drafted()), LATER + second * SECOND)
    hubs = [Hub(hehu.database, HandClock(LATER + HOUR), NewsDesk(), MemoryQueue(), {}) for _ in range(3)]
    called = await asyncio.gather(*(confirming.once(hub) for hub in hubs))
    assert sum(called) + sum([await confirming.once(hub) for hub in hubs]) == 5


async def test_what_was_approved_waits_for_nobody(hehu: Town) -> None:
    issued = await hehu.issued()
    async with hehu.database.reading() as tx:
        assert await confirmations.of_alerts(tx, hehu.officer, [issued.id]) == {}
