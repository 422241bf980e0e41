"""A ladder at rest: answered, it waits for feedback alone; closed, for nothing. Either stops what it sends."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from broadcast.ladders.model import Ladder, Outcome, State, StepKind
from broadcast.ladders.policy import Policy
from broadcast.stores.ladders import rows, steps, stopping
from broadcast.stores.ladders.steps import Step
from ground.actor import system
from ground.events import NewsDesk
from ground.transaction import Transaction

ENDER = system("caller")


async def wake(
    tx: Transaction,
    desk: NewsDesk,
    answered: Sequence[Ladder],
    policy: Policy,
    *,
    by: str,
    answerer: int | None,
    at: int,
) -> None:
    """Let ladders rest until it is time to ask for feedback; told as `ladder.answered`."""
    wait = policy.feedback[0].after
    resting = {"state": State.AWAKE, "position": 0, "wait": wait, "due_at": at + wait, "target_id": None}
    changed = resting | {"outcome": Outcome.ANSWERED, "answered_by_id": answerer}
    await _rest(tx, answered, StepKind.AWAKE, Outcome.ANSWERED, by, at, changed)
    await desk.tell_many(tx, "ladder.answered", _news(answered, Outcome.ANSWERED, answerer), at)


async def close(
    tx: Transaction,
    desk: NewsDesk,
    closed: Sequence[Ladder],
    outcome: Outcome,
    *,
    by: str,
    at: int,
    answerer: int | None = None,
) -> None:
    """Close ladders and stop what they send; told as `ladder.closed`. `answerer` None leaves who answered before."""
    changed: dict[str, Any] = {"state": State.CLOSED, "outcome": outcome, "due_at": None, "closed_at": at}
    if answerer is not None:
        changed["answered_by_id"] = answerer
    await _rest(tx, closed, StepKind.CLOSED, outcome, by, at, changed)
    await desk.tell_many(tx, "ladder.closed", _news(closed, outcome, answerer), at)


async def _rest(
    tx: Transaction,
    resting: Sequence[Ladder],
    kind: StepKind,
    outcome: Outcome,
    by: str,
    at: int,
    changed: Mapping[str, Any],
) -> None:
    for chain, mine in _by_chain(resting):
        ids = [each.id for each in mine]
        await rows.set_all(tx, ENDER, ids, **changed)
        people = sorted({person for each in mine for person in each.called})
        under_way = await stopping.stop(tx, ENDER, chain, ids, people)
        taken = [Step(ladder=each, kind=kind, at=at, by=by, result=outcome, under_way=under_way) for each in ids]
        await steps.write(tx, ENDER, taken)


def _by_chain(ladders: Sequence[Ladder]) -> Iterator[tuple[str, Sequence[Ladder]]]:
    for chain in dict.fromkeys(each.chain for each in ladders):
        yield chain, [each for each in ladders if each.chain == chain]


def _news(
    ladders: Sequence[Ladder], outcome: Outcome, answerer: int | None
) -> Sequence[tuple[str, Mapping[str, object]]]:
    return [
        (
            each.public_id,
            {
                "chain": each.chain,
                "matter": each.alert is None,
                "outcome": outcome.value,
                "answered_by": answerer,
            },
        )
        for each in ladders
    ]
