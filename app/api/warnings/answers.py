"""Answers: what came back, as it was said; append-only."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.api.paging import Page, Paged
from app.api.shown import codes_of, may_see_people, shown
from app.api.unit import Tx, Unit, Who
from broadcast.answers import AnswerKind
from broadcast.stores import notices
from broadcast.stores.returns import answers

router = APIRouter(prefix="/notices/{notice}/answers", tags=["answers"], route_class=Unit)


class AnswerShown(BaseModel):
    """One answer. Instants are milliseconds since 1970 UTC: when it was given, and when the hub learned of it."""

    id: str
    kind: AnswerKind
    channel: str
    person: int | None = Field(description="null: somebody at an address that several share")
    area: str | None
    words: str | None = Field(description="in their words; only for those who may call them")
    happened_at: int
    learned_at: int


@router.get("")
async def list_answers(tx: Tx, who: Who, paged: Paged, notice: str) -> Page[AnswerShown]:
    """List the answers to a notice, oldest first."""
    found = await notices.by_public_id(tx, who, notice)
    rows = await answers.of_notice(tx, who, found.id, after=paged.after_number(), limit=paged.fetch)
    codes = await codes_of(tx, [row.area_id for row in rows])
    page = paged.page(rows, lambda row: row.id)
    items = [
        shown(
            AnswerShown,
            row,
            id=row.public_id,
            person=row.person_id,
            area=codes.get(row.area_id),
            words=row.words if may_see_people(who) else None,
        )
        for row in page.items
    ]
    return Page(items=items, next=page.next)
