"""The page at the water, laid out: the same for every check, so that the phone may keep it; the check comes after."""

from typing import Final
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.requests import HTTPConnection

from app.api.unit import house_of
from app.pages.phone import shelf
from app.pages.phone.own import POLICY
from app.pages.video.files import FIELD
from bot.cases.video_check import Shot
from templates.labels import LABELS, label
from templates.rendering import render_page

SCRIPTS: Final = ("keeping.js", "line.js", "showing.js", "taking.js", "field.js")
ASKED: Final = ("trend", "spillway", "seepage", "cracks")
ALARMING: Final = frozenset({("seepage", "muddy"), ("cracks", "yes")})


def field_page(request: Request, language: str) -> Response:
    values = {
        "style": FIELD.address_of("video.css"),
        "scripts": [FIELD.address_of(name) for name in SCRIPTS],
        "other_language": "en" if language == "zh_CN" else "zh_CN",
        "shots": [each.value for each in Shot],
        "questions": {name: {key: label(name, key, language) for key in LABELS[name]} for name in ASKED},
        "alarming": ALARMING,
    }
    page = render_page("video_field.html.j2", language, values)
    answer = shelf.answer(request, page.encode(), "text/html")
    answer.headers["Content-Security-Policy"] = policy(request)
    answer.headers["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=(self)"
    return answer


def policy(call: HTTPConnection) -> str:
    """Return what the pages may do: also hear, show what was filmed, and keep a line to the switchboard open."""
    host = call.headers.get("host", "")
    public = urlsplit(house_of(call).public_url)
    lines = sorted({f"ws://{host}", f"wss://{host}", f"wss://{public.netloc}"} if host else {f"wss://{public.netloc}"})
    return f"{POLICY}; media-src 'self' blob:".replace("connect-src 'self'", f"connect-src 'self' {' '.join(lines)}")
