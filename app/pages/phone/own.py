"""Whether a call comes from our own page, and in which language the page is wanted."""

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from app.api.unit import house_of
from app.errors import NotFromOurPage
from templates.catalogues import LANGUAGES, nearest_language

JSON: Final = "application/json"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def require_own_page(request: HTTPConnection, content_type: str = "") -> None:
    """Refuse what another site's page sends: by its origin, and by a content type that a mere form cannot have."""
    headers = request.headers
    if not headers.get("content-type", "").startswith(content_type):
        raise NotFromOurPage
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise NotFromOurPage
    origin = headers.get("origin")
    if origin is not None and not _is_ours(request, origin):
        raise NotFromOurPage


def language_of(request: HTTPConnection, asked: str, cookie: str) -> str:
    """Return the language that was asked for, here or before, else the first of the browser's that we speak."""
    chosen = asked or request.cookies.get(cookie, "")
    if chosen in LANGUAGES:
        return chosen
    tags = [part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    known = {each.split("_")[0] for each in LANGUAGES}
    return nearest_language(next((tag for tag in tags if tag.split("-")[0].casefold() in known), ""))


def _is_ours(request: HTTPConnection, origin: str) -> bool:
    public = house_of(request).public_url
    return bool(origin) and (
        origin == f"{urlsplit(public).scheme}://{urlsplit(public).netloc}"
        or urlsplit(origin).netloc == request.headers.get("host")
    )
