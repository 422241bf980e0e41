"""What is done to a warning: submitted, returned, approved, issued; updated, ended, corrected, confirmed."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.unit import Now, TheHouse, Tx, Unit, Who
from app.api.warnings.drafts import read, show
from app.api.warnings.shapes import ContentGiven, WarningGiven, WarningShown
from broadcast.alerts import approving, drafting, emergency, issuing
from broadcast.alerts.model import Ending, Level

router = APIRouter(prefix="/alerts/{alert}", tags=["warnings"], route_class=Unit)


class Read(BaseModel):
    """Which version was read before it was decided on."""

    model_config = ConfigDict(extra="forbid")
    version: int


class Reasoned(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    reason: str = Field(min_length=1, max_length=400)


class EndingGiven(BaseModel):
    """How a warning ends: lifted (it is over), or lowered to a `level` (do not return yet)."""

    model_config = ConfigDict(extra="forbid")
    ending: Literal[Ending.LIFTED, Ending.LOWERED]
    level: Level | None = Field(default=None, description="lowered: down to what")
    expires: int | None = Field(default=None, description="lowered: until when the lower level holds")
    contents: dict[str, ContentGiven] | None = Field(default=None, description="null: the templates say it all")


@router.post("/submit")
async def submit_warning(tx: Tx, who: Who, now: Now, house: TheHouse, alert: str, given: Read) -> WarningShown:
    """Hand a draft to the second person."""
    return await show(tx, who, now, await approving.submit(tx, who, house.office, alert, given.version, now))


@router.post("/return")
async def return_warning(tx: Tx, who: Who, now: Now, house: TheHouse, alert: str, given: Reasoned) -> WarningShown:
    """Give a submitted or approved warning back to its author, with the reason."""
    return await show(tx, who, now, await approving.send_back(tx, who, house.office, alert, given.reason, now))


@router.post("/withdraw")
async def withdraw_warning(tx: Tx, who: Who, now: Now, house: TheHouse, alert: str, given: Reasoned) -> WarningShown:
    """Drop a warning that nobody was told."""
    return await show(tx, who, now, await approving.withdraw(tx, who, house.office, alert, given.reason, now))


@router.post("/approve")
async def approve_warning(tx: Tx, who: Who, now: Now, house: TheHouse, alert: str, given: Read) -> WarningShown:
    """Approve what another person wrote, and have its audience frozen."""
    return await show(tx, who, now, await approving.approve(tx, who, house.office, alert, given.version, now))


@router.post("/issue")
async def issue_warning(tx: Tx, who: Who, now: Now, house: TheHouse, alert: str) -> WarningShown:
    """Issue an approved warning: from here on people are told."""
    return await show(tx, who, now, await issuing.issue(tx, who, house.office, alert, now))


@router.post("/issue-alone")
async def issue_alone(tx: Tx, who: Who, now: Now, house: TheHouse, alert: str, given: Reasoned) -> WarningShown:
    """Issue a submitted red or orange warning that no approver decided on within two minutes, with the reason.

    An approver who is not its author confirms it within half an hour; else it shows as unconfirmed, and those on duty
    there and above are told.
    """
    return await show(tx, who, now, await emergency.issue_alone(tx, who, house.office, alert, given.reason, now))


@router.post("/update", status_code=201)
async def draft_update(tx: Tx, who: Who, now: Now, house: TheHouse, alert: str, given: WarningGiven) -> WarningShown:
    """Draft what shall stand in place of a warning that people were told."""
    update = await read(tx, who, given)
    return await show(tx, who, now, await drafting.draft_update(tx, who, house.office, alert, update, now))


@router.post("/end", status_code=201)
async def draft_ending(tx: Tx, who: Who, now: Now, house: TheHouse, alert: str, given: EndingGiven) -> WarningShown:
    """Draft the end of a warning; like every draft it is approved by a second person and then issued."""
    contents = {language: each.kept() for language, each in given.contents.items()} if given.contents else None
    ending = await drafting.draft_ending(
        tx,
        who,
        house.office,
        alert,
        given.ending,
        now,
        contents=contents,
        level=given.level,
        expires=given.expires,
    )
    return await show(tx, who, now, ending)


@router.post("/correct", status_code=201)
async def correct_warning(tx: Tx, who: Who, now: Now, house: TheHouse, alert: str, given: Reasoned) -> WarningShown:
    """Take back what was sent in error, at once: lanes and speakers stop, whoever may have heard is told.

    A second person confirms it within half an hour; else it shows as unconfirmed, and those on duty are told.
    """
    return await show(tx, who, now, await issuing.correct(tx, who, house.office, alert, given.reason, now))


@router.post("/confirm")
async def confirm_correction(tx: Tx, who: Who, now: Now, house: TheHouse, alert: str) -> WarningShown:
    """Confirm, as a second person, what one person issued alone: a correction, or a warning in an emergency."""
    return await show(tx, who, now, await issuing.confirm_correction(tx, who, house.office, alert, now))
