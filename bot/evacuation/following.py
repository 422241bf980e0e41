"""News from below: answers to a warning are reports too, and a warning that ends leaves its evacuation standing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from bot.cases.evacuation import AlarmKind, PersonState, Way
from bot.evacuation import reporting
from bot.evacuation.ordering import MARSHAL
from bot.stores.evacuation import alarms, orders, roll
from bot.stores.evacuation.alarms import Raised
from bot.stores.evacuation.reports import Said
from bot.stores.evacuation.roll import Line
from broadcast.answers import AnswerKind
from broadcast.stores import alerts
from broadcast.stores.tables import answers, notices
from ground.clock import Clock
from ground.events import Event, Subscription
from ground.transaction import Transaction

MEANT: Final = {AnswerKind.SAFE.value: PersonState.SAFE, AnswerKind.NEED_HELP.value: PersonState.NEED_HELP}
ENDINGS: Final = frozenset({"alert.ended", "alert.expired"})


async def rows_of(tx: Transaction, person: int, *, drill: bool) -> Sequence[Line]:
    """Return where somebody stands on the rolls of open orders: of drills, or of real ones."""
    alike = {each.key for each in await orders.open_ones(tx, MARSHAL) if each.drill == drill}
    rows = await roll.open_for_people(tx, MARSHAL, [person])
    return [row for row in rows if row.person == person and row.order in alike]


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
        """Take "safe" and "need help" as an unverified report of every open order on whose roll the person stands."""
        state, person = MEANT.get(str(event.facts.get("kind"))), event.facts.get("person")
        if state is None or person is None:
            return
        number = int(event.subject.partition(":")[2])
        wanted = select(answers.c.dedupe, answers.c.happened_at, notices.c.drill)
        answer = await tx.row(wanted.join(notices, notices.c.id == answers.c.notice_id).where(answers.c.id == number))
        if answer is None:
            return
        said = [
            Said(
                line=line.id,
                state=state,
                happened_at=answer.happened_at,
                by=f"person:{person}",
                means=Way.ANSWER,
                dedupe=answer.dedupe,
            )
            for line in await rows_of(tx, int(person), drill=answer.drill)
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
