"""Issuing alone: nobody approves a grave warning, and the water does not wait."""

import pytest

from broadcast.alerts import emergency, issuing
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import Alert, Level
from broadcast.errors import NotACorrection, NotGraveEnough, SamePersonMayNotConfirm, StillWaiting, WrongState
from broadcast.stores import alert_steps
from broadcast.stores import alerts as store
from ground.actor import RoleMissing
from ground.clock import SECOND
from ground.transaction import Database
from tests.broadcast.alerts.warnings import OFFICE, Town, rain, said, submit, town
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
