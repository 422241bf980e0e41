"""Applications: filed for a relief request, listed by area and stage, read with their story, erased of names."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from app.api.assistance.shapes import (
    AppealShown,
    ApplicationShown,
    ApplicationWhole,
    PublicNoticeShown,
    desk_of,
    show_applications,
    show_decision,
    show_objection,
)
from app.api.paging import Page, Paged
from app.api.relief.shapes import Strict
from app.api.shown import area_named, shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from bot.assistance.handling import apply
from bot.cases.assistance import Stage
from bot.cases.relief_values import Words as ReliefWords
from bot.stores.assistance import appeals, applications, notices, objections, steps
from bot.stores.relief import requests
from bot.stores.relief import steps as relief_steps

router = APIRouter(prefix="/assistance/applications", tags=["assistance"], route_class=Unit)


class Applied(Strict):
    """For whom assistance is applied for."""

    request: str = Field(description="id or tracking number of the relief request")
    head: str = Field(default="", max_length=80, description="the head of the household; empty: as was reported")


@router.post("", status_code=201)
async def apply_for_assistance(tx: Tx, who: Who, now: Now, house: TheHouse, given: Applied) -> ApplicationShown:
    """Apply for assistance on a relief request, for the household; the village is told to assess it."""
    request = await requests.named(tx, who, given.request)
    head = given.head or (await relief_steps.words_of(tx, who, request.id)).get(ReliefWords.HEAD, "")
    made = await apply(desk_of(house), tx, who, request.id, now, now, head)
    return (await show_applications(tx, [made]))[0]


@router.get("")
async def list_applications(
    tx: Tx, who: Who, paged: Paged, area: str, stage: Annotated[list[Stage] | None, Query()] = None
) -> Page[ApplicationShown]:
    """List the applications of an area and below, by stage, in the order in which they were filed."""
    inside = await area_named(tx, who, area)
    found = await applications.listed(
        tx, who, inside, stages=stage or (), after=paged.after_number(), limit=paged.fetch
    )
    page = paged.page(found, lambda each: each.id)
    return Page(items=await show_applications(tx, page.items), next=page.next)


@router.get("/{application}")
async def get_application(tx: Tx, who: Who, application: str) -> ApplicationWhole:
    """Read one application, by its id or its tracking number: who decided what, and why."""
    found = await applications.named(tx, who, application)
    return ApplicationWhole(
        application=(await show_applications(tx, [found]))[0],
        steps=[show_decision(who, each) for each in await steps.history(tx, who, found.id)],
        notices=[shown(PublicNoticeShown, each) for each in await notices.of_application(tx, who, found.id)],
        appeals=[shown(AppealShown, each) for each in await appeals.of_application(tx, who, found.id)],
        objections=[show_objection(who, each) for each in await objections.of_application(tx, who, found.id)],
    )


@router.delete("/{application}/words", status_code=204)
async def erase_application_words(tx: Tx, who: Who, application: str) -> None:
    """Forget names, words, photos and who objected; steps and figures stay."""
    await steps.erase(tx, who, (await applications.named(tx, who, application)).id)
