"""The page itself, and the form that serves where no script runs: it is answered by the page, with what is new."""

import re
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, File, Form, Response, UploadFile
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from app.errors import NotFromOurPage
from app.pages.chat import looks
from app.pages.chat.doors import LANGUAGE
from app.pages.chat.guard import PHOTO_WEIGHT, Visit, Visitor
from app.pages.chat.said import CODE, LONGEST_TEXT, Seen, TurnSaid
from app.pages.phone import shelf
from app.pages.phone.brought import KEY
from app.pages.phone.own import POLICY, language_of
from bot.platforms.webchat.hearing import Said
from ground.errors import MediaRefused

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it was sent: no more than one of its buttons was pressed."""

    key: str
    text: str = field(repr=False, default="")
    choice: str = ""  # delivery:word
    link: str = ""


@router.get("/c")
async def show_chat(visit: Visitor, lang: str = "") -> Response:
    return await _page(visit, lang=lang)


@router.get("/c/{code}")
async def show_chat_from_poster(visit: Visitor, code: str, lang: str = "") -> Response:
    """Show the page with the poster's code: the village that somebody stands in, not who they are."""
    return await _page(visit, lang=lang, link=code if re.match(CODE, code) else "")


@router.post("/c/-/form")
async def take_form(
    visit: Visitor,
    key: Annotated[str, Form(pattern=KEY)],
    proof: Annotated[str, Form(max_length=64)],
    text: Annotated[str, Form(max_length=2 * LONGEST_TEXT)] = "",
    pressed: Annotated[str, Form(max_length=120)] = "",
    link: Annotated[str, Form(max_length=64)] = "",
    seen: Annotated[str, Form(max_length=2_000)] = "",
    photo: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Hear what a plain form brings: the poster's code first, then a photo, then what was pressed or written."""
    if proof != visit.session.proof:
        raise NotFromOurPage
    visit.require_own_page("multipart/form-data")
    content = await photo.read() if photo else b""
    visit.spend(PHOTO_WEIGHT if content else 1.0)
    await _acknowledge(visit, seen)
    try:
        turns = _turns(Filled(key, text, pressed, link), content)
        for each in turns:
            await visit.platform.say(visit.session, each)
    except ValidationError:
        return await _page(visit, trouble="unreadable", text=text, status=422)
    except MediaRefused:
        return await _page(visit, trouble="photo", text=text, status=422)
    return visit.remember(RedirectResponse("/c#last", 303))


def _turns(form: Filled, photo: bytes) -> list[Said]:
    said: list[Said] = []
    if form.link:
        said.append(TurnSaid(key=_other(form.key, "link"), link=form.link).said())
    if photo:
        said.append(Said(_other(form.key, "photo"), photo=photo))
    if form.choice.count(":"):
        delivery, _, word = form.choice.partition(":")
        given: dict[str, Any] = {"key": form.key, "choice": {"delivery": delivery, "word": word}}
        said.append(TurnSaid.model_validate(given).said())
    elif words := (form.choice or form.text).strip():  # a button without a delivery says what stands on it
        said.append(TurnSaid(key=form.key, text=words).said())
    return said


async def _acknowledge(visit: Visit, seen: str) -> None:
    numbers = [int(each) for each in seen.split(",") if each.isascii() and each.isdigit() and len(each) < 10]  # noqa: PLR2004
    try:
        shown = Seen(seqs=numbers[:200])
    except ValidationError:
        return
    await visit.platform.channel.acknowledge(visit.session.address, shown.seqs)


async def _page(
    visit: Visit, *, lang: str = "", link: str = "", trouble: str = "", text: str = "", status: int = 200
) -> Response:
    language = language_of(visit.request, lang, LANGUAGE)
    lines = [] if visit.session.fresh else await visit.platform.channel.lines_after(visit.session.address, "")
    shown = looks.Shown(
        language, lines, str(uuid4()), visit.session.proof, visit.platform.channel.settings.call, link, trouble, text
    )
    answer = shelf.answer(visit.request, looks.chat_page(shown).encode(), "text/html")
    answer.status_code = status
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Referrer-Policy"] = (
        "same-origin"  # else a browser without script would not say where a form is from
    )
    if lang:
        answer.set_cookie(LANGUAGE, language, max_age=31_536_000, path="/c", samesite="lax")
    return visit.remember(answer)


def _other(key: str, what: str) -> str:
    """Return the key of a second turn of the same form: the same each time that the form is sent."""
    return str(uuid5(UUID(key), what))
