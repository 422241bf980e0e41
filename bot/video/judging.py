"""Judging a check: normal, not passed or no view; who was asked is told, and what does not pass goes on elsewhere."""

from dataclasses import dataclass
from typing import Final

from bot.cases.video_check import LIGHTS, Result
from bot.cases.video_errors import ReasonMissing
from bot.lines import Line, Spoken
from bot.stores.video import answers, checks, standing
from bot.stores.video.checks import Check
from bot.telling import News, Told
from bot.video.answering import place_and_call
from bot.video.desk import CHECKER, FLOW, VideoDesk
from bot.video.wording import metres
from broadcast.alerts import drafting
from broadcast.alerts.model import AlertDraft, Content, Instruction, Status
from broadcast.alerts.office import Office
from broadcast.notices import Lane
from ground.actor import Actor
from ground.clock import DAY
from ground.transaction import Transaction
from templates.catalogues import LANGUAGES
from templates.rendering import speak

DANGER_AT_RESERVOIR: Final = "11A03"  # 水库重大险情
SOURCE: Final = "video_check"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an officer says of a check. `office`: a warning is drafted with it, never issued; else it is news alone."""

    result: Result
    reason: str = ""
    office: Office | None = None


async def judge(desk: VideoDesk, tx: Transaction, actor: Actor, check: Check, judgement: Judgement, now: int) -> Check:
    """Judge a check once. Told as `video_check.judged`, and `video_check.not_passed` if somebody must deal with it."""
    reason = judgement.reason.strip()
    if judgement.result is not Result.NORMAL and not reason:
        raise ReasonMissing
    judged = await checks.judge(tx, actor, check.key, judgement.result, reason, now)
    await standing.turn(tx, CHECKER, judged, LIGHTS[judgement.result], now, seen=judgement.result is not Result.NO_VIEW)
    place, _ = await place_and_call(tx, judged, now)
    if judgement.result is Result.NOT_PASSED and judgement.office is not None:
        alert = await drafting.draft(tx, actor, judgement.office, await _draft(tx, judged, place, reason, now), now)
        await checks.note_alert(tx, actor, judged.key, alert.id)
        judged = await checks.by_key(tx, actor, judged.key)
    await _tell_news(desk, tx, judged, now)
    await _tell_asked(desk, tx, judged, place, now)
    return judged


async def _draft(tx: Transaction, check: Check, place: str, reason: str, now: int) -> AlertDraft:
    """Return a warning as far as a check can write it: an officer completes it, and another person approves."""
    told = answers.together(await answers.of_check(tx, CHECKER, check.key))
    values = {"place": place, "reason": reason, "level": metres(told.level_cm)}

    def content(language: str) -> Content:
        said = {block: speak(FLOW, f"draft_{block}", language, values) for block in ("headline", "body", "do")}
        return Content(said["headline"], said["body"], Instruction(do=said["do"]), area_desc=place)

    return AlertDraft(
        area=check.area,
        level=None,
        event_code=DANGER_AT_RESERVOIR,
        contents={language: content(language) for language in LANGUAGES},
        expires=now + DAY,
        status=Status.EXERCISE if check.drill else Status.ACTUAL,
        source=SOURCE,
    )


async def _tell_news(desk: VideoDesk, tx: Transaction, check: Check, now: int) -> None:
    facts = {"check": check.key, "site": check.site, "area": check.area, "drill": check.drill, "result": check.state}
    facts |= {"person": check.person}
    subject = f"video_check:{check.id}"
    await desk.news.tell(tx, "video_check.judged", subject, now, **facts)
    if check.result is Result.NOT_PASSED:
        await desk.news.tell(tx, "video_check.not_passed", subject, now, **facts | {"alert": check.alert})


async def _tell_asked(desk: VideoDesk, tx: Transaction, check: Check, place: str, now: int) -> None:
    if check.person is None:
        return
    line = Line(check.state.value, {"place": place, "reason": check.reason})
    lane = Lane.REPLIES if check.result is Result.NORMAL else Lane.IMMEDIATE
    told = [Told([check.person], [Spoken(FLOW, line)])]
    await desk.teller.tell(tx, News(f"video_judged:{check.id}", lane, told, check.area, drill=check.drill), now)
