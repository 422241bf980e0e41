"""Issuing: a warning gets its identity and becomes a notice, and beside it the correction that is hoped never to go.

One short transaction: it composes words and writes a few rows. Whom it reaches is planned afterwards, in slices.
"""

from collections.abc import Sequence
from dataclasses import replace

from broadcast.alerts.contents import require_sayable, require_unexpired
from broadcast.alerts.drafting import draft, ending_of
from broadcast.alerts.identifiers import PER_SECOND, identify, stem
from broadcast.alerts.lifecycle import UNISSUED, State, Step
from broadcast.alerts.model import Alert, Content, Ending, Identity, Instruction, Level, MsgType
from broadcast.alerts.office import Office
from broadcast.alerts.packing import packed_identity
from broadcast.alerts.wording import facts_for
from broadcast.content.compose import Words, compose_all
from broadcast.content.facts import Facts
from broadcast.content.rules import endangered
from broadcast.errors import NothingToCorrect, TooManyAtOnce, UnknownAlert
from broadcast.notices import Guarantee, Kind, Lane, Notice, NoticeDraft, Purpose
from broadcast.notices import State as NoticeState
from broadcast.stores import alert_steps as steps
from broadcast.stores import alerts as store
from broadcast.stores import notices
from ground.actor import Actor
from ground.transaction import Transaction

ENDED_AS = {Ending.LIFTED: Kind.LIFTED, Ending.LOWERED: Kind.LOWERED, Ending.CORRECTION: Kind.CORRECTION}
REPLACED_UNISSUED = "replaced before it was issued"


async def issue(tx: Transaction, actor: Actor, office: Office, alert_id: str, now: int) -> Alert:
    """Issue an approved warning: what it replaces is superseded in this transaction, whoever heard that is told too."""
    return await announce(tx, actor, office, alert_id, Step.ISSUE, now)


async def announce(
    tx: Transaction, actor: Actor, office: Office, alert_id: str, step: Step, now: int, reason: str = ""
) -> Alert:
    """Take the step by which a warning is issued, with all that follows from it."""
    chain = await store.chain(tx, actor, alert_id)
    alert = await store.load(tx, actor, alert_id)
    if alert.ending is None:
        require_unexpired(alert, now)
    issued = await _take(tx, actor, office, alert, step, now, reason)
    earlier = [each for each in chain[1:] if each.state is not State.WITHDRAWN]
    if earlier:
        await _retire(tx, actor, office, earlier[0], issued, now)
    heard = await _notices_of(tx, actor, earlier)
    await _say(tx, actor, office, issued, earlier, heard, now)
    return issued


async def correct(tx: Transaction, actor: Actor, office: Office, alert_id: str, reason: str, now: int) -> Alert:
    """Take back what was sent in error: one person may, at once; a second confirms afterwards. Returns the correction.

    The words were composed with the warning. They stop what is still unsent and tell everybody who may have heard.
    """
    wrong = await store.standing_for(tx, actor, alert_id)
    chain = await store.chain(tx, actor, wrong.id)
    said = await _notices_of(tx, actor, chain)
    prepared = [each for each in said if each.kind is Kind.CORRECTION and each.origin == _origin(wrong)]
    if not prepared or wrong.state not in {State.ISSUED, State.EXPIRED}:
        raise NothingToCorrect(alert=wrong.id, state=wrong.state)
    contents = {language: _unsaid(content) for language, content in wrong.contents.items()}
    correction = replace(ending_of(wrong, Ending.CORRECTION, contents, now), note=reason)
    drafted = await draft(tx, actor, office, correction, now)
    issued = await _take(tx, actor, office, drafted, Step.CORRECT, now, reason)
    await _retire(tx, actor, office, wrong, issued, now)
    notice = await notices.release(tx, actor, prepared[-1].id, now)
    overtaken = [each.id for each in said if each.id != notice.id]
    await notices.supersede(tx, actor, overtaken, notice.id, now)
    return issued


async def confirm_correction(tx: Transaction, actor: Actor, office: Office, alert_id: str, now: int) -> Alert:
    """Confirm, as a second person, what one person issued alone: a correction, or a warning in an emergency."""
    return await steps.confirm(tx, actor, office.desk, alert_id, now)


async def preview(tx: Transaction, actor: Actor, office: Office, alert_id: str) -> list[Words]:
    """Return what would be said if the warning were issued as it is, rule by rule, on every channel."""
    chain = await store.chain(tx, actor, alert_id)
    if not chain:
        raise UnknownAlert(alert=alert_id)
    alert, *earlier = chain
    require_sayable(alert)
    rules = max(each.rules for each in chain)
    return _words(office, alert, _kind(alert), earlier[0] if earlier else None, rules)


async def notices_of_chain(tx: Transaction, actor: Actor, alert_id: str) -> Sequence[Notice]:
    """Return what was sent on behalf of a warning and of all that it replaces, prepared corrections left out."""
    said = await _notices_of(tx, actor, await store.chain(tx, actor, alert_id))
    return [each for each in said if each.state is not NoticeState.PREPARED]


async def _take(
    tx: Transaction, actor: Actor, office: Office, alert: Alert, step: Step, now: int, reason: str = ""
) -> Alert:
    identity = alert.identity
    if not identity.fixed:
        identity = await _next_identity(tx, actor, office, now)
    return await steps.take(tx, actor, office.desk, alert, step, now, reason, **packed_identity(identity))


async def _next_identity(tx: Transaction, actor: Actor, office: Office, now: int) -> Identity:
    await steps.lock_identifiers(tx, actor, office.number)
    taken = set(await store.identifiers_from(tx, actor, office.number, stem(office.number, now)))
    for n in range(PER_SECOND):
        identity = identify(office.number, now, n)
        if identity.identifier not in taken:
            return identity
    raise TooManyAtOnce(office=office.number)


async def _retire(tx: Transaction, actor: Actor, office: Office, earlier: Alert, by: Alert, now: int) -> None:
    """End what is replaced; of two that would replace the same warning, the second fails here as a whole."""
    if earlier.state in UNISSUED:
        await steps.take(tx, actor, office.desk, earlier, Step.WITHDRAW, now, REPLACED_UNISSUED)
        return
    step = Step.END if by.msg_type is MsgType.CANCEL else Step.UPDATE
    await steps.take(tx, actor, office.desk, earlier, step, now)


async def _notices_of(tx: Transaction, actor: Actor, chain: Sequence[Alert]) -> Sequence[Notice]:
    """Return the notices of a chain, the oldest first."""
    return await notices.of_origin(tx, actor, *map(_origin, chain))


async def _say(
    tx: Transaction,
    actor: Actor,
    office: Office,
    alert: Alert,
    earlier: Sequence[Alert],
    said: Sequence[Notice],
    now: int,
) -> None:
    """Make the notice, and the correction of it for as long as it could be an error."""
    kind = _kind(alert)
    heard = [each.id for each in said if each.state is not NoticeState.PREPARED]
    rules = max(each.rules for each in (alert, *earlier))
    before = earlier[0] if earlier else None
    spoken = _notice(office, alert, kind, before, now)
    spoken = replace(spoken, tells_heard_of=heard, supersedes=[each.id for each in said])
    notice = await notices.create(tx, actor, spoken, _words(office, alert, kind, before, rules), now)
    if kind is Kind.LIFTED:
        return
    unsaid = _notice(office, alert, Kind.CORRECTION, alert, now)
    unsaid = replace(unsaid, tells_heard_of=[*heard, notice.id], state=NoticeState.PREPARED)
    await notices.create(tx, actor, unsaid, _words(office, alert, Kind.CORRECTION, alert, rules), now)


def _notice(office: Office, alert: Alert, kind: Kind, earlier: Alert | None, now: int) -> NoticeDraft:
    lane = _lane(office, alert, kind, earlier)
    ends = kind in ENDED_AS.values()
    return NoticeDraft(
        origin=_origin(alert),
        kind=kind,
        purpose=Purpose.WARNINGS,
        lane=lane,
        guarantee=Guarantee.AT_LEAST_ONCE,
        drill=alert.drill,
        asks_answer=alert.asks_answer and kind not in {Kind.LIFTED, Kind.CORRECTION},
        policy=office.policy(lane),
        audience=None if ends else alert.audience,
        area=alert.area,
        expires=None if ends else alert.expires,
        valid_from=now,
    )


def _lane(office: Office, alert: Alert, kind: Kind, earlier: Alert | None) -> Lane:
    """A correction goes first; what is lowered goes as fast as what it lowers; an all-clear waits its turn."""
    if kind is Kind.CORRECTION:
        return Lane.IMMEDIATE
    if kind is Kind.LIFTED:
        return Lane.NORMAL
    levels = [each.level for each in (alert, earlier) if each is not None and each.level is not None]
    return office.lane(min(levels, default=Level.RED))


def _kind(alert: Alert) -> Kind:
    if alert.ending is not None:
        return ENDED_AS[alert.ending]
    return Kind.UPDATE if alert.msg_type is MsgType.UPDATE else Kind.ALARM


def _words(office: Office, alert: Alert, kind: Kind, earlier: Alert | None, rules: int) -> list[Words]:
    """Compose what differs once: most rules say the same, and a writer waits for this."""
    rules_of: dict[Facts, list[int]] = {}
    for rule, facts in facts_for(alert, kind, office.codes, earlier, rules):
        rules_of.setdefault(facts, []).append(rule)
    audio = None if kind is Kind.CORRECTION else alert.audio
    return [
        replace(words, rule=endangered(rule) if words.rule < 0 else rule)
        for facts, same in rules_of.items()
        for words in compose_all([(same[0], facts)], office.channels, audio)
        for rule in same
    ]


def _origin(alert: Alert) -> str:
    return f"alert:{alert.id}"


def _unsaid(content: Content) -> Content:
    """Keep which warning it was; what it told people to do must not be said again."""
    return replace(content, description="", instruction=Instruction(), rules={})
