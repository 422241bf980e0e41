"""A site at which all is not well: somebody goes to whoever watches it, unless a warning says more."""

from dataclasses import dataclass
from typing import Final

from bot.cases.door_task import Kind, Reason, Task
from bot.doors.opening import open_tasks
from ground.clock import Clock
from ground.events import Event, Subscription
from ground.transaction import Transaction

NOT_PASSED: Final = "video_check.not_passed"


def subscription(clock: Clock) -> Subscription:
    """Return what listens for video checks that did not pass; for what nobody shows, a ladder sends somebody."""
    return Subscription("doors.checks", frozenset({NOT_PASSED}), _Ear(clock).hear)


@dataclass(frozen=True, slots=True)
class _Ear:
    clock: Clock

    async def hear(self, tx: Transaction, event: Event) -> None:
        facts = event.facts
        person = facts.get("person")
        if person is None or facts.get("alert"):  # nobody is known there, or a warning says more than a task
            return
        wish = Task(
            kind=Kind.BY_HAND,
            origin=event.subject,
            reason=Reason.ASKED,
            person=int(person),
            drill=bool(facts["drill"]),
        )
        await open_tasks(tx, [wish], self.clock.now())
