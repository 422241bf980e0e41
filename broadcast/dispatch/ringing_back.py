"""Ringing back: a call beside the ladder's own steps, which neither hurries nor delays them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from broadcast.dispatch import rungs
from broadcast.ladders.answering import CALLER
from broadcast.ladders.climbing import DIALLED, Move
from broadcast.ladders.model import Ladder
from broadcast.ladders.policy import Does
from broadcast.stores import notices
from broadcast.stores.ladders import callbacks, rows
from broadcast.stores.ladders.callbacks import Wanted
from ground import apart

if TYPE_CHECKING:
    from broadcast.dispatch.escalation import Escalation
    from broadcast.dispatch.rungs import Spoken
    from ground.transaction import Transaction

AT_ONCE: Final = 20


async def ring_back(escalation: Escalation) -> int:
    """Call whoever rang up and is to prove it; return how many."""
    hub, now = escalation.hub, escalation.hub.clock.now()
    async with hub.database.reading() as tx:
        waiting = await callbacks.due(tx, CALLER, now, AT_ONCE)
        known = [ladder for ladder, _ in await _ladders(tx, waiting)]
        spoken = await rungs.prepare(tx, escalation.office, escalation.kinds, known)
    ids = sorted({each.ladder for each in waiting})
    return (await apart.together(ids, partial(_ring, escalation, spoken))).done


async def _ring(escalation: Escalation, spoken: Mapping[str, Spoken], ladder_ids: Sequence[int]) -> int:
    hub, now = escalation.hub, escalation.hub.clock.now()
    async with hub.database.writing() as tx:
        waiting = await callbacks.due(tx, CALLER, now, AT_ONCE, ladder_ids)
        found = await _ladders(tx, waiting)
        before = await notices.newest(tx, CALLER)
        for chain in sorted({ladder.chain for ladder, _ in found} & spoken.keys()):
            moves = [_beside(ladder, person, now) for ladder, person in found if ladder.chain == chain]
            await rungs.take(tx, hub, spoken[chain], escalation.kinds, moves, now)
            await _leave_turn(tx, moves)
        await callbacks.direct(tx, CALLER, waiting, before)
        await callbacks.done(tx, CALLER, waiting)
    return len(waiting)


async def _ladders(tx: Transaction, waiting: Sequence[Wanted]) -> Sequence[tuple[Ladder, int]]:
    """Return the ladders that are still open, each with who is rung back on it."""
    people: Mapping[str, set[int]] = defaultdict(set)
    for each in waiting:
        people[each.chain].add(each.person)
    found: dict[int, Ladder] = {}
    for chain, whom in people.items():
        found |= {each.id: each for each in await rows.calling(tx, CALLER, chain, sorted(whom)) if each.is_open}
    return [(found[each.ladder], each.person) for each in waiting if each.ladder in found]


def _beside(ladder: Ladder, person: int, now: int) -> Move:
    """Return a call that leaves the ladder where it stands, and its next step due when it was."""
    wait = max(0, (ladder.due_at or now) - now)
    return Move(ladder, Does.CALL, person, frozenset({DIALLED}), ladder.position, wait)


async def _leave_turn(tx: Transaction, moves: Sequence[Move]) -> None:
    """Whoever holds the post is never barred from being called: so the turn stays with whom it was."""
    for each in moves:
        if each.target == each.ladder.person:
            await rows.set_all(tx, CALLER, [each.ladder.id], target_id=each.ladder.target)
