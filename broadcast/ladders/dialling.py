"""A call by hand: an officer rang somebody up himself; how it went is kept, and steers the ladder."""

from dataclasses import dataclass, replace
from typing import Final

from audiences.stores.reach import faults
from audiences.stores.reach.addresses import of_person
from broadcast.ladders import answering, feedback
from broadcast.ladders.answering import CALLER, Heard, Said
from broadcast.ladders.errors import LadderClosed, NotCalled, ReplyMissing
from broadcast.ladders.feedback import FedBack, Taken
from broadcast.ladders.model import Dialled, Feedback, Ladder, Reply, State, StepKind
from broadcast.stores.ladders import rows, steps
from broadcast.stores.ladders.steps import Step
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.events import NewsDesk
from ground.transaction import Transaction

DEAD: Final = frozenset({Dialled.VOID, Dialled.SUSPENDED, Dialled.NOT_ME})  # that number reaches him no more
BY_NUMBER: Final = ("voice", "sms")


@dataclass(frozen=True, slots=True)
class Dialling:
    """Whom an officer rang up, and how it went; `number` in full, so that a dead one is closed."""

    person: int
    result: Dialled
    reply: Reply | None
    said_at: int  # story time
    number: str = ""
    feedback: Feedback | None = None  # what became of the people, if he said so
    moved: int | None = None

    def __repr__(self) -> str:
        return f"Dialling({self.person}, {self.result})"


async def record(
    tx: Transaction, actor: Actor, desk: NewsDesk, ladder_id: str, dialling: Dialling, now: int
) -> Heard | Taken | None:
    """Keep how a call by hand went; what was said on it counts as an answer, whose number is dead is called no more."""
    actor.require(Role.DUTY, Role.OFFICER, Role.APPROVER)
    ladder = await rows.load(tx, actor, ladder_id)
    _check(ladder, dialling)
    said_at = min(dialling.said_at, now)
    step = Step(
        ladder=ladder.id,
        kind=StepKind.DIALLED,
        at=said_at,
        by=actor.name,
        person=dialling.person,
        result=dialling.result,
    )
    await steps.write(tx, CALLER, [step])
    await record_deed(tx, actor, "ladder.dialled", ladder.public_id, now, result=dialling.result.value)
    if dialling.reply is not None or dialling.feedback is not None:
        return await _heard(tx, actor, desk, ladder, replace(dialling, said_at=said_at), now)
    if dialling.result in DEAD:
        await _close_number(tx, desk, dialling, now)
        await rows.set_all(tx, CALLER, [ladder.id], due_at=now, wait=0)
    return None


async def _heard(
    tx: Transaction, actor: Actor, desk: NewsDesk, ladder: Ladder, dialling: Dialling, now: int
) -> Heard | Taken | None:
    """Take what was said on a call: an answer, feedback, or both in one breath."""
    heard: Heard | Taken | None = None
    if dialling.reply is not None:
        said = Said(ladder.chain, (dialling.person,), dialling.reply, actor.name, dialling.said_at)
        heard = await answering.reply(tx, CALLER, desk, said, now)
    if dialling.feedback is not None or dialling.moved is not None:
        fed = FedBack(ladder.chain, (dialling.person,), dialling.feedback, actor.name, dialling.said_at, dialling.moved)
        taken = await feedback.take(tx, CALLER, desk, fed, now)
        heard = heard if taken is Taken.OVER and heard is not None else taken
    return heard


def _check(ladder: Ladder, dialling: Dialling) -> None:
    if ladder.state is State.CLOSED:
        raise LadderClosed(ladder=ladder.public_id, outcome=ladder.outcome)
    if dialling.person not in ladder.called:
        raise NotCalled(ladder=ladder.public_id, person=dialling.person)
    if dialling.result is Dialled.ANSWERED and dialling.reply is None and dialling.feedback is None:
        raise ReplyMissing


async def _close_number(tx: Transaction, desk: NewsDesk, dialling: Dialling, now: int) -> None:
    theirs = await of_person(tx, CALLER, dialling.person, now=now)
    dead = [each for each in theirs if each.channel in BY_NUMBER and each.value == dialling.number]
    await faults.close_gone(tx, CALLER, desk, {each.id: dialling.result.value for each in dead}, now)
