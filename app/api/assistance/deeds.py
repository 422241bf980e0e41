"""What each office does: the village assesses and publishes, others hear objections, the township reviews, the county
decides and pays. Whoever judges is named; relatives and those who judged before an objection are refused.
"""

from collections.abc import Mapping

from fastapi import APIRouter
from pydantic import Field

from app.api.assistance.shapes import (
    ApplicationShown,
    Assessors,
    Fen,
    FiguresGiven,
    Reason,
    desk_of,
    show_applications,
)
from app.api.relief.shapes import Strict
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from app.house import House
from bot.assistance.desk import ASSISTANCE
from bot.assistance.handling import handle
from bot.cases.assistance import Act, Part
from bot.cases.assistance_values import Application, Deed, Words
from bot.cases.relief import Level
from bot.stores.assistance import applications
from ground.actor import Actor, Role
from ground.transaction import Transaction

router = APIRouter(prefix="/assistance/applications/{application}", tags=["assistance"], route_class=Unit)
PARTS: Mapping[Level, Part] = {level: Part(level.value) for level in Level}


class Assessed(FiguresGiven):
    level: Level = Field(
        default=Level.VILLAGE, description="whose people assess: the township may, once it is contested"
    )


class Judged(Strict):
    assessors: Assessors
    note: str = Field(default="", max_length=400)


class Reasoned(Strict):
    assessors: Assessors
    reason: Reason


class Heard(Reasoned):
    level: Level = Field(default=Level.VILLAGE, description="whose people heard it")


class Granted(Strict):
    assessors: Assessors
    amount: Fen
    reason: str = Field(default="", max_length=400)


class PaidOut(Strict):
    amount: Fen
    paid_at: int = Field(description="when it was paid: milliseconds since 1970 UTC")


class Published(Strict):
    level: Level = Field(default=Level.VILLAGE, description="who publishes: the village, or the township for it")


class Appealed(Strict):
    words: str = Field(min_length=1, max_length=1000, description="what the household says")


class TakenBack(Strict):
    note: str = Field(default="", max_length=400)


@router.post("/assess")
async def assess_application(
    tx: Tx, who: Who, now: Now, house: TheHouse, application: str, given: Assessed
) -> ApplicationShown:
    """村评: write down what the village's people found: grade, dwelling rooms, photos, the proposed amount."""
    return await _do(tx, who, house, application, _figured(Act.ASSESS, given, now))


@router.post("/publish")
async def publish_application(
    tx: Tx, who: Who, now: Now, house: TheHouse, application: str, given: Published
) -> ApplicationShown:
    """公示: put the assessment up in public, masked, for the days of the policy."""
    return await _do(tx, who, house, application, Deed(Act.PUBLISH, PARTS[given.level], now, now))


@router.post("/confirm")
async def confirm_assessment(
    tx: Tx, who: Who, now: Now, house: TheHouse, application: str, given: Heard
) -> ApplicationShown:
    """Others heard the objection and the assessment stands."""
    deed = _reasoned(Act.CONFIRM, PARTS[given.level], given, now)
    return await _do(tx, who, house, application, deed)


@router.post("/reassess")
async def reassess_application(
    tx: Tx, who: Who, now: Now, house: TheHouse, application: str, given: Assessed
) -> ApplicationShown:
    """Others heard the objection and assessed anew; it is published again."""
    return await _do(tx, who, house, application, _figured(Act.REASSESS, given, now))


@router.post("/review")
async def review_application(
    tx: Tx, who: Who, now: Now, house: TheHouse, application: str, given: Judged
) -> ApplicationShown:
    """乡审: the township agrees; the county decides next."""
    words = {Words.NOTE: given.note}
    deed = Deed(Act.REVIEW, Part.TOWNSHIP, now, now, tuple(given.assessors), words=words)
    return await _do(tx, who, house, application, deed)


@router.post("/send-back")
async def send_back_application(
    tx: Tx, who: Who, now: Now, house: TheHouse, application: str, given: Reasoned
) -> ApplicationShown:
    """Have the office below look again; it is told why."""
    found = await applications.named(tx, who, application)
    return await _do(tx, who, house, application, _reasoned(Act.SEND_BACK, PARTS[found.level], given, now))


@router.post("/grant")
async def grant_application(
    tx: Tx, who: Who, now: Now, house: TheHouse, application: str, given: Granted
) -> ApplicationShown:
    """县定: the county grants an amount; the household is told how to appeal, and until when."""
    words = {Words.REASON: given.reason}
    deed = Deed(Act.GRANT, Part.COUNTY, now, now, tuple(given.assessors), amount=given.amount, words=words)
    return await _do(tx, who, house, application, deed)


@router.post("/refuse")
async def refuse_application(
    tx: Tx, who: Who, now: Now, house: TheHouse, application: str, given: Reasoned
) -> ApplicationShown:
    """Refuse, as the office whose turn it is; the household is told why, how to appeal, and until when."""
    found = await applications.named(tx, who, application)
    return await _do(tx, who, house, application, _reasoned(Act.REFUSE, PARTS[found.level], given, now))


@router.post("/appeal")
async def appeal_decision(
    tx: Tx, who: Who, now: Now, house: TheHouse, application: str, given: Appealed
) -> ApplicationShown:
    """Enter an appeal that the household made elsewhere; the office above hears it."""
    deed = Deed(Act.APPEAL, Part.APPLICANT, now, now, words={Words.APPEAL: given.words}, by=who.name)
    return await _for_household(tx, who, house, application, deed)


@router.post("/allow")
async def allow_appeal(
    tx: Tx, who: Who, now: Now, house: TheHouse, application: str, given: Reasoned
) -> ApplicationShown:
    """The appeal is right: others assess anew."""
    found = await applications.named(tx, who, application)
    return await _do(tx, who, house, application, _reasoned(Act.ALLOW, PARTS[found.level], given, now))


@router.post("/reject")
async def reject_appeal(
    tx: Tx, who: Who, now: Now, house: TheHouse, application: str, given: Reasoned
) -> ApplicationShown:
    """The appeal is not right: the decision stands, and this is the end of it."""
    found = await applications.named(tx, who, application)
    return await _do(tx, who, house, application, _reasoned(Act.REJECT, PARTS[found.level], given, now))


@router.post("/pay")
async def pay_application(
    tx: Tx, who: Who, now: Now, house: TheHouse, application: str, given: PaidOut
) -> ApplicationShown:
    """Write down that what was granted was paid, and when; the household is told."""
    deed = Deed(Act.PAY, Part.COUNTY, given.paid_at, now, amount=given.amount)
    return await _do(tx, who, house, application, deed)


@router.post("/withdraw")
async def withdraw_application(
    tx: Tx, who: Who, now: Now, house: TheHouse, application: str, given: TakenBack
) -> ApplicationShown:
    """Enter that the household withdraws."""
    deed = Deed(Act.WITHDRAW, Part.APPLICANT, now, now, words={Words.NOTE: given.note}, by=who.name)
    return await _for_household(tx, who, house, application, deed)


def _figured(act: Act, given: Assessed, now: int) -> Deed:
    return Deed(
        act,
        PARTS[given.level],
        now,
        now,
        tuple(given.assessors),
        given.figures(),
        words={Words.NOTE: given.note},
        photos=tuple(given.photos),
    )


def _reasoned(act: Act, part: Part, given: Reasoned, now: int) -> Deed:
    return Deed(act, part, now, now, tuple(given.assessors), words={Words.REASON: given.reason})


async def _do(tx: Transaction, who: Actor, house: House, application: str, deed: Deed) -> ApplicationShown:
    found = await applications.named(tx, who, application)
    return await _shown(tx, await handle(desk_of(house), tx, who, found, deed))


async def _for_household(tx: Transaction, who: Actor, house: House, application: str, deed: Deed) -> ApplicationShown:
    """The household's own steps are taken by the hub, at the word of an officer who may see the application."""
    who.require(Role.DUTY, Role.OFFICER)
    found = await applications.named(tx, who, application)
    return await _shown(tx, await handle(desk_of(house), tx, ASSISTANCE, found, deed))


async def _shown(tx: Transaction, application: Application) -> ApplicationShown:
    return (await show_applications(tx, [application]))[0]
