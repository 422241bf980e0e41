"""Objecting to a public notice: anybody may, by page, by telephone to an office, without saying who they are."""

from bot.assistance.desk import ASSISTANCE, AssistanceDesk
from bot.cases.assistance import Act, Part, Stage
from bot.cases.assistance_errors import NoticeOver, TooManyObjections, WordsMissing
from bot.cases.assistance_values import Deed, Notice, Objecting, Objection
from bot.stores.assistance import applications, notices, objections, steps
from ground.transaction import Transaction


async def object_to(
    desk: AssistanceDesk, tx: Transaction, code: str, said: Objecting, at: int, now: int, by: str = ""
) -> Objection:
    """Keep an objection to the notice with this code, as long as it hangs.

    In the story of the application it stands as "anyone"; only an officer who entered it is named there.
    """
    if not said.words.strip():
        raise WordsMissing
    notice = await notices.by_code(tx, ASSISTANCE, code)
    await applications.lock(tx, ASSISTANCE, notice.application)
    application = await applications.load(tx, ASSISTANCE, notice.application)
    if not is_up(notice, now) or application.stage is not Stage.PUBLIC_NOTICE:
        raise NoticeOver
    if await objections.count_open(tx, ASSISTANCE, application.id) >= desk.policy.objections_most:
        raise TooManyObjections
    deed = Deed(Act.OBJECT, Part.ANYONE, at, now, by=by or Part.ANYONE.value)
    _, step = await steps.take(tx, ASSISTANCE, application.id, deed)
    kept = await objections.keep(tx, ASSISTANCE, notice, step, said, at, now)
    facts = {"application": application.id, "area": application.area, "objection": kept.id}
    await desk.news.tell(tx, "assistance.objected", application.public_id, at, **facts)
    return kept


def is_up(notice: Notice, now: int) -> bool:
    """Say whether a notice is being shown: not before its days, not after them."""
    return notice.ended_at is None and notice.from_at <= now < notice.until_at
