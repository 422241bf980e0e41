"""Handling: applying, each step of an office, and what follows from it: notices, deadlines, and whoever is told."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.assistance.desk import ASSISTANCE, AssistanceDesk
from bot.assistance.telling import APPEAL, tell_household, tell_office
from bot.cases.assistance import APPEALABLE, Act, Part, Stage
from bot.cases.assistance_errors import AppealedAlready, AppealTooLate, NotAtThisStage
from bot.cases.assistance_values import Application, Deed, Wait, Words
from bot.cases.relief import Level
from bot.stores.assistance import appeals, applications, deadlines, notices, objections, steps
from ground.actor import Actor
from ground.transaction import Transaction


async def apply(
    desk: AssistanceDesk,
    tx: Transaction,
    actor: Actor,
    request_id: int,
    at: int,
    now: int,
    head: str = "",
    by: str = "",
) -> Application:
    """Apply for assistance on a relief request; the village is told that it must assess."""
    made = await applications.apply(tx, actor, request_id, at, now, head, by)
    if not by:  # somebody else applied for the household
        await tell_household(desk, tx, made, "told_filed", now)
    await tell_office(desk, tx, made, Level.VILLAGE, "to_assess", now)
    await _say_stepped(desk, tx, made, Act.FILE, at)
    return made


async def handle(
    desk: AssistanceDesk, tx: Transaction, actor: Actor, application: Application, deed: Deed
) -> Application:
    """Take a step and do what follows from it; return the application as it is then. Objections: objecting.py."""
    if deed.act is Act.APPEAL:
        await _require_in_time(tx, application, deed)
    after, step = await steps.take(tx, actor, application.id, deed)
    if deed.act is not Act.PAY:  # who was paid may still appeal
        await deadlines.close(tx, ASSISTANCE, application.id, deed.now)
    await FOLLOWS[deed.act](desk, tx, after, deed, step)
    await _say_stepped(desk, tx, after, deed.act, deed.at)
    return after


async def _require_in_time(tx: Transaction, application: Application, deed: Deed) -> None:
    right = await appeals.newest(tx, ASSISTANCE, application.id)
    if right is None or application.stage not in APPEALABLE:
        raise NotAtThisStage(act=deed.act.value, stage=application.stage.value)
    if right.made_at is not None:
        raise AppealedAlready
    if deed.at > right.until_at:
        raise AppealTooLate(until=right.until_at)


async def _assessed(desk: AssistanceDesk, tx: Transaction, after: Application, deed: Deed, step: int) -> None:
    if deed.act is Act.REASSESS:
        await objections.answer(tx, ASSISTANCE, after.id, Act.REASSESS, step)
    told: dict[str, Any] = {"grade": after.grade, "rooms": after.rooms, "amount": after.amount}
    await tell_household(desk, tx, after, "told_assessed", deed.now, **told)


async def _published(desk: AssistanceDesk, tx: Transaction, after: Application, deed: Deed, step: int) -> None:
    until = deed.now + desk.policy.notice  # from the moment it is really up, however late that was typed
    notice = await notices.publish(tx, ASSISTANCE, after, step, deed.now, until)
    await deadlines.open_one(tx, ASSISTANCE, after.id, Wait.NOTICE, until, deed.now)
    address = f"{desk.public_url}/notices/{notice.code}"
    await tell_household(desk, tx, after, "told_published", deed.now, until=until, address=address)
    await tell_office(desk, tx, after, Level.VILLAGE, "hang_poster", deed.now, until=until, address=f"{address}/poster")


async def _review_opened(desk: AssistanceDesk, tx: Transaction, after: Application, deed: Deed, step: int) -> None:
    """The township's turn: the notice is over, or the objection was heard and the assessment stands."""
    await notices.end(tx, ASSISTANCE, after.id, deed.at)
    if deed.act is Act.CONFIRM:
        await objections.answer(tx, ASSISTANCE, after.id, Act.CONFIRM, step)
        await tell_household(desk, tx, after, "told_confirmed", deed.now)
    await tell_office(desk, tx, after, Level.TOWNSHIP, "to_review", deed.now)


async def _hearing_opened(desk: AssistanceDesk, tx: Transaction, after: Application, deed: Deed, _step: int) -> None:
    """Others must decide again: the household hears that somebody objected, never who or what."""
    await notices.end(tx, ASSISTANCE, after.id, deed.at)
    until = deed.at + desk.policy.hearing
    await deadlines.open_one(tx, ASSISTANCE, after.id, Wait.HEARING, until, deed.now)
    await tell_household(desk, tx, after, "told_objected", deed.now)
    for level in (Level.VILLAGE, Level.TOWNSHIP):
        await tell_office(desk, tx, after, level, "to_hear", deed.now, until=until)


async def _reviewed(desk: AssistanceDesk, tx: Transaction, after: Application, deed: Deed, _step: int) -> None:
    await tell_household(desk, tx, after, "told_reviewed", deed.now)
    await tell_office(desk, tx, after, Level.COUNTY, "to_decide", deed.now)


async def _sent_back(desk: AssistanceDesk, tx: Transaction, after: Application, deed: Deed, _step: int) -> None:
    """The office that must look again is told why, and so is the household."""
    reason = deed.words.get(Words.REASON, "")
    await tell_office(desk, tx, after, after.level, "sent_back", deed.now, reason=reason)
    await tell_household(desk, tx, after, "told_sent_back", deed.now, level=after.level.value, reason=reason)


async def _decided(desk: AssistanceDesk, tx: Transaction, after: Application, deed: Deed, step: int) -> None:
    """The household is told what was decided, how to appeal and until when."""
    until = deed.now + desk.policy.appeal
    await appeals.open_until(tx, ASSISTANCE, after.id, step, until)
    await deadlines.open_one(tx, ASSISTANCE, after.id, Wait.APPEAL, until, deed.now)
    told: dict[str, Any] = {
        "until": until,
        "reason": deed.words.get(Words.REASON, ""),
        "level": deed.part.value,
        "amount": after.granted,
    }
    block = "told_granted" if deed.act is Act.GRANT else "told_refused"
    await tell_household(desk, tx, after, block, deed.now, choices=(APPEAL,), **told)


async def _appealed(desk: AssistanceDesk, tx: Transaction, after: Application, deed: Deed, step: int) -> None:
    right = await appeals.newest(tx, ASSISTANCE, after.id)
    if right is not None:
        await appeals.make(tx, ASSISTANCE, right.id, step, deed.at)
    await tell_office(desk, tx, after, after.level, "to_hear_appeal", deed.now, appeal=deed.words.get(Words.APPEAL, ""))
    if not deed.by:  # said by somebody else for the household
        await tell_household(desk, tx, after, "told_appealed", deed.now)


async def _appeal_heard(desk: AssistanceDesk, tx: Transaction, after: Application, deed: Deed, _step: int) -> None:
    await appeals.answer(tx, ASSISTANCE, after.id, deed.act)
    if deed.act is Act.ALLOW:
        await tell_household(desk, tx, after, "told_allowed", deed.now)
        await tell_office(desk, tx, after, Level.VILLAGE, "to_assess_anew", deed.now)
        return
    told: dict[str, Any] = {"reason": deed.words.get(Words.REASON, ""), "stands": after.stage is Stage.GRANTED}
    await tell_household(desk, tx, after, "told_rejected", deed.now, **told)


async def _lapsed(desk: AssistanceDesk, tx: Transaction, after: Application, deed: Deed, _step: int) -> None:
    await appeals.answer(tx, ASSISTANCE, after.id, Act.LAPSE)
    await tell_household(desk, tx, after, "told_closed", deed.now)


async def _paid(desk: AssistanceDesk, tx: Transaction, after: Application, deed: Deed, _step: int) -> None:
    await tell_household(desk, tx, after, "told_paid", deed.now, amount=deed.amount, paid_at=deed.at)


async def _withdrawn(desk: AssistanceDesk, tx: Transaction, after: Application, deed: Deed, _step: int) -> None:
    await notices.end(tx, ASSISTANCE, after.id, deed.at)
    await tell_office(desk, tx, after, Level.VILLAGE, "withdrawn", deed.now)


async def _say_stepped(desk: AssistanceDesk, tx: Transaction, after: Application, act: Act, at: int) -> None:
    facts = {"application": after.id, "area": after.area, "act": act.value, "stage": after.stage.value}
    await desk.news.tell(tx, "assistance.stepped", after.public_id, at, **facts)


Follow = Callable[[AssistanceDesk, Transaction, Application, Deed, int], Awaitable[None]]
FOLLOWS: Mapping[Act, Follow] = {
    Act.ASSESS: _assessed,
    Act.PUBLISH: _published,
    Act.OPEN_REVIEW: _review_opened,
    Act.OPEN_HEARING: _hearing_opened,
    Act.CONFIRM: _review_opened,
    Act.REASSESS: _assessed,
    Act.REVIEW: _reviewed,
    Act.SEND_BACK: _sent_back,
    Act.GRANT: _decided,
    Act.REFUSE: _decided,
    Act.APPEAL: _appealed,
    Act.ALLOW: _appeal_heard,
    Act.REJECT: _appeal_heard,
    Act.LAPSE: _lapsed,
    Act.PAY: _paid,
    Act.WITHDRAW: _withdrawn,
}


def of_hub(act: Act, at: int, now: int) -> Deed:
    return Deed(act, Part.HUB, at, now)
