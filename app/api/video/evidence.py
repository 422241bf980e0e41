"""Evidence of a check: listed with what speaks against it, and handed out as it came."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, StreamingResponse

from app.api.unit import Now, TheHouse, Tx, Unit, Who, house_of, prepared_by
from app.api.video.checks import desk_of
from app.api.video.shapes import EvidenceShown
from app.api.video.showing import evidence_shown
from bot.cases.freshness import EvidenceKind, Source
from bot.cases.video_check import Shot
from bot.cases.video_errors import UnknownEvidence
from bot.stores.video import checks, evidence
from bot.stores.video.evidence import Brought
from bot.video import keeping
from bot.video.keeping import Stored
from ground.media import JPEG, MEBIBYTE

BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
PHOTOS: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": BINARY, "image/png": BINARY}}}
FILMS: dict[int | str, dict[str, Any]] = {200: {"content": {"video/webm": BINARY, "video/mp4": BINARY}}}
PHOTO_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"image/jpeg": BINARY, "image/png": BINARY},
    }
}
PRIVATE = {"Cache-Control": "private, max-age=3600"}
router = APIRouter(prefix="/video-checks", tags=["video checks"], route_class=Unit)


async def store(request: Request) -> Stored:
    return await keeping.store_still(house_of(request).media, await request.body())


@router.get("/{check}/evidence")
async def list_evidence(tx: Tx, who: Who, check: str) -> list[EvidenceShown]:
    """List all that was shown, in the order in which it came."""
    found = await checks.load(tx, who, check)
    return [evidence_shown(each) for each in await evidence.of_check(tx, who, found.key)]


@router.post("/{check}/stills", status_code=201, openapi_extra=PHOTO_BODY)
@prepared_by(store)
async def add_still(
    request: Request,
    tx: Tx,
    who: Who,
    now: Now,
    house: TheHouse,
    check: str,
    shot: Shot | None = None,
    taken_at: Annotated[int | None, Query(ge=0, le=2**53)] = None,
) -> EvidenceShown:
    """Keep a photo that reached you another way, as it came: JPEG or PNG, at most 15 MB. It counts as uploaded."""
    who.require(*checks.ASKERS)
    stored: Stored = request.state.prepared
    brought = Brought(
        kind=EvidenceKind.STILL,
        digest=stored.digest,
        mime_type=stored.mime_type,
        bytes=stored.bytes,
        source=Source.UPLOAD,
        received_at=now,
        taken_at=taken_at,
        shot=shot,
        look=stored.look,
        shown_digest=stored.shown_digest,
    )
    found = await checks.load(tx, who, check)
    return evidence_shown((await keeping.keep(desk_of(house), tx, found, brought)).evidence)


@router.get("/{check}/evidence/{item}/original", response_class=Response, responses=PHOTOS)
async def fetch_original(tx: Tx, who: Who, house: TheHouse, check: str, item: str) -> Response:
    """Return the very bytes that came; their SHA-256 is the one that is listed."""
    found = await checks.load(tx, who, check)
    one = await evidence.one(tx, who, found.key, item)
    return FileResponse(house.media.path(one.digest), media_type=one.mime_type, headers=PRIVATE)


@router.get("/{check}/evidence/{item}/shown", response_class=Response, responses=PHOTOS)
async def fetch_shown(tx: Tx, who: Who, house: TheHouse, check: str, item: str) -> Response:
    """Return a photo made smaller, without the camera's own marks."""
    found = await checks.load(tx, who, check)
    one = await evidence.one(tx, who, found.key, item)
    if one.shown_digest is None:
        raise UnknownEvidence(evidence=item)
    return FileResponse(house.media.path(one.shown_digest), media_type=JPEG, headers=PRIVATE)


@router.get("/{check}/clips/{clip}", response_class=Response, responses=FILMS)
async def fetch_clip(tx: Tx, who: Who, house: TheHouse, check: str, clip: str) -> Response:
    """Return a film: its pieces, joined up to the first that is missing."""
    found = await checks.load(tx, who, check)
    pieces = await evidence.pieces(tx, who, found.key, clip)
    paths = [house.media.path(each.digest) for each in pieces]
    return StreamingResponse(joined(paths), media_type=pieces[0].mime_type, headers=PRIVATE)


def joined(paths: list[Path]) -> Iterator[bytes]:
    for path in paths:
        with path.open("rb") as piece:
            while block := piece.read(MEBIBYTE):
                yield block
