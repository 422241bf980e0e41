"""News from below: answers to a warning are reports too, and a warning that ends leaves its evacuation standing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.cases.evacuation import AlarmKind, PersonState, Way
from bot.evacuation import reporting
from bot.evacuation.ordering import MARSHAL
from bot.stores import callers
from bot.stores.callers import Caller
from bot.stores.evacuation import alarms, orders, roll
from bot.stores.evacuation.alarms import Raised
from bot.stores.evacuation.reports import Said
from bot.stores.evacuation.roll import Line
from broadcast.answers import AnswerKind
from broadcast.stores import alerts
from ground.clock import Clock
from ground.events import Event, Subscription
from ground.transaction import Transaction

MEANT: Final = {AnswerKind.SAFE.value: PersonState.SAFE, AnswerKind.NEED_HELP.value: PersonState.NEED_HELP}
ENDINGS: Final = frozenset({"alert.ended", "alert.expired"})


async def rows_of(tx: Transaction, caller: Caller) -> Sequence[Line]:
    """Return where those who answered stand on the rolls of orders that were open when they did.

    A drill's answer is of drills alone; and what was said before an order was given says nothing about it, however
    late it is heard.
    """
    open_ones = await orders.open_ones(tx, MARSHAL)
    meant = {each.key for each in open_ones if each.drill == caller.drill and each.at <= caller.happened_at}
    rows = await roll.open_for_people(tx, MARSHAL, caller.people) if meant else []
    return [row for row in rows if row.person in caller.people and row.order in meant]


def subscriptions(clock: Clock) -> list[Subscription]:
    """Return what evacuations listen for."""
    ear = _Ear(clock)
    return [
        Subscription("evacuation.answers", frozenset({"answer.recorded"}), ear.hear_answer),
        Subscription("evacuation.warnings", ENDINGS, ear.hear_ending),
    ]


@dataclass(frozen=True, slots=True)
class _Ear:
    clock: Clock

    async def hear_answer(self, tx: Transaction, event: Event) -> None:
        """Take "safe" and "need help" as an unverified report of every open order on whose roll they stand.

        From a phone that several share it is said of all of them: it takes nobody off the missing list.
        """
        state = MEANT.get(str(event.facts.get("kind")))
        caller = await callers.of_answer(tx, MARSHAL, int(event.subject.partition(":")[2])) if state else None
        if state is None or caller is None:
            return
        said = [
            Said(
                line=line.id,
                state=state,
                happened_at=caller.happened_at,
                by=f"person:{caller.person}" if caller.person is not None else f"address:{caller.address}",
                means=Way.ANSWER,
                dedupe=caller.dedupe,
            )
            for line in await rows_of(tx, caller)
        ]
        await reporting.overhear(tx, said, self.clock.now())

    async def hear_ending(self, tx: Transaction, event: Event) -> None:
        """Tell the offices that the warning is over and the evacuation is not: who may return is said on the spot."""
        chain = [each.id for each in await alerts.chain(tx, MARSHAL, event.subject)]
        for order in await orders.of_alerts(tx, MARSHAL, chain):
            await orders.note(tx, MARSHAL, order.key, warning_ended_at=event.happened_at)
            key = f"warning:{event.subject}"
            raised = Raised(order.key, key, AlarmKind.WARNING_ENDED, order.area, event.happened_at)
            await alarms.raise_all(tx, MARSHAL, [raised])
