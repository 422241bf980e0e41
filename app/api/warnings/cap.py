"""CAP 1.2 in and out: a message that comes in makes a draft, a warning that was issued goes out as XML."""

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.api.shown import area_named, shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who, house_of, prepared_by
from app.api.warnings.drafts import show
from app.api.warnings.shapes import WarningShown
from broadcast.alerts.cap.document import Reading
from broadcast.alerts.cap.reading import read_cap
from broadcast.alerts.cap.telling import cap_of
from broadcast.alerts.cap.writing import write_cap
from broadcast.alerts.receiving import take_cap
from broadcast.stores import alerts
from ground import media
from ground.media import Medium

CAP = "application/cap+xml"
XML_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {CAP: {"schema": {"type": "string"}}}}}
router = APIRouter(tags=["warnings"], route_class=Unit)


class LintNoteShown(BaseModel):
    """Something in the file that was read leniently, guessed or left open."""

    code: str
    where: str
    text: str


class TakenShown(BaseModel):
    """The draft that a CAP message made."""

    warning: WarningShown
    notes: list[LintNoteShown]
    again: bool = Field(description="this very message was taken before; nothing new was made")


async def read_document(request: Request) -> tuple[Reading, Medium]:
    """Parse the message, and keep the file as it came."""
    document = await request.body()
    reading = read_cap(document)
    return reading, await house_of(request).media.keep(document)


@router.post("/cap", status_code=201, openapi_extra=XML_BODY)
@prepared_by(read_document)
async def take_cap_message(
    request: Request, tx: Tx, who: Who, now: Now, house: TheHouse, area: str | None = None
) -> TakenShown:
    """Make a draft of a CAP message; `area` (a code) says to which area it belongs, if its geocodes do not."""
    reading, medium = request.state.prepared
    belongs = await area_named(tx, who, area) if area else None
    taken = await take_cap(tx, who, house.office, reading, now, area=belongs)
    await media.record(tx, medium, now, "cap")
    notes = [shown(LintNoteShown, each) for each in taken.notes]
    return TakenShown(warning=await show(tx, who, now, taken.alert), notes=notes, again=taken.again)


@router.get("/alerts/{alert}/cap", response_class=Response, responses={200: {"content": {CAP: {}}}})
async def tell_as_cap(tx: Tx, who: Who, house: TheHouse, alert: str) -> Response:
    """Return a warning that was issued as a CAP 1.2 message."""
    told = await alerts.load(tx, who, alert)
    earlier = (await alerts.chain(tx, who, alert))[1:]
    return Response(write_cap(cap_of(told, earlier, house.office.codes)), media_type=CAP)
