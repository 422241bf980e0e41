"""Issuing alone: when no approver answers a grave warning in time, one person may, with a reason that is kept."""

from collections.abc import Sequence
from typing import Final

from audiences.stores.targets import freezing
from audiences.targeting.target import Target
from broadcast.alerts.issuing import announce
from broadcast.alerts.lifecycle import State, Step
from broadcast.alerts.model import Alert, Level
from broadcast.alerts.office import Office
from broadcast.errors import NotGraveEnough, StillWaiting
from broadcast.stores import alert_steps as steps
from broadcast.stores import alerts as store
from broadcast.stores.alert_steps import Taken
from ground.actor import Actor
from ground.clock import SECOND
from ground.transaction import Transaction

GRAVE: Final = frozenset({Level.RED, Level.ORANGE})
PATIENCE: Final = 120 * SECOND  # story time that approvers have after the warning was submitted


def patience_left(taken: Sequence[Taken], now: int) -> int:
    """Return for how many seconds more the approvers of a submitted warning are waited for."""
    submitted = max((each.at for each in taken if each.to_state is State.SUBMITTED), default=now)
    return max(-(-(submitted + PATIENCE - now) // SECOND), 0)


async def issue_alone(tx: Transaction, actor: Actor, office: Office, alert_id: str, reason: str, now: int) -> Alert:
    """Issue a submitted red or orange warning that nobody approved in time; within half an hour one confirms it."""
    alert = await store.load(tx, actor, alert_id)
    if alert.level not in GRAVE:
        raise NotGraveEnough(level=alert.level)
    left = patience_left(await steps.steps_of(tx, actor, alert_id), now)
    if alert.state is State.SUBMITTED and left:
        raise StillWaiting(seconds=left)
    if alert.target:
        audience = await freezing.ask(tx, actor, Target.from_json(list(alert.target)), now)
        await store.set_audience(tx, actor, alert_id, audience)
    return await announce(tx, actor, office, alert_id, Step.ISSUE_ALONE, now, reason)
