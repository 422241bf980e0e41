"""Video checks: ask to be shown sites, see how they stand, judge what was shown."""

from fastapi import APIRouter

from app.api.paging import Page, Paged
from app.api.shown import area_named, codes_of, shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from app.api.video.shapes import (
    AnswersGiven,
    AskingGiven,
    CheckShown,
    JudgementGiven,
    LightsShown,
    SiteShown,
    WholeCheckShown,
)
from app.api.video.showing import CENTIMETRES, checks_shown, whole_check
from app.house import House
from bot.cases.video_check import Answers, Light
from bot.stores.video import checks, standing
from bot.telling import Teller
from bot.video import asking, judging, telephone
from bot.video.asking import Asking
from bot.video.desk import VideoDesk
from bot.video.judging import Judgement
from bot.video.telephone import Telephoned
from ground.clock import SECOND

router = APIRouter(prefix="/video-checks", tags=["video checks"], route_class=Unit)


def desk_of(house: House) -> VideoDesk:
    return VideoDesk(Teller(house.kinds), house.desk, house.public_url)


@router.post("", status_code=201)
async def ask_for_checks(tx: Tx, who: Who, now: Now, house: TheHouse, given: AskingGiven) -> list[CheckShown]:
    """Ask to be shown sites. Whoever watches each gets a link of the own, by chat or SMS, at once."""
    wanted = Asking(sites=given.sites, people=given.people, drill=given.drill, deadline_ms=given.answer_within * SECOND)
    return await checks_shown(tx, who, await asking.ask(desk_of(house), tx, who, wanted, now), now)


@router.get("")
async def list_checks(
    tx: Tx,
    who: Who,
    now: Now,
    paged: Paged,
    *,
    area: str | None = None,
    site: int | None = None,
    open_only: bool = False,
) -> Page[CheckShown]:
    """List checks of your area, the newest first."""
    under = await area_named(tx, who, area) if area else None
    before = paged.after_word() or None
    found = await checks.listed(tx, who, under=under, site=site, open_only=open_only, before=before, limit=paged.fetch)
    return paged.page(await checks_shown(tx, who, found, now), lambda each: each.id)


@router.get("/sites")
async def list_lights(
    tx: Tx, who: Who, paged: Paged, area: str, kind: str | None = None, light: Light | None = None
) -> Page[SiteShown]:
    """List the sites of an area and below with their lights, by the last real check of each that ended."""
    under, after = await area_named(tx, who, area), paged.after_number()
    found = await standing.lights(tx, who, under, kind=kind, light=light, after=after, limit=paged.fetch)
    codes = await codes_of(tx, [each.area for each in found])
    return paged.page([shown(SiteShown, each, area=codes[each.area]) for each in found], lambda each: each.site)


@router.get("/lights")
async def count_lights(tx: Tx, who: Who, area: str, kind: str | None = None) -> LightsShown:
    """Count how many sites of an area and below show which light."""
    counted = await standing.counted(tx, who, await area_named(tx, who, area), kind=kind)
    return LightsShown(**{light.value: counted.get(light, 0) for light in Light})


@router.get("/{check}")
async def get_check(tx: Tx, who: Who, now: Now, check: str) -> WholeCheckShown:
    """Read one check with all that was said, and the alarms that it raised."""
    return await whole_check(tx, who, await checks.load(tx, who, check), now)


@router.post("/{check}/ask-again", status_code=204)
async def ask_again(tx: Tx, who: Who, now: Now, house: TheHouse, check: str) -> None:
    """Send a fresh link to whoever was asked; the old one, and the page that it opened, ends."""
    await asking.ask_again(desk_of(house), tx, who, await checks.load(tx, who, check), now)


@router.post("/{check}/answers")
async def enter_answers(
    tx: Tx, who: Who, now: Now, house: TheHouse, check: str, given: AnswersGiven
) -> WholeCheckShown:
    """代录: enter what somebody told you of the water by telephone. It counts like words by SMS; it shows nothing."""
    told = Telephoned(
        answers=Answers(
            None if given.level is None else round(given.level * CENTIMETRES),
            given.trend,
            given.spillway,
            given.seepage,
            given.cracks,
        ),
        key=given.key,
        said_at=given.said_at,
        person=given.person,
        spoke=given.spoke,
        words=given.words,
    )
    await telephone.enter(desk_of(house), tx, who, await checks.load(tx, who, check), told, now)
    return await whole_check(tx, who, await checks.load(tx, who, check), now)


@router.post("/{check}/judge")
async def judge_check(
    tx: Tx, who: Who, now: Now, house: TheHouse, check: str, given: JudgementGiven
) -> WholeCheckShown:
    """Say what a check came to, once: normal, not passed or no view; the last two with a reason."""
    judgement = Judgement(given.result, given.reason, house.office if given.draft else None)
    judged = await judging.judge(desk_of(house), tx, who, await checks.load(tx, who, check), judgement, now)
    return await whole_check(tx, who, judged, now)
