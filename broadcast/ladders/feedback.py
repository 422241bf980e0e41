"""Feedback of whoever answered 叫应: what became of the people, as often as he likes; only the last word closes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from broadcast.ladders import ending
from broadcast.ladders.answering import CALLER
from broadcast.ladders.model import Feedback, Ladder, Outcome, StepKind
from broadcast.ladders.policy import Policy
from broadcast.stores.ladders import chains, rows, steps
from broadcast.stores.ladders.steps import Step
from ground.actor import Actor
from ground.events import NewsDesk
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class FedBack:
    """What was reported of a chain of warnings, by whom, from where. `proven`: it cannot have been forged."""

    chain: str
    people: tuple[int, ...]  # whoever has the address
    feedback: Feedback | None  # None: a number of people alone
    by: str
    happened_at: int  # story time
    moved: int | None = None  # how many people so far
    address: int | None = None
    proven: bool = True


class Taken(StrEnum):
    """What became of it."""

    CLOSED = "closed"
    NOTED = "noted"  # it is kept, and asked again later
    SENT_FOR = "sent_for"  # those above are told at once
    UNPROVEN = "unproven"
    OVER = "over"  # nobody waits for it


async def take(tx: Transaction, actor: Actor, desk: NewsDesk, fed: FedBack, now: int) -> Taken:
    """Keep what was reported: done closes, anything else is asked again when the policy says so."""
    actor.require_hub()
    chain = await chains.find(tx, CALLER, fed.chain)
    known = await rows.calling(tx, CALLER, fed.chain, fed.people, fed.address)
    awake = [each for each in known if each.is_awake]
    if chain is None or not awake:
        return Taken.OVER
    if not fed.proven:
        await _write(tx, awake, fed, StepKind.UNPROVEN)
        return Taken.UNPROVEN
    await _write(tx, awake, fed, StepKind.FED_BACK)
    if fed.feedback is Feedback.DONE:
        await ending.close(tx, desk, awake, Outcome.ANSWERED, by=fed.by, at=now)
        return Taken.CLOSED
    await _ask_later(tx, awake, chain.policy, now)
    if fed.feedback is Feedback.STUCK:
        await desk.tell_many(tx, "ladder.stuck", [(each.public_id, _facts(each, fed)) for each in awake], now)
        return Taken.SENT_FOR
    return Taken.NOTED


async def _ask_later(tx: Transaction, awake: Sequence[Ladder], policy: Policy, now: int) -> None:
    """Whoever has just reported is left in peace for as long as after his answer."""
    wait = policy.asking[0].after
    await rows.set_all(tx, CALLER, [each.id for each in awake], position=0, wait=wait, due_at=now + wait)


def _facts(ladder: Ladder, fed: FedBack) -> dict[str, object]:
    who = next((each for each in (ladder.answered_by, ladder.person) if each in fed.people), ladder.person)
    return {
        "chain": ladder.chain,
        "person": who,
        "area": ladder.area,
        "superior": ladder.superior,
        "moved": fed.moved,
        "drill": ladder.drill,
    }


async def _write(tx: Transaction, ladders: Sequence[Ladder], fed: FedBack, kind: StepKind) -> None:
    person = fed.people[0] if len(fed.people) == 1 else None
    written = [
        Step(
            ladder=each.id,
            kind=kind,
            at=fed.happened_at,
            by=fed.by,
            person=person,
            address=fed.address,
            result=fed.feedback or "",
            moved=fed.moved,
        )
        for each in ladders
    ]
    await steps.write(tx, CALLER, written)
