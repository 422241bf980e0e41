"""News from below: a grave warning opens doors, its end closes them, and who answers by themselves needs no knock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.cases.door_policy import policies
from bot.cases.door_task import Act
from bot.cases.door_values import Deed, DoorTask
from bot.doors.opening import DOORS
from bot.stores import callers
from bot.stores.callers import Caller
from bot.stores.doors import meanwhile, moving, runs, steps
from bot.stores.doors.runs import Grave
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import Alert
from broadcast.answers import AnswerKind
from broadcast.stores import alerts, notices
from ground.clock import Clock
from ground.events import Event, Subscription
from ground.transaction import Transaction

ISSUED: Final = frozenset({"alert.issued", "alert.corrected"})
ENDINGS: Final = frozenset({"alert.ended", "alert.expired"})
ALERT: Final = "alert:"
LEAST: Final = 4
BY_HAND_AT_MOST: Final = 500
CLOSING: Final = frozenset({AnswerKind.SAFE.value, AnswerKind.RECEIVED.value})
"""Whoever calls for help, or says what nobody can read, still needs somebody at the door."""


def subscriptions(clock: Clock) -> list[Subscription]:
    """Return what door tasks listen for."""
    ear = _Ear(clock)
    return [
        Subscription("doors.warnings", ISSUED | ENDINGS, ear.hear_warning),
        Subscription("doors.answers", frozenset({"answer.recorded"}), ear.hear_answer),
    ]


@dataclass(frozen=True, slots=True)
class _Ear:
    clock: Clock

    async def hear_warning(self, tx: Transaction, event: Event) -> None:
        """Begin to look for doors, or have them closed; what is open shows how grave it has become.

        An ending is a warning of its own that replaces another.
        """
        chain = await alerts.chain(tx, DOORS, event.subject)
        if not chain:
            return
        alert, first = chain[0], chain[-1]
        if event.kind in ENDINGS or alert.ending is not None:
            if alert.state is not State.UPDATED:  # a newer one stands in its place
                await runs.end(tx, DOORS, [first.id])
        elif alert.state is State.ISSUED and alert.level is not None:
            if alert.level in policies().levels:
                grave = Grave(first.id, alert.id, alert.audience, alert.area, int(alert.level), alert.drill)
                await runs.begin(tx, DOORS, grave, event.happened_at)
            else:  # it looks for no doors, but some may have been opened by hand
                await _graver(tx, alert, chain)

    async def hear_answer(self, tx: Transaction, event: Event) -> None:
        """Show on every open door of theirs what a household answered; it closes it, unless somebody there is frail."""
        answer = int(event.subject.partition(":")[2])
        caller = await callers.of_answer(tx, DOORS, answer)
        if caller is None or not caller.people:
            return
        kind = str(event.facts.get("kind"))
        found = await meanwhile.open_for(tx, DOORS, caller.people, drill=caller.drill)
        meant = [each for each in found if await _is_about(tx, each, caller)] if found else []
        await meanwhile.answered(tx, DOORS, [each.key for each in meant], kind, caller.happened_at)
        for task in meant:
            if kind in CLOSING and not task.frail:
                await steps.take(tx, DOORS, task.key, self._closing(caller, answer))

    def _closing(self, caller: Caller, answer: int) -> Deed:
        by = f"person:{caller.person}" if caller.person is not None else f"address:{caller.address}"
        return Deed(
            act=Act.ANSWER,
            by=by,
            dedupe=f"answer:{answer}",
            happened_at=caller.happened_at,
            now=self.clock.now(),
            means="answer",
        )


async def _graver(tx: Transaction, alert: Alert, chain: Sequence[Alert]) -> None:
    """Let open doors of a warning that looks for none show how grave it has become."""
    earlier, level = [each.id for each in chain], int(alert.level or LEAST)
    found = await moving.less_grave(tx, DOORS, earlier, level, BY_HAND_AT_MOST, drill=alert.drill)
    await moving.raise_level(tx, DOORS, found, level)


async def _is_about(tx: Transaction, task: DoorTask, caller: Caller) -> bool:
    """Say whether an answer is to the warning for which somebody is to knock."""
    if task.notice == caller.notice:
        return True
    origin = (await notices.load(tx, DOORS, caller.notice)).origin
    if task.alert is None or not origin.startswith(ALERT):
        return False
    first, own = [(await alerts.chain(tx, DOORS, each))[-1:] for each in (origin.removeprefix(ALERT), task.alert)]
    return bool(first) and [each.id for each in first] == [each.id for each in own]
