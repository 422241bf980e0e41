"""Relief requests: listed, read with their story, and erased of what names people."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.paging import Page, Paged
from app.api.relief.shapes import (
    EntryShown,
    HouseholdJudged,
    RequestShown,
    RequestWhole,
    show_aid,
    show_all,
    show_step,
)
from app.api.shown import area_named, may_see_people, shown
from app.api.unit import TheHouse, Tx, Unit, Who
from bot.cases.relief import State
from bot.cases.relief_values import Request
from bot.stores.relief import aid, entries, identity, requests, steps, twins
from ground.actor import Actor
from ground.transaction import Transaction

router = APIRouter(prefix="/relief/requests", tags=["relief"], route_class=Unit)


@router.get("")
async def list_requests(
    tx: Tx,
    who: Who,
    paged: Paged,
    area: str,
    state: Annotated[list[State] | None, Query()] = None,
    *,
    urgent: bool | None = None,
) -> Page[RequestShown]:
    """List the requests of an area and below, in the order in which they were filed."""
    inside = await area_named(tx, who, area)
    found = await requests.listed(
        tx, who, inside, states=state or (), urgent=urgent, after=paged.after_number(), limit=paged.fetch
    )
    page = paged.page(found, lambda each: each.id)
    return Page(items=await shown_requests(tx, who, page.items), next=page.next)


@router.get("/{request}")
async def get_request(tx: Tx, who: Who, house: TheHouse, request: str) -> RequestWhole:
    """Read one request, by its id or its tracking number, with every step and photo."""
    found = await requests.named(tx, who, request)
    entry = await entries.of_request(tx, who, found.id)
    judged = await aid.judged_of(tx, who, [found.id])
    numbers = await identity.masked_of(tx, who, house.seals, [found.id]) if may_see_people(who) else {}
    return RequestWhole(
        request=(await shown_requests(tx, who, [found]))[0],
        entry=None if entry is None else shown(EntryShown, entry),
        steps=[show_step(who, each) for each in await steps.history(tx, who, found.id)],
        may_be_same=[each.code for each in await twins.likely(tx, who, found.id)],
        aid=[show_aid(each) for each in await aid.of_request(tx, who, found.id)],
        judged=None if found.id not in judged else shown(HouseholdJudged, judged[found.id]),
        identity_number=numbers.get(found.id),
    )


@router.delete("/{request}/words", status_code=204)
async def erase_words(tx: Tx, who: Who, request: str) -> None:
    """Forget names, numbers, words and photos of a request; its steps and figures stay."""
    await steps.erase(tx, who, (await requests.named(tx, who, request)).id)


async def shown_requests(tx: Transaction, who: Actor, found: list[Request]) -> list[RequestShown]:
    named = {each for request in found for each in (request.merged_into, request.beside) if each is not None}
    return await show_all(tx, found, await requests.codes_by_id(tx, who, sorted(named)))
