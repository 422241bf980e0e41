"""An answer to 叫应: in its own transaction it stops every channel of the ladder, or sends for the next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from audiences.stores.reach import faults
from broadcast.ladders import ending
from broadcast.ladders.model import Ladder, Outcome, Reply, StepKind
from broadcast.ladders.policy import Policy, Whom
from broadcast.stores.ladders import chains, reach, rows, steps, stopping
from broadcast.stores.ladders.chains import Chain
from broadcast.stores.ladders.steps import Step
from ground.actor import Actor, system
from ground.events import NewsDesk
from ground.transaction import Transaction

CALLER = system("caller")
NOT_ME = "not_me"  # why an address is closed


@dataclass(frozen=True, slots=True)
class Said:
    """What was said to a chain of warnings, by whom, from where. `proven`: it cannot have been forged."""

    chain: str
    people: tuple[int, ...]  # whoever has the address
    reply: Reply
    by: str
    happened_at: int  # story time
    address: int | None = None
    proven: bool = True


class Heard(StrEnum):
    """What became of it."""

    CLOSED = "closed"
    AWAKE = "awake"  # nobody is called any more, and what became of the people is asked
    NEXT = "next"  # the next in line is called at once
    UNPROVEN = "unproven"  # nothing is closed by it: the code is missing
    OVER = "over"  # nothing is open any more
    NOBODY = "nobody"  # nobody there is called in this chain


async def reply(tx: Transaction, actor: Actor, desk: NewsDesk, said: Said, now: int) -> Heard:
    """Take an answer of whoever is called."""
    actor.require_hub()
    chain = await chains.find(tx, CALLER, said.chain)
    known = await rows.calling(tx, CALLER, said.chain, said.people, said.address)
    if chain is None or not known:
        return Heard.NOBODY
    if not said.people:  # at a room's landline: whoever picks up answers for who is on shift there
        said = replace(said, people=tuple(each.person for each in known))
    open_ones = [each for each in known if each.is_open]
    if not open_ones:
        again = said.reply is Reply.ON_POST and any(each.is_awake for each in known)
        return Heard.AWAKE if again else Heard.OVER
    if not said.proven and said.reply is not Reply.AWAY:
        await _write(tx, open_ones, said, StepKind.UNPROVEN)
        return Heard.UNPROVEN
    if said.reply is Reply.ON_POST:
        return await _answered(tx, desk, chain, open_ones, said, now)
    if said.reply is Reply.NOT_ME and said.address is not None:
        alike = await reach.of_the_same_number(tx, CALLER, said.address)
        await faults.close_gone(tx, CALLER, desk, dict.fromkeys(alike, NOT_ME), now)
    await _call_next(tx, chain, open_ones, said, now)
    return Heard.NEXT


async def _answered(
    tx: Transaction, desk: NewsDesk, chain: Chain, answered: Sequence[Ladder], said: Said, now: int
) -> Heard:
    """Stop everything; what is left is the feedback, where the policy wants any."""
    await _write(tx, answered, said, StepKind.REPLIED)
    others = {other.id: other for each in answered for other in await rows.beside(tx, CALLER, each)}
    let_off = [each for each in others.values() if each.id not in {one.id for one in answered}]
    await ending.close(tx, desk, let_off, Outcome.BY_ANOTHER, by=said.by, at=now)
    answerer = _answerer(answered, said)
    if chain.policy.feedback:
        await ending.wake(tx, desk, answered, chain.policy, by=said.by, answerer=answerer, at=now)
        return Heard.AWAKE
    await ending.close(tx, desk, answered, Outcome.ANSWERED, by=said.by, answerer=answerer, at=now)
    return Heard.CLOSED


def _answerer(answered: Sequence[Ladder], said: Said) -> int | None:
    """Return which of those who share the telephone it was: whose turn it is, or whose ladder; None: not known."""
    turned_to = [person for each in answered for person in (each.target, each.person)]
    return next((person for person in turned_to if person in said.people), next(iter(said.people), None))


async def _call_next(tx: Transaction, chain: Chain, open_ones: Sequence[Ladder], said: Said, now: int) -> None:
    """Go on at once: past whoever is away, or to the next try at another address of who was not there."""
    await _write(tx, open_ones, said, StepKind.REPLIED)
    for each in open_ones:
        position = _past(chain.policy, each, said) if said.reply is Reply.AWAY else each.position
        await rows.set_all(tx, CALLER, [each.id], position=position, due_at=now, wait=0)
    if said.reply is Reply.AWAY:
        await stopping.stop(tx, CALLER, said.chain, [each.id for each in open_ones], list(said.people))


def _past(policy: Policy, ladder: Ladder, said: Said) -> int:
    """Return the first rung that is about somebody after whoever said that he is away."""
    line = [Whom.HOLDER, Whom.DEPUTY, Whom.SUPERIOR]
    called = dict(zip(line, (ladder.person, ladder.deputy, ladder.superior), strict=True))
    behind = max((line.index(whom) for whom, person in called.items() if person in said.people), default=-1)
    later = (policy.first_of(whom, ladder.position) for whom in line[behind + 1 :])
    return next((at for at in later if at is not None), max(ladder.position, len(policy.rungs) - 1))


async def _write(tx: Transaction, ladders: Sequence[Ladder], said: Said, kind: StepKind) -> None:
    person = said.people[0] if len(said.people) == 1 else None
    written = [
        Step(
            ladder=each.id,
            kind=kind,
            at=said.happened_at,
            by=said.by,
            person=person,
            address=said.address,
            result=said.reply,
        )
        for each in ladders
    ]
    await steps.write(tx, CALLER, written)
