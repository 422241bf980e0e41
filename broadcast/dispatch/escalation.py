"""Escalation (叫应): ladders are opened when a warning is issued, climbed when a step is due, closed when it is over.

Steps are rows: whoever looks, and however late, takes the one that is due and sets the next. What a step says becomes
notices that are planned in its own transaction, so that an answer finds every sending that it must stop.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from broadcast.alerts.office import Office
from broadcast.channels.kind import ChannelKind
from broadcast.dispatch import rungs
from broadcast.dispatch.hub import Hub
from broadcast.dispatch.ringing_back import ring_back
from broadcast.dispatch.rungs import Spoken
from broadcast.ladders import ending
from broadcast.ladders.answering import CALLER
from broadcast.ladders.climbing import DIALLED, Move, move
from broadcast.ladders.model import UNFINISHED, Outcome
from broadcast.notices import State as Said
from broadcast.stores import alerts, notices
from broadcast.stores.ladders import chains, danger, opening, policies, posts, reach, rows
from broadcast.stores.ladders.chains import Chain
from broadcast.stores.ladders.posts import Held
from ground.clock import Clock
from ground.events import Event, Subscription
from ground.transaction import Transaction

log = structlog.get_logger()
BEGINNINGS: Final = frozenset({"alert.issued"})
ENDINGS: Final = frozenset({"alert.ended", "alert.expired"})
POSTS_AT_ONCE = 200
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
    for look in (_open_slice, _dial_danger, ring_back, _climb, _end_matters, _close_slice):
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


async def _open_slice(escalation: Escalation) -> int:
    """Look at the next posts of one chain; nobody is called before it is frozen whom the warning concerns."""
    hub, now = escalation.hub, escalation.hub.clock.now()
    async with hub.database.reading() as tx:
        waiting = await chains.in_stage(tx, CALLER, "opening")
        ready = [each for each in waiting if await posts.is_frozen(tx, CALLER, each.audience)]
        if not ready:
            return 0
        chain = ready[0]
        found = await posts.concerned(tx, CALLER, chain, now, POSTS_AT_ONCE)
        sitting = await posts.on_shift(tx, CALLER, chain, now)
        held = with_shifts(found, sitting, last=len(found) < POSTS_AT_ONCE)
        leads = await posts.superiors(tx, CALLER, [each.area for each in held], now) if held else {}
    people = {person for each in held for person in (each.holder, each.deputy) if person is not None}
    people |= {person for those in leads.values() for person in those}
    async with hub.database.writing() as tx:
        await reach.make_dialable(tx, CALLER, sorted(people))
        opened = await opening.open_all(tx, CALLER, chain, held, leads, now) if held else 0
        done = len(found) < POSTS_AT_ONCE
        through = found[-1].post if found else chain.through
        await chains.move(tx, CALLER, chain.root, "dialling" if done else "opening", now, through)
    log.info("ladders.opened", chain=chain.root, opened=opened)
    return max(1, opened)


async def _dial_danger(escalation: Escalation) -> int:
    """Call old telephones in danger zones beside the text, once the warning itself is planned."""
    hub, now = escalation.hub, escalation.hub.clock.now()
    async with hub.database.reading() as tx:
        waiting = await chains.in_stage(tx, CALLER, "dialling")
        spoken = {each.root: await notices.of_origin(tx, CALLER, f"alert:{each.alert}") for each in waiting}
    ready = [each for each in waiting if not any(said.state is Said.PLANNING for said in spoken[each.root])]
    if not ready:
        return 0
    chain = ready[0]
    told = [each for each in spoken[chain.root] if each.state is Said.PLANNED and not each.closed(now)]
    async with hub.database.writing() as tx:
        if told and DIALLED in hub.batches:
            await danger.call_too(tx, CALLER, told[-1], hub.batches)
        await chains.move(tx, CALLER, chain.root, "open", now)
    return 1


def with_shifts(found: Sequence[Held], sitting: Sequence[Held], *, last: bool) -> Sequence[Held]:
    """Let whoever is on shift answer for a duty room instead of all who may be; they come with the last slice."""
    rooms = {each.organisation for each in sitting}
    others = [each for each in found if each.organisation is None or each.organisation not in rooms]
    return [*others, *sitting] if last else others


async def _climb(escalation: Escalation) -> int:
    """Take the step of every ladder that is due: looked for and put in order once, taken a slice at once."""
    hub, now = escalation.hub, escalation.hub.clock.now()
    async with hub.database.reading() as tx:
        waiting = await rows.due(tx, CALLER, now, DUE_AT_ONCE)
        spoken = await rungs.prepare(tx, escalation.office, escalation.kinds, waiting)
    ids = [each.id for each in waiting if each.chain in spoken]
    slices = [ids[start : start + STEPS_AT_ONCE] for start in range(0, len(ids), STEPS_AT_ONCE)]
    return sum([await _climb_some(escalation, spoken, some, now) for some in slices])


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
    hub, now = escalation.hub, escalation.hub.clock.now()
    async with hub.database.reading() as tx:
        ending = await chains.in_stage(tx, CALLER, "closing")
    if not ending:
        return 0
    async with hub.database.writing() as tx:
        return await _close_some(tx, hub, ending[0], now)


async def _close_some(tx: Transaction, hub: Hub, chain: Chain, now: int) -> int:
    still = await rows.listed(tx, CALLER, chain=chain.root, states=UNFINISHED, limit=CLOSED_AT_ONCE)
    for outcome, ended in (
        (Outcome.OVER, [each for each in still if each.is_open]),
        (Outcome.ANSWERED, [each for each in still if each.is_awake]),
    ):
        await ending.close(tx, hub.desk, ended, outcome, by=CALLER.name, at=now)
    if len(still) < CLOSED_AT_ONCE:
        await chains.move(tx, CALLER, chain.root, "over", now)
    return len(still)
