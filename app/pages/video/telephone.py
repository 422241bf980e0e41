"""The door for what was said by telephone: it is entered on the page of the check, once however often pressed."""

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app.api.unit import house_of
from app.api.video.checks import desk_of
from app.pages import laying_out
from app.pages.phone.own import require_own_page
from app.pages.routes import to_login
from app.pages.typed import typed_into
from app.pages.video import hearing
from app.pages.video.desk_doors import check_page, looker, wrong_with
from bot.stores.video import checks
from bot.video import telephone
from ground.errors import Conflict, Invalid

MOST_FIELDS: Final = 20
router = APIRouter(prefix="/video", include_in_schema=False)


@router.post("/{check_id}/answers")
async def enter_answers(request: Request, check_id: str) -> Response:
    """Take down what was said; a form that is refused comes back as it was typed, with what is wrong."""
    require_own_page(request)
    house = house_of(request)
    typed = await typed_into(request, MOST_FIELDS)
    language = laying_out.language_of(typed.get("lang"))
    try:
        async with house.database.writing() as tx:
            holder = await looker(request, tx)
            if holder is None:
                return to_login(f"/video/{check_id}")
            now, check = house.clock.now(), await checks.load(tx, holder.actor, check_id)
            told = hearing.read(typed, check, now)
            await telephone.enter(desk_of(house), tx, holder.actor, check, told, now)
    except (Invalid, Conflict) as fault:
        return await check_page(request, check_id, language, wrong_with(fault), typed)
    return RedirectResponse(f"/video/{check_id}?lang={language}#told", 303)
