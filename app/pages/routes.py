"""The pages' addresses: signing in gives a cookie that no script reads; every page is bounded by its holder's area."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.requests import HTTPConnection

from app.api.unit import house_of
from app.errors import CodeRefused
from app.pages import laying_out, second_person, view
from app.security import codes, sessions
from app.security.secrets import CODE
from app.security.tokens import Holder, holder_of
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import Alert
from broadcast.stores import alerts
from ground.actor import Actor
from ground.errors import NotFound
from ground.transaction import Transaction

COOKIE: Final = "mingluo"
POLICY: Final = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
OWN_PAGE: Final = re.compile(
    r"/(?:alerts/[0-9a-f-]{36}(?:/calls|/decide)?|calling|doors|posters/[0-9A-Za-z-]{1,40}"
    r"|rosters/[0-9A-Za-z_-]{1,40}|contact-tests/[0-9a-f-]{36}"
    r"|evacuations/[0-9a-f-]{36}/(?:missing|sheets/[A-Za-z0-9_-]{1,40})"
    r"|video(?:/[0-9a-f-]{36})?)?"
)  # where signing in may lead: nowhere else
STYLE: Final = Path(__file__).with_name("style.css")
SHOWN_WARNINGS: Final = 50

router = APIRouter(include_in_schema=False)


@router.get("/")
async def show_warnings(request: Request, lang: str | None = None) -> Response:
    house, language = house_of(request), laying_out.language_of(lang)
    now = house.clock.now()
    async with house.database.reading() as tx:
        holder = await visitor(request, tx)
        if holder is None:
            return to_login("/")
        found = await alerts.listed(tx, holder.actor, limit=SHOWN_WARNINGS)
        standings = await second_person.standings(tx, holder.actor, found, now)
        awaited = await second_person.awaited_here(tx, holder.actor, language, now)
        waiting = await _undecided(tx, holder.actor)
    listed = [view.line_of(each, language, standings.get(each.id)) for each in found]
    undecided = [view.line_of(each, language) for each in waiting]
    return page(laying_out.warnings_page(listed, undecided, awaited, holder.actor, language))


@router.get("/alerts/{alert}")
async def show_live(request: Request, alert: str, lang: str | None = None) -> Response:
    house, language = house_of(request), laying_out.language_of(lang)
    now = house.clock.now()
    async with house.database.reading() as tx:
        holder = await visitor(request, tx)
        if holder is None:
            return to_login(f"/alerts/{alert}")
        live = await view.look(tx, holder.actor, alert, language, now)
        second = await second_person.of_warning(tx, holder.actor, alert, now)
    shown = page(laying_out.live_page(live, second, holder.actor, language, now))
    shown.headers["Referrer-Policy"] = "same-origin"  # else a browser would not say where its button is from
    return shown


@router.get("/login")
async def ask_to_sign_in(then: str = "/", lang: str | None = None) -> Response:
    return page(laying_out.login_page(laying_out.language_of(lang), then))


@router.get("/login/{code}")
async def ask_to_enter(code: str, then: str = "/", lang: str | None = None) -> Response:
    """Show a button that uses up the code: looking at a link uses up nothing."""
    return page(laying_out.login_page(laying_out.language_of(lang), then, code=code))


@router.post("/login")
async def sign_in(
    request: Request, secret: Annotated[str, Form(max_length=200)], then: Annotated[str, Form(max_length=120)] = "/"
) -> Response:
    house = house_of(request)
    try:
        async with house.database.writing() as tx:
            holder = await _known(tx, secret.strip(), house.clock.now())
            session = await sessions.open_session(tx, holder)
    except (CodeRefused, NotFound):
        return page(laying_out.login_page("zh_CN", then, refused=True), 403)
    answer = RedirectResponse(then if OWN_PAGE.fullmatch(then) else "/", 303)
    secure = house.public_url.startswith("https://")
    longest = sessions.LIFETIME // 1_000
    answer.set_cookie(COOKIE, session, max_age=longest, httponly=True, samesite="strict", secure=secure)
    return answer


@router.post("/logout")
async def sign_out(request: Request) -> Response:
    async with house_of(request).database.writing() as tx:
        await sessions.close_session(tx, request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/pages/style.css")
async def show_style() -> Response:
    return FileResponse(STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


async def _known(tx: Transaction, secret: str, now: int) -> Holder:
    """Return who holds a token; a one-time code is exchanged for one first."""
    if secret.startswith(CODE):
        secret = (await codes.redeem(tx, secret, "browser", now)).secret
    holder = await holder_of(tx, secret)
    if holder is None:
        raise CodeRefused
    return holder


async def _undecided(tx: Transaction, who: Actor) -> Sequence[Alert]:
    """Return what waits for somebody's word, for those whose word it may be; what waits longest comes first."""
    if who.roles.isdisjoint(laying_out.DECIDERS):
        return ()
    found = await alerts.listed(tx, who, states=(State.SUBMITTED, State.APPROVED), limit=SHOWN_WARNINGS)
    return found[::-1]


async def visitor(request: HTTPConnection, tx: Transaction) -> Holder | None:
    secret = request.cookies.get(COOKIE)
    return await sessions.session_holder(tx, secret) if secret else None


def to_login(then: str) -> Response:
    return RedirectResponse(f"/login?then={then}" if OWN_PAGE.fullmatch(then) else "/login", 303)


def page(html: str, status: int = 200) -> Response:
    return HTMLResponse(html, status, headers={"Content-Security-Policy": POLICY})
