"""What is done to a warning on its page of decision: which deeds are open to whom, and the step behind each."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.errors import NotReadYet, ReasonUnwritten
from broadcast.alerts import approving, drafting, emergency, issuing
from broadcast.alerts.lifecycle import STEPS, TOLD, Step
from broadcast.alerts.model import Alert, Ending
from broadcast.alerts.office import Office
from broadcast.errors import StaleEdit
from broadcast.stores import alerts
from broadcast.stores.alert_steps import Taken, wrote
from ground.actor import Actor, Role
from ground.transaction import Transaction


class Deed(StrEnum):
    """What a button of the page does; its name is what the button sends."""

    SUBMIT = "submit"
    APPROVE = "approve"
    RELEASE = "release"  # approved and issued in one
    ISSUE = "issue"
    RETURN = "return"
    WITHDRAW = "withdraw"
    ALONE = "alone"
    CORRECT = "correct"
    LIFT = "lift"  # the all-clear is drafted


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says: of which version, why, and whether what will be said was read."""

    version: int
    reason: str = ""
    read: bool = False


READ: Final = frozenset({Deed.APPROVE, Deed.RELEASE, Deed.ISSUE, Deed.ALONE, Deed.CORRECT})
REASONED: Final = frozenset({Deed.RETURN, Deed.WITHDRAW, Deed.ALONE, Deed.CORRECT})
STEP_OF: Final[Mapping[Deed, Step]] = {
    Deed.SUBMIT: Step.SUBMIT,
    Deed.APPROVE: Step.APPROVE,
    Deed.RELEASE: Step.APPROVE,
    Deed.ISSUE: Step.ISSUE,
    Deed.RETURN: Step.RETURN,
    Deed.WITHDRAW: Step.WITHDRAW,
    Deed.ALONE: Step.ISSUE_ALONE,
}
CONTRADICTS: Final[Mapping[Deed, Collection[Role]]] = {  # people were told, and are told otherwise
    Deed.CORRECT: STEPS[Step.CORRECT].roles,
    Deed.LIFT: STEPS[Step.SUBMIT].roles,  # whoever drafts it hands it on, and leaves the approver free to approve
}
Doing = Callable[[Transaction, Actor, Office, str, Asked, int], Awaitable[Alert]]


def open_to(who: Actor, alert: Alert, taken: Sequence[Taken], now: int) -> frozenset[Deed]:
    """Return what somebody may do to a warning now; the stores ask again when it is done."""
    rules = {deed: STEPS[step] for deed, step in STEP_OF.items()}
    found = {deed for deed, rule in rules.items() if alert.state in rule.origins and _has(who, rule.roles)}
    if wrote(who, taken):
        found -= {Deed.APPROVE, Deed.RELEASE}
    if Deed.APPROVE in found or alert.level not in emergency.GRAVE or emergency.patience_left(taken, now):
        found -= {Deed.ALONE}
    if alert.state in TOLD and alert.ending in {None, Ending.LOWERED}:
        found |= {deed for deed, roles in CONTRADICTS.items() if _has(who, roles)}
    return frozenset(found)


async def carry_out(
    deed: Deed, tx: Transaction, who: Actor, office: Office, alert_id: str, asked: Asked, now: int
) -> Alert:
    """Do it, and return the warning that is looked at next: of an all-clear, its draft."""
    if deed in READ and not asked.read:
        raise NotReadYet
    if deed in REASONED and not asked.reason:
        raise ReasonUnwritten
    if deed in READ:
        await _require_unchanged(tx, who, alert_id, asked.version)
    return await DEEDS[deed](tx, who, office, alert_id, asked, now)


async def _require_unchanged(tx: Transaction, who: Actor, alert_id: str, version: int) -> None:
    """Refuse what was read in another version: it was returned and rewritten while the page was open."""
    present = (await alerts.load(tx, who, alert_id)).version
    if present != version:
        raise StaleEdit(given=version, present=present)


def _of_version(step: Callable[[Transaction, Actor, Office, str, int, int], Awaitable[Alert]]) -> Doing:
    return lambda tx, who, office, alert_id, asked, now: step(tx, who, office, alert_id, asked.version, now)


def _with_reason(step: Callable[[Transaction, Actor, Office, str, str, int], Awaitable[Alert]]) -> Doing:
    return lambda tx, who, office, alert_id, asked, now: step(tx, who, office, alert_id, asked.reason, now)


async def _release(tx: Transaction, who: Actor, office: Office, alert_id: str, asked: Asked, now: int) -> Alert:
    await approving.approve(tx, who, office, alert_id, asked.version, now)
    return await issuing.issue(tx, who, office, alert_id, now)


async def _issue(tx: Transaction, who: Actor, office: Office, alert_id: str, _: Asked, now: int) -> Alert:
    return await issuing.issue(tx, who, office, alert_id, now)


async def _lift(tx: Transaction, who: Actor, office: Office, alert_id: str, _: Asked, now: int) -> Alert:
    return await drafting.draft_ending(tx, who, office, alert_id, Ending.LIFTED, now)


DEEDS: Final[Mapping[Deed, Doing]] = {
    Deed.SUBMIT: _of_version(approving.submit),
    Deed.APPROVE: _of_version(approving.approve),
    Deed.RELEASE: _release,
    Deed.ISSUE: _issue,
    Deed.RETURN: _with_reason(approving.send_back),
    Deed.WITHDRAW: _with_reason(approving.withdraw),
    Deed.ALONE: _with_reason(emergency.issue_alone),
    Deed.CORRECT: _with_reason(issuing.correct),
    Deed.LIFT: _lift,
}


def _has(who: Actor, roles: Collection[Role]) -> bool:
    return not who.roles.isdisjoint(roles)
