"""Media: recordings that are played instead of words, kept under their digest, fetched by gateways."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel

from app.api.shown import shown
from app.api.unit import Now, Tx, Unit, Who, house_of, prepared_by
from ground import media
from ground.actor import Role
from ground.errors import MediaMissing
from ground.media import Medium

WAV_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}},
    }
}
router = APIRouter(prefix="/media", tags=["media"], route_class=Unit)
open_router = APIRouter(prefix="/media", tags=["media"])


class MediumShown(BaseModel):
    """A file as it is kept; what it is follows from its content."""

    digest: str
    mime_type: str
    bytes: int
    duration_ms: int | None


async def keep(request: Request) -> Medium:
    return await house_of(request).media.keep(await request.body())


@router.post("", status_code=201, openapi_extra=WAV_BODY)
@prepared_by(keep)
async def upload_medium(request: Request, tx: Tx, who: Who, now: Now) -> MediumShown:
    """Keep a WAV recording. A warning names it by its digest."""
    who.require(Role.OFFICER, Role.PUBLICITY, Role.ADMIN)
    medium: Medium = request.state.prepared
    await media.record(tx, medium, now, "upload")
    return shown(MediumShown, medium)


@open_router.get("/{digest}", response_class=Response, responses={404: {"description": "No such recording."}})
async def fetch_medium(request: Request, digest: str) -> Response:
    """Return a recording by its SHA-256, or a range of it; what is no recording is shown to nobody by its digest.

    The digest is the key: it stands in signed commands only.
    """
    house = house_of(request)
    async with house.database.reading() as tx:
        medium = await media.find(tx, digest)
    if medium.mime_type != media.WAV:  # a photo that somebody sent is shown where its case is shown
        raise MediaMissing(digest=digest)
    return FileResponse(
        house.media.path(digest),
        media_type=medium.mime_type,
        headers={"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{digest}"'},
    )
