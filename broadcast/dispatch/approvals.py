"""Calling approvers: a grave warning that waits for its second person wakes one after the other, then who leads."""

from functools import partial
from typing import Final

import structlog

from broadcast.alerts.emergency import GRAVE
from broadcast.alerts.model import Alert
from broadcast.alerts.office import Office
from broadcast.channels.kind import ChannelKind
from broadcast.content.compose import Words
from broadcast.dispatch.escalation import Escalation
from broadcast.dispatch.hub import Hub
from broadcast.ladders.answering import CALLER
from broadcast.ladders.climbing import DIALLED
from broadcast.ladders.words import compose_request, facts_by_rule
from broadcast.notices import Lane, Policy
from broadcast.stores import alerts
from broadcast.stores.ladders import approvers, posts, reach
from broadcast.stores.ladders.approvers import Waiting
from broadcast.stores.sending import notes, planning
from broadcast.stores.sending.notes import Member, Note
from ground import apart
from ground.clock import SECOND, Clock
from ground.events import Event, Subscription
from ground.transaction import Transaction

log = structlog.get_logger()
SUBMITTED: Final = "alert.submitted"
DECIDED: Final = frozenset({"alert.approved", "alert.returned", "alert.withdrawn", "alert.issued"})
NEXT_AFTER: Final = 60 * SECOND
ORIGIN: Final = "approve"
AT_ONCE: Final = 20


def subscription(clock: Clock) -> Subscription:
    """Return what listens for warnings that wait for their second person."""

    async def read(tx: Transaction, event: Event) -> None:
        if event.kind in DECIDED:
            await approvers.stop(tx, CALLER, event.subject)
            return
        alert = await alerts.load(tx, CALLER, event.subject)
        if alert.level in GRAVE and alert.ending is None:
            await approvers.wait_for(tx, CALLER, alert.id, clock.now())

    return Subscription("ladders.approvals", DECIDED | {SUBMITTED}, read)


async def once(escalation: Escalation) -> int:
    """Call the next approver of every warning that waits; return of how many."""
    hub, now = escalation.hub, escalation.hub.clock.now()
    async with hub.database.reading() as tx:
        waiting = [each.alert for each in await approvers.due(tx, CALLER, now, AT_ONCE)]
    return (await apart.each(waiting, partial(_call_about, escalation))).done


async def _call_about(escalation: Escalation, alert_id: str) -> int:
    """Call the next approver of one warning, unless another hub did, or it was decided meanwhile."""
    hub, now = escalation.hub, escalation.hub.clock.now()
    async with hub.database.writing() as tx:
        waiting = await approvers.due(tx, CALLER, now, 1, alert_id)
        for each in waiting:
            await _call_next(tx, escalation, each, now)
            await approvers.called(tx, CALLER, each.alert, now, NEXT_AFTER)
    return len(waiting)


async def _call_next(tx: Transaction, escalation: Escalation, waiting: Waiting, now: int) -> None:
    """Call whose turn it is; after the last, the first again."""
    line = list(await approvers.of(tx, CALLER, waiting))
    leading = (await posts.superiors(tx, CALLER, [waiting.area], now)).get(waiting.area, ())
    line += [person for person in leading if person not in line]
    if not line:
        log.warning("approval.nobody_to_call", alert=waiting.alert)
        return
    person = line[waiting.turn % len(line)]
    await reach.make_dialable(tx, CALLER, [person])
    home = (await reach.homes(tx, CALLER, [person])).get(person, waiting.area)
    alert = await alerts.load(tx, CALLER, waiting.alert)
    dialled = [kind for kind in escalation.kinds if kind.name == DIALLED]
    texted = [kind for kind in escalation.kinds if kind.abilities.segments]
    chats = [kind for kind in escalation.kinds if kind not in dialled + texted]
    for kinds in filter(None, (dialled, texted, chats)):
        note = _note(escalation.office, alert, Member(home, person=person), kinds)
        await _send(tx, escalation.hub, note, now)


def _note(office: Office, alert: Alert, member: Member, kinds: list[ChannelKind]) -> Note:
    words = [
        Words(kind.name, facts.language, 0, compose_request(facts, kind, office.decision_page(alert.id)))
        for rule, facts in facts_by_rule(alert, office.codes)
        if rule == 0
        for kind in kinds
    ]
    policy = Policy(tuple(kind.name for kind in kinds), silence=None, attempts=3)
    return Note(
        origin=f"{ORIGIN}:{alert.id}",
        lane=Lane.IMMEDIATE,
        policy=policy,
        members=[member],
        words=words,
        area=alert.area,
        drill=alert.drill,
        expires=alert.expires,
    )


async def _send(tx: Transaction, hub: Hub, note: Note, now: int) -> None:
    notice = await notes.tell(tx, CALLER, note, now)
    await planning.plan_members(tx, CALLER, notice, 1, hub.batches)
