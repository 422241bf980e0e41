"""A site that must be seen and is not: somebody goes to whoever watches it, when nobody answers or all is not well."""

from dataclasses import dataclass
from typing import Final

from bot.cases.door_task import Kind, Reason, Task
from bot.doors.opening import open_tasks
from ground.clock import Clock
from ground.events import Event, Subscription
from ground.transaction import Transaction

OVERDUE, NOT_PASSED = "video_check.overdue", "video_check.not_passed"
REASONS: Final = {OVERDUE: (Kind.NOT_ANSWERED, Reason.NOT_ANSWERED), NOT_PASSED: (Kind.BY_HAND, Reason.ASKED)}


def subscription(clock: Clock) -> Subscription:
    """Return what listens for video checks that nobody answered, or that did not pass and opened no warning."""
    return Subscription("doors.checks", frozenset(REASONS), _Ear(clock).hear)


@dataclass(frozen=True, slots=True)
class _Ear:
    clock: Clock

    async def hear(self, tx: Transaction, event: Event) -> None:
        facts = event.facts
        person = facts.get("person")
        if person is None or facts.get("alert"):  # nobody is known there, or a warning says more than a task
            return
        kind, reason = REASONS[event.kind]
        wish = Task(kind=kind, origin=event.subject, reason=reason, person=int(person), drill=bool(facts["drill"]))
        await open_tasks(tx, [wish], self.clock.now())
