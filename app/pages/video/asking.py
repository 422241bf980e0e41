"""The officer's list of sites with their lights: those that are ticked are asked to be shown."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from app.api.unit import house_of
from app.api.video.checks import desk_of
from app.pages import laying_out
from app.pages.phone.own import require_own_page
from app.pages.routes import to_login
from app.pages.video.desk_doors import Wrong, desk_page, looker, wrong_with
from bot.stores.video import standing
from bot.video import asking
from bot.video.asking import MOST, Asking
from ground.errors import Conflict, Invalid, NotFound

PAGE: Final = 100
Sites = Annotated[list[int], Form(max_length=PAGE)]
router = APIRouter(prefix="/video/sites", include_in_schema=False)


@router.get("")
async def show_sites(request: Request, after: int = 0, lang: str | None = None) -> Response:
    return await _sites_page(request, after, laying_out.language_of(lang))


@router.post("")
async def ask_for_sites(
    request: Request, site: Sites | None = None, drill: Annotated[str, Form(max_length=3)] = ""
) -> Response:
    """Ask whoever watches the sites that were ticked."""
    require_own_page(request)
    house = house_of(request)
    try:
        async with house.database.writing() as tx:
            holder = await looker(request, tx)
            if holder is None:
                return to_login("/video")
            wanted = Asking(sites=site or (), drill=bool(drill))
            await asking.ask(desk_of(house), tx, holder.actor, wanted, house.clock.now())
    except (Invalid, Conflict, NotFound) as fault:
        return await _sites_page(request, 0, laying_out.language_of(None), wrong_with(fault))
    return RedirectResponse("/video", 303)


async def _sites_page(request: Request, after: int, language: str, wrong: Wrong | None = None) -> Response:
    async with house_of(request).database.reading() as tx:
        holder = await looker(request, tx)
        if holder is None:
            return to_login("/video")
        area = holder.actor.area
        found = await standing.lights(tx, holder.actor, area, after=after, limit=PAGE + 1) if area else []
    more = found[PAGE - 1].site if len(found) > PAGE else None
    values = {"sites": found[:PAGE], "next": more, "most": MOST, "wrong": wrong, "drill": False}
    return desk_page(request, "video_sites.html.j2", language, values)
