"""Answers: what came back, as it was said; append-only."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import Page, Paged
from app.api.shown import codes_of, may_see_people, shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from broadcast.answers import AnswerKind, Entry, Means, Spoke
from broadcast.stores import notices
from broadcast.stores.returns import answers, entering

router = APIRouter(prefix="/notices/{notice}/answers", tags=["answers"], route_class=Unit)


class EntryShown(BaseModel):
    """How an answer came in that an officer entered for somebody."""

    means: Means
    spoke: Spoke
    entered_by: str
    entered_at: int


class EntryGiven(BaseModel):
    """What somebody said by other means: on the phone, at the door."""

    model_config = ConfigDict(extra="forbid")
    person: int
    kind: AnswerKind
    means: Means
    spoke: Spoke = Spoke.SELF
    said_at: int | None = Field(default=None, ge=0, description="when it was said; null: just now")
    words: str = Field(default="", max_length=2_000)


class AnswerEntered(BaseModel):
    """Whether it is new: the same answer, said at the same moment, is entered once."""

    new: bool


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
    entered: EntryShown | None = Field(description="null: they answered themselves")


@router.post("", status_code=201)
async def enter_answer(tx: Tx, who: Who, now: Now, house: TheHouse, notice: str, given: EntryGiven) -> AnswerEntered:
    """Enter an answer on behalf of somebody whom the notice was for; their own later answer is kept beside it."""
    found = await notices.by_public_id(tx, who, notice)
    said_at = now if given.said_at is None else given.said_at
    entry = Entry(found.id, given.person, given.kind, given.means, given.spoke, said_at, given.words)
    return AnswerEntered(new=await entering.enter(tx, who, house.desk, found, entry, at=now) is not None)


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
            entered=shown(EntryShown, row) if row.means else None,
        )
        for row in page.items
    ]
    return Page(items=items, next=page.next)
