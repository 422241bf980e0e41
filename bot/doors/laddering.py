"""叫应 and doors: a ladder that nobody answers sends somebody to knock, and what is found there answers it."""

from dataclasses import dataclass
from typing import Final

from bot.cases.door_task import Act, Kind, Outcome, Reason, Task
from bot.cases.door_values import Deed
from bot.doors.opening import DOORS, open_tasks
from bot.stores.doors import steps, tasks
from broadcast.ladders import answering
from broadcast.ladders.answering import Said
from broadcast.ladders.model import Reply
from broadcast.stores.ladders import rows
from ground.clock import Clock
from ground.events import Event, NewsDesk, Subscription
from ground.transaction import Transaction

ORIGIN: Final = "ladder:"
SPOKEN_TO: Final = frozenset({Outcome.ANSWERED_SAFE, Outcome.ANSWERED_HELP, Outcome.ANSWERED_INFORMED})


def subscriptions(clock: Clock, desk: NewsDesk) -> list[Subscription]:
    """Return what listens for ladders that come to their end, and for what is found at doors."""
    ear = _Ear(clock, desk)
    return [
        Subscription("doors.ladders", frozenset({"ladder.exhausted"}), ear.send),
        Subscription("doors.awake", frozenset({"ladder.answered", "ladder.closed"}), ear.call_back),
        Subscription("ladders.doors", frozenset({"door.reported"}), ear.hear),
    ]


@dataclass(frozen=True, slots=True)
class _Ear:
    clock: Clock
    desk: NewsDesk

    async def send(self, tx: Transaction, event: Event) -> None:
        """Have somebody knock at the door of whoever does not answer."""
        facts = event.facts
        wish = Task(
            kind=Kind.NOT_ANSWERED,
            origin=f"{ORIGIN}{event.subject}",
            reason=Reason.NOT_ANSWERED,
            person=int(facts["person"]),
            level=int(facts["level"]),
            drill=bool(facts["drill"]),
            alert=None if facts.get("alert") is None else str(facts["chain"]),  # a matter is no warning
        )
        await open_tasks(tx, [wish], self.clock.now())

    async def call_back(self, tx: Transaction, event: Event) -> None:
        """Nobody need knock any more at the door of somebody who answered by himself."""
        now = self.clock.now()
        for task in await tasks.of_origin(tx, DOORS, f"{ORIGIN}{event.subject}"):
            if task.open:
                deed = Deed(act=Act.END, by=DOORS.name, dedupe=f"ladder:{event.id}", happened_at=now, now=now)
                await steps.take(tx, DOORS, task.key, deed)

    async def hear(self, tx: Transaction, event: Event) -> None:
        """Whoever was spoken to at the door has answered; that somebody knocked in vain changes nothing."""
        kind, _, ladder_id = str(event.facts.get("origin", "")).partition(":")
        spoken_to = event.facts.get("outcome") in SPOKEN_TO and event.facts.get("verified")
        if f"{kind}:" != ORIGIN or not spoken_to:
            return
        ladder = await rows.load(tx, DOORS, ladder_id)
        said = Said(ladder.chain, (ladder.person,), Reply.ON_POST, str(event.facts["by"]), event.happened_at)
        await answering.reply(tx, answering.CALLER, self.desk, said, self.clock.now())
