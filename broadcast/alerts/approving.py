"""The second person: a warning is submitted when complete, and approved by somebody who wrote none of it."""

from audiences.stores.targets import freezing
from audiences.stores.targets.resolving import resolve
from audiences.targeting.target import Target
from broadcast.alerts.contents import require_complete, require_unexpired
from broadcast.alerts.lifecycle import Step
from broadcast.alerts.model import Alert
from broadcast.alerts.office import Office
from broadcast.errors import StaleEdit
from broadcast.stores import alert_steps as steps
from broadcast.stores import alerts as store
from ground.actor import Actor
from ground.transaction import Transaction


async def submit(tx: Transaction, actor: Actor, office: Office, alert_id: str, version: int, now: int) -> Alert:
    """Hand a draft to the second person, if it has all that a warning must have."""
    alert = await _read(tx, actor, alert_id, version)
    require_complete(alert, office.codes, now)
    if alert.target:
        await resolve(tx, actor, Target.from_json(list(alert.target)), now)
    return await steps.take(tx, actor, office.desk, alert, Step.SUBMIT, now)


async def send_back(tx: Transaction, actor: Actor, office: Office, alert_id: str, reason: str, now: int) -> Alert:
    """Return a warning to its author with the reason; what was approved must then be approved anew."""
    alert = await store.load(tx, actor, alert_id)
    forgotten = {"approver": None, "audience_id": None}
    return await steps.take(tx, actor, office.desk, alert, Step.RETURN, now, reason, **forgotten)


async def withdraw(tx: Transaction, actor: Actor, office: Office, alert_id: str, reason: str, now: int) -> Alert:
    """Drop a warning that nobody was told."""
    alert = await store.load(tx, actor, alert_id)
    return await steps.take(tx, actor, office.desk, alert, Step.WITHDRAW, now, reason)


async def approve(tx: Transaction, actor: Actor, office: Office, alert_id: str, version: int, now: int) -> Alert:
    """Approve what the approver has read as `version`, and have its audience frozen."""
    alert = await _read(tx, actor, alert_id, version)
    await steps.require_no_writer(tx, actor, alert_id)
    if alert.ending is None:
        require_unexpired(alert, now)
    approved = await steps.take(tx, actor, office.desk, alert, Step.APPROVE, now, approver=actor.name)
    if not alert.target:
        return approved
    audience = await freezing.ask(tx, actor, Target.from_json(list(alert.target)), now)
    return await store.set_audience(tx, actor, alert_id, audience)


async def _read(tx: Transaction, actor: Actor, alert_id: str, version: int) -> Alert:
    alert = await store.load(tx, actor, alert_id)
    if alert.version != version:
        raise StaleEdit(given=version, present=alert.version)
    return alert
