"""Notices: what was sent on behalf of a warning, how far it got, who has not answered, which speakers played."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.api.paging import Page, Paged
from app.api.shown import area_named, codes_of, name_for, shown
from app.api.unit import Now, Tx, Unit, Who
from broadcast.alerts.issuing import notices_of_chain
from broadcast.notices import Kind, Lane, Notice, State
from broadcast.stores import alerts, counters, missing, notices, progress
from broadcast.stores.speakers import gateways as speakers

NO_CHANNEL = ""  # under it people are counted, whatever reaches them
router = APIRouter(tags=["sending"], route_class=Unit)


class NoticeShown(BaseModel):
    """What is said to whom; `size` counts its deliveries so far. Instants are milliseconds since 1970 UTC."""

    id: str
    kind: Kind
    lane: Lane
    drill: bool
    state: State
    asks_answer: bool
    valid_from: int
    expires: int | None
    superseded_at: int | None
    size: int


class DutyShown(BaseModel):
    duty: str
    people: int
    told: int
    answered: int


class AreaProgress(BaseModel):
    """Counts by state of what lies in an area and below."""

    area: str
    states: dict[str, int]


class Progress(BaseModel):
    """How far a notice got. States are those of deliveries; `answered`, `maybe_twice` and `sharers` count beside."""

    notice: NoticeShown
    people: int = Field(description="people whom it is for, planned so far")
    unreachable: int = Field(description="of these, whom nothing reaches: somebody must go there")
    channels: dict[str, dict[str, int]] = Field(description="channel → state → count")
    areas: list[AreaProgress] = Field(description="the areas right below `under`, each with all that lies in it")
    duties: list[DutyShown]
    missing: int = Field(description="people who have not answered")


class SendingShown(BaseModel):
    channel: str
    state: str
    reason: str | None
    shared: bool


class MissingShown(BaseModel):
    """Somebody who has not answered: how far each sending got, and what could still reach them."""

    person: int
    name: str | None
    area: str
    area_name: str
    phone_kind: str
    household: int | None
    responsible: int | None
    sendings: list[SendingShown]
    channels: list[str]


class CoverageShown(BaseModel):
    """Speakers of one area: played, reachable, all."""

    area: str
    played: int
    reachable: int
    all: int


@router.get("/alerts/{alert}/notices")
async def list_notices(tx: Tx, who: Who, alert: str) -> list[NoticeShown]:
    """List what was sent on behalf of a warning and of all that it replaces."""
    await alerts.load(tx, who, alert)
    return [show_notice(each) for each in await notices_of_chain(tx, who, alert)]


@router.get("/notices/{notice}")
async def get_progress(tx: Tx, who: Who, now: Now, notice: str, under: str | None = None) -> Progress:
    """Say how far a notice got: by channel, by area (right below `under`, a code), by duty."""
    found = await notices.by_public_id(tx, who, notice)
    top = await area_named(tx, who, under) if under else found.area or who.area
    channels = await counters.by_channel(tx, who, found.id)
    people = channels.pop(NO_CHANNEL, {})
    by_area = await counters.by_area(tx, who, found.id, top) if top else {}
    codes = await codes_of(tx, by_area)
    return Progress(
        notice=show_notice(found),
        people=people.get("people", 0),
        unreachable=people.get("unreachable", 0),
        channels=channels,
        areas=[AreaProgress(area=codes[area], states=states) for area, states in by_area.items() if area in codes],
        duties=[shown(DutyShown, each) for each in await progress.by_duty(tx, who, found, now)],
        missing=await missing.count_missing(tx, who, found),
    )


@router.get("/notices/{notice}/missing")
async def list_missing(tx: Tx, who: Who, paged: Paged, notice: str, area: str | None = None) -> Page[MissingShown]:
    """List who has not answered, why, and how they can still be reached; names only for those who may call them."""
    found = await notices.by_public_id(tx, who, notice)
    inside = await area_named(tx, who, area) if area else None
    people = await missing.missing(tx, who, found, after=paged.after_number(), limit=paged.fetch, area=inside)
    codes = await codes_of(tx, [each.area for each in people])
    page = paged.page(people, lambda each: each.seq)
    shown_people = [
        shown(
            MissingShown,
            each,
            name=name_for(who, each.name),
            area=codes[each.area],
            sendings=[shown(SendingShown, sending) for sending in each.sendings],
        )
        for each in page.items
    ]
    return Page(items=shown_people, next=page.next)


@router.get("/notices/{notice}/coverage")
async def get_coverage(tx: Tx, who: Who, notice: str) -> list[CoverageShown]:
    """Say how many speakers played, are reachable, and are there, area by area."""
    found = await notices.by_public_id(tx, who, notice)
    areas = await speakers.coverage(tx, who, found.id)
    codes = await codes_of(tx, [each.area for each in areas])
    return [shown(CoverageShown, each, area=codes[each.area]) for each in areas]


def show_notice(notice: Notice) -> NoticeShown:
    return shown(NoticeShown, notice, id=notice.public_id)
