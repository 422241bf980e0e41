"""Escalation (叫应): ladders are opened when a warning is issued, climbed when a step is due, closed when it is over.

Steps are rows: whoever looks, and however late, takes the one that is due and sets the next. What a step says becomes
notices that are planned in its own transaction, so that an answer finds every sending that it must stop.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from broadcast.alerts.office import Office
from broadcast.channels.kind import ChannelKind
from broadcast.dispatch import rungs
from broadcast.dispatch.hub import Hub
from broadcast.dispatch.opening import dial_danger, open_slice
from broadcast.dispatch.ringing_back import ring_back
from broadcast.dispatch.rungs import Spoken
from broadcast.ladders import ending
from broadcast.ladders.answering import CALLER
from broadcast.ladders.climbing import DIALLED, Move, move
from broadcast.ladders.model import UNFINISHED, Ladder, Outcome
from broadcast.stores import alerts
from broadcast.stores.ladders import chains, policies, reach, rows
from ground.apart import Worked, first, together
from ground.clock import Clock
from ground.events import Event, Subscription
from ground.transaction import Transaction

log = structlog.get_logger()
BEGINNINGS: Final = frozenset({"alert.issued"})
ENDINGS: Final = frozenset({"alert.ended", "alert.expired"})
CLOSED_AT_ONCE = 100
DUE_AT_ONCE = 1_000
STEPS_AT_ONCE = 50
LOOKS = 20  # in one round; what is left follows with the next


@dataclass(frozen=True, slots=True)
class Escalation:
    """What calling leans on: the hub, and the office whose tables say how events are called."""

    hub: Hub
    office: Office

    @property
    def kinds(self) -> Sequence[ChannelKind]:
        """The channels by which people can be told."""
        return [kind for kind in self.office.channels if not kind.abilities.public and kind.name in self.hub.channels]


def subscription(clock: Clock) -> Subscription:
    """Return what listens for warnings that begin and end."""

    async def read(tx: Transaction, event: Event) -> None:
        if event.kind in ENDINGS:
            await _end(tx, event, clock.now())
        else:
            await _begin(tx, event, clock.now())

    return Subscription("ladders.warnings", BEGINNINGS | ENDINGS, read)


async def once(escalation: Escalation) -> int:
    """Open, climb and close whatever is due; return how many ladders moved. One that fails keeps no other waiting."""
    moved = 0
    for look in (open_slice, dial_danger, ring_back, _climb, _end_matters, _close_slice):
        for _ in range(LOOKS):
            try:
                done = await look(escalation)
            except Exception:
                log.exception("ladders.failed", look=look.__name__)
                break
            moved += done
            if not done or done >= DUE_AT_ONCE:
                break
    return moved


async def _begin(tx: Transaction, event: Event, now: int) -> None:
    line = await alerts.chain(tx, CALLER, event.subject)
    alert = line[0]
    if alert.ending is not None or alert.level is None:
        return
    policy = await policies.policy_for(tx, CALLER, alert.area, int(alert.level), alert.event_code, now)
    known = await chains.of_alerts(tx, CALLER, [each.id for each in line])
    if known is not None and known.drill == alert.drill:
        await chains.carry_on(tx, CALLER, known, alert, policy, now)
    elif policy is not None:
        await chains.begin(tx, CALLER, line[-1].id, alert, policy, now)


async def _end(tx: Transaction, event: Event, now: int) -> None:
    """End with the warning that is spoken of; one that a newer one replaced long ago ends nothing."""
    line = await alerts.chain(tx, CALLER, event.subject)
    chain = await chains.of_alerts(tx, CALLER, [each.id for each in line])
    if chain is not None and chain.alert == event.subject:
        await chains.move(tx, CALLER, chain.root, "closing", now)


async def _climb(escalation: Escalation) -> int:
    """Take the step of every ladder that is due: looked for and put in order once, taken a slice at once.

    A chain that cannot be spoken of, or a ladder that cannot be climbed, keeps no other waiting.
    """
    if not escalation.kinds:
        return 0
    taken, behind = 0, frozenset[str]()
    for _ in range(LOOKS):
        waiting, spoken = await _due(escalation, behind)
        worked = await _climb_in_slices(escalation, spoken, [each.id for each in waiting if each.chain in spoken])
        taken += worked.done
        stuck = {each.chain for each in waiting if each.id in worked.failed or each.chain not in spoken}
        if not stuck or len(waiting) < DUE_AT_ONCE:
            break
        behind |= stuck
    return taken


async def _due(escalation: Escalation, behind: Collection[str]) -> tuple[Sequence[Ladder], Mapping[str, Spoken]]:
    hub = escalation.hub
    async with hub.database.reading() as tx:
        waiting = await rows.due(tx, CALLER, hub.clock.now(), DUE_AT_ONCE, behind=behind)
        return waiting, await rungs.prepare(tx, escalation.office, escalation.kinds, waiting)


async def _climb_in_slices(
    escalation: Escalation, spoken: Mapping[str, Spoken], ladder_ids: Sequence[int]
) -> Worked[int]:
    now = escalation.hub.clock.now()
    slices = [ladder_ids[start : start + STEPS_AT_ONCE] for start in range(0, len(ladder_ids), STEPS_AT_ONCE)]
    worked = [await together(some, lambda ids: _climb_some(escalation, spoken, ids, now)) for some in slices]
    return Worked(sum(each.done for each in worked), [each for some in worked for each in some.failed])


async def _climb_some(escalation: Escalation, spoken: Mapping[str, Spoken], ladder_ids: Sequence[int], now: int) -> int:
    """Take the steps of a few ladders, but of those that another hub took or an answer closed meanwhile."""
    hub = escalation.hub
    async with hub.database.writing() as tx:
        ladders = await rows.due(tx, CALLER, now, STEPS_AT_ONCE, ladder_ids)
        people = sorted({person for each in ladders for person in each.called})
        names = [kind.name for kind in escalation.kinds]
        reached = dict(await reach.channels_of(tx, CALLER, people, names, now))
        for each in ladders:
            if each.room is not None and DIALLED in names:
                reached[each.person] = reached.get(each.person, frozenset()) | {DIALLED}
        moves = [move(each, spoken[each.chain].chain.policy, reached, names) for each in ladders]
        for chain in dict.fromkeys(each.ladder.chain for each in moves):
            mine: list[Move] = [each for each in moves if each.ladder.chain == chain]
            await rungs.take(tx, hub, spoken[chain], escalation.kinds, mine, now)
    return len(ladders)


async def _end_matters(escalation: Escalation) -> int:
    """End what is over by itself; a warning ends as warnings do."""
    hub, now = escalation.hub, escalation.hub.clock.now()
    async with hub.database.reading() as tx:
        over = await chains.outlasted(tx, CALLER, now, CLOSED_AT_ONCE)
    if over:
        async with hub.database.writing() as tx:
            for root in over:
                await chains.move(tx, CALLER, root, "closing", now)
    return len(over)


async def _close_slice(escalation: Escalation) -> int:
    async with escalation.hub.database.reading() as tx:
        over = await chains.in_stage(tx, CALLER, "closing")
    return await first(over, partial(_close_some, escalation.hub))


async def _close_some(hub: Hub, root: str) -> int:
    now = hub.clock.now()
    async with hub.database.writing() as tx:
        still = await rows.listed(tx, CALLER, chain=root, states=UNFINISHED, limit=CLOSED_AT_ONCE)
        for outcome, ended in (
            (Outcome.OVER, [each for each in still if each.is_open]),
            (Outcome.ANSWERED, [each for each in still if each.is_awake]),
        ):
            await ending.close(tx, hub.desk, ended, outcome, by=CALLER.name, at=now)
        if len(still) < CLOSED_AT_ONCE:
            await chains.move(tx, CALLER, root, "over", now)
    return max(1, len(still))
