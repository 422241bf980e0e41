"""Calling about a matter: one ladder for whoever is to see to it; asked again, it begins at its foot."""

from collections.abc import Sequence

from broadcast.ladders.matter import Matter
from broadcast.ladders.model import State, StepKind
from broadcast.ladders.policy import matter_policy
from broadcast.stores.ladders import chains, opening, reach, rows, steps
from broadcast.stores.ladders.posts import Held
from broadcast.stores.ladders.steps import Step
from ground.actor import Actor
from ground.transaction import Transaction


async def call_about(tx: Transaction, actor: Actor, matter: Matter, held: Held, leads: Sequence[int], now: int) -> None:
    """Call whoever is to see to a matter, then his deputy, then the first of those who lead; escalation does the rest.

    A matter that is called about already is begun anew with the same people.
    """
    actor.require_hub()
    if await chains.find(tx, actor, matter.id) is not None:
        await _begin_anew(tx, actor, matter, now)
        return
    chain = await chains.begin_matter(tx, actor, matter, matter_policy(), now)
    people = {person for person in (held.holder, held.deputy, *leads) if person is not None}
    await reach.make_dialable(tx, actor, sorted(people))
    await opening.open_all(tx, actor, chain, [held], {held.area: leads}, now)


async def end(tx: Transaction, actor: Actor, roots: Sequence[str], now: int) -> None:
    """Call nobody any more about these matters; escalation closes their ladders."""
    actor.require_hub()
    for root in roots:
        await chains.move(tx, actor, root, "closing", now)


async def _begin_anew(tx: Transaction, actor: Actor, matter: Matter, now: int) -> None:
    await chains.begin_matter_anew(tx, actor, matter, now)
    known = await rows.listed(tx, actor, chain=matter.id, states=tuple(State))
    fresh = {"state": State.OPEN, "outcome": "", "position": 0, "target_id": None, "due_at": now, "wait": 0}
    await rows.set_all(tx, actor, [each.id for each in known], **fresh, closed_at=None, answered_by_id=None)
    raised = [Step(ladder=each.id, kind=StepKind.RAISED, at=now, by=actor.name) for each in known]
    await steps.write(tx, actor, raised)
