"""How a warning begins: written by an officer, or as an update or ending of one that people were told."""

from collections.abc import Mapping
from dataclasses import replace

from broadcast.alerts.lifecycle import Step, next_state
from broadcast.alerts.model import Alert, AlertDraft, Content, Ending, Instruction, Level, MsgType, Nature
from broadcast.alerts.office import Office
from broadcast.errors import CorrectionIsIssued, LevelNotLower
from broadcast.stores import alert_steps as steps
from broadcast.stores import alerts as store
from ground.actor import Actor
from ground.clock import DAY
from ground.transaction import Transaction

OVER = Nature(urgency="Past", certainty="Observed", responses=("AllClear",))


async def draft(tx: Transaction, actor: Actor, office: Office, given: AlertDraft, now: int) -> Alert:
    """Keep a new draft, with who made it."""
    alert = await store.keep(tx, actor, given, now)
    await steps.write_down(tx, actor, office.desk, alert, now, made=True)
    return alert


async def edit(
    tx: Transaction, actor: Actor, office: Office, alert_id: str, version: int, given: AlertDraft, now: int
) -> Alert:
    """Change a draft of which the editor has read `version`; identity, status, type and what it replaces stay."""
    alert = await store.overwrite(tx, actor, alert_id, version, given)
    await steps.write_down(tx, actor, office.desk, alert, now, made=False)
    return alert


async def draft_update(
    tx: Transaction, actor: Actor, office: Office, alert_id: str, given: AlertDraft, now: int
) -> Alert:
    """Draft what shall stand in place of a warning that people were told; a drill stays a drill."""
    earlier = await store.load(tx, actor, alert_id)
    next_state(earlier.state, Step.UPDATE)
    update = replace(
        given, msg_type=MsgType.UPDATE, ending=None, replaces=alert_id, status=earlier.status, identity=None
    )
    return await draft(tx, actor, office, update, now)


async def draft_ending(
    tx: Transaction,
    actor: Actor,
    office: Office,
    alert_id: str,
    ending: Ending,
    now: int,
    *,
    contents: Mapping[str, Content] | None = None,
    level: Level | None = None,
    expires: int | None = None,
) -> Alert:
    """Draft the end of a warning: 解除, or 降级 to a lower `level`. Without `contents` the templates say it all."""
    if ending is Ending.CORRECTION:
        raise CorrectionIsIssued
    earlier = await store.load(tx, actor, alert_id)
    next_state(earlier.state, Step.END)
    words = contents or {language: _nothing_new(content) for language, content in earlier.contents.items()}
    if ending is Ending.LIFTED:
        return await draft(tx, actor, office, ending_of(earlier, ending, words, now), now)
    if level is None or (earlier.level is not None and level <= earlier.level):
        raise LevelNotLower(present=earlier.level, given=level)
    lowered = ending_of(earlier, ending, words, now)
    lowered = replace(
        lowered,
        msg_type=MsgType.UPDATE,
        level=level,
        nature=earlier.nature,
        asks_answer=earlier.asks_answer,
        expires=expires or lowered.expires,
    )
    return await draft(tx, actor, office, lowered, now)


def ending_of(earlier: Alert, ending: Ending, contents: Mapping[str, Content], now: int) -> AlertDraft:
    """Return the end of a warning: about the same event and place, told to those who heard, asking nothing."""
    return AlertDraft(
        area=earlier.area,
        level=earlier.level,
        event_code=earlier.event_code,
        contents=contents,
        expires=max(earlier.expires, now + DAY),
        onset=earlier.onset,
        status=earlier.status,
        msg_type=MsgType.CANCEL,
        ending=ending,
        asks_answer=False,
        place=earlier.place,
        nature=OVER,
        replaces=earlier.id,
    )


def _nothing_new(content: Content) -> Content:
    """Keep what, where and who; what people were told to do is not said again."""
    return replace(content, headline="", description="", instruction=Instruction(), rules={})
