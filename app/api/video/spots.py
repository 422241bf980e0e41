"""Spot checks: so many sites of a kind at random a day, planned for an area; what was drawn, with its seed."""

from collections.abc import Sequence

from fastapi import APIRouter

from app.api.shown import area_named, codes_of, shown
from app.api.unit import Now, Tx, Unit, Who
from app.api.video.shapes import DrawShown, SpotPolicyGiven, SpotPolicyShown
from bot.stores.video import spots
from bot.stores.video.spots import PolicyDraft, SpotPolicy
from ground.clock import SECOND
from ground.transaction import Transaction

router = APIRouter(prefix="/spot-checks", tags=["video checks"], route_class=Unit)


@router.post("", status_code=201)
async def plan_spot_checks(tx: Tx, who: Who, now: Now, given: SpotPolicyGiven) -> SpotPolicyShown:
    """Plan spot checks. The first drawing is at the next such hour."""
    draft = PolicyDraft(
        area=await area_named(tx, who, given.area),
        site_kind=given.site_kind,
        number=given.number,
        hour=given.hour,
        within_days=given.within_days,
        answer_ms=given.answer_within * SECOND,
    )
    [made] = await _shown(tx, [await spots.plan(tx, who, draft, now)])
    return made


@router.get("")
async def list_spot_checks(tx: Tx, who: Who) -> list[SpotPolicyShown]:
    """List what is planned in your area, the newest first."""
    return await _shown(tx, await spots.listed(tx, who))


@router.get("/{policy}/draws")
async def list_draws(tx: Tx, who: Who, policy: str) -> list[DrawShown]:
    """List what was drawn day by day, with the seeds."""
    return [shown(DrawShown, each, sites=list(each.sites)) for each in await spots.draws_of(tx, who, policy)]


@router.post("/{policy}/end", status_code=204)
async def end_spot_checks(tx: Tx, who: Who, now: Now, policy: str) -> None:
    """Draw no more. What was drawn goes on."""
    await spots.end(tx, who, policy, now)


async def _shown(tx: Transaction, found: Sequence[SpotPolicy]) -> list[SpotPolicyShown]:
    codes = await codes_of(tx, [each.area for each in found])
    return [
        shown(SpotPolicyShown, each, area=codes[each.area], answer_within=each.answer_ms // SECOND) for each in found
    ]
