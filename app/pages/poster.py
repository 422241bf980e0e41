"""A village's poster, ready to be printed: its code, where to type or scan it, and what it is for."""

import io
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from app.api.shown import area_named
from app.api.unit import house_of
from app.house import House
from app.pages import laying_out
from app.pages.routes import page, to_login, visitor
from audiences.stores import areas, village_codes
from broadcast.channels.sms_twilio.settings import TwilioSettings
from broadcast.channels.telegram.settings import TelegramSettings
from ground.errors import Forbidden, NotFound
from templates.rendering import render_page

router = APIRouter(include_in_schema=False)
FOUND_NOT: Final = 404
REFUSED: Final = 403


@router.get("/posters/{area}")
async def show_poster(request: Request, area: str, lang: str | None = None) -> Response:
    """Show the poster of the village with this area code; its own code is made with the first look."""
    house, language = house_of(request), laying_out.language_of(lang)
    try:
        async with house.database.writing() as tx:
            holder = await visitor(request, tx)
            if holder is None:
                return to_login(f"/posters/{area}")
            village = await areas.load(tx, holder.actor, await area_named(tx, holder.actor, area))
            code = await village_codes.code_of(tx, holder.actor, village.id, at=house.clock.now())
    except NotFound:
        return page(laying_out.login_page(language, "/"), FOUND_NOT)
    except Forbidden:
        return page(laying_out.login_page(language, "/", refused=True), REFUSED)
    return page(poster(house, village.name, code, language))


def poster(house: House, village: str, code: str, language: str) -> str:
    """Return the poster: the ways in that this hub has."""
    link, chat = f"{house.public_url.rstrip('/')}/c/{code}", chat_link(house, code)
    values = {
        "village": village,
        "code": f"{code[:3]} {code[3:]}",
        "link": link,
        "link_drawn": drawn(link),
        "chat": chat,
        "chat_drawn": drawn(chat) if chat else "",
        "number": number_to_text(house),
        "drill": False,
        "other_language": laying_out.LANGUAGES[language],
    }
    return render_page("poster.html.j2", language, values)


def drawn(link: str) -> Markup:
    """Return a QR code that survives rain and a torn corner, as a drawing within the page."""
    import segno  # noqa: PLC0415 - only who prints a poster waits for it

    page = io.BytesIO()
    segno.make(link, error="q", micro=False).save(
        page, kind="svg", scale=4, border=4, xmldecl=False, svgns=True, svgclass="code", lineclass=None, omitsize=True
    )
    return Markup(page.getvalue().decode())  # noqa: S704 - drawn here, from our own address


def chat_link(house: House, code: str) -> str:
    section = house.settings.channel("telegram")
    known = isinstance(section, TelegramSettings) and section.bot_name
    return f"https://t.me/{section.bot_name}?start={code}" if isinstance(section, TelegramSettings) and known else ""


def number_to_text(house: House) -> str:
    """The number to text, if the sender is one: a messaging service has none to print."""
    section = house.settings.channel("sms")
    return section.sender if isinstance(section, TwilioSettings) and section.sender.startswith("+") else ""
