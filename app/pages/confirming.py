"""The button of the second person: pressed on a warning's page, it confirms what one person issued alone."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.api.unit import house_of
from app.pages import laying_out
from app.pages.phone.own import require_own_page
from app.pages.routes import to_login, visitor
from broadcast.alerts.issuing import confirm_correction
from broadcast.errors import NotACorrection

router = APIRouter(include_in_schema=False)


@router.post("/alerts/{alert}/confirm")
async def confirm(request: Request, alert: str, lang: str | None = None) -> Response:
    """Confirm, and show the page; where another was faster, the page says so."""
    require_own_page(request)
    house = house_of(request)
    try:
        async with house.database.writing() as tx:
            holder = await visitor(request, tx)
            if holder is None:
                return to_login(f"/alerts/{alert}")
            await confirm_correction(tx, holder.actor, house.office, alert, house.clock.now())
    except NotACorrection:
        pass
    return RedirectResponse(f"/alerts/{alert}?lang={laying_out.language_of(lang)}", 303)
