"""叫应: the list of whoever has not answered (未叫醒), each with every step; and calls by hand."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row

from app.api.paging import Page, Paged
from app.api.shown import codes_of, shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from broadcast.ladders import dialling
from broadcast.ladders.dialling import Dialling
from broadcast.ladders.model import Dialled, Feedback, Ladder, Reply, State, StepKind
from broadcast.stores.ladders import rows, steps
from ground.transaction import Transaction

router = APIRouter(prefix="/ladders", tags=["calling"], route_class=Unit)


class StepShown(BaseModel):
    """One step: who was turned to, or who replied, and with what result."""

    kind: StepKind
    person: int | None
    result: str
    moved: int | None = Field(description="people, as fed back")
    by: str
    under_way: int = Field(description="sendings that were under way when it was closed, and could not be held")
    happened_at: int
    learned_at: int


class LadderShown(BaseModel):
    """Whoever must answer a warning, who stands in, and how far the calling is. Instants as everywhere."""

    id: str
    alert: str | None = Field(description="the newest warning of the chain; null: they are called about something else")
    drill: bool
    area: str | None
    duty: str
    level: int
    person: int
    deputy: int | None
    superior: int | None
    state: State
    outcome: str
    due_at: int | None = Field(description="when the next step is due; null once it is closed")
    calling: int | None = Field(description="whose turn it is")
    answered_by: int | None = Field(description="of those who were called")
    steps: list[StepShown]


class Rung(BaseModel):
    """A call that an officer made himself."""

    model_config = ConfigDict(extra="forbid")
    person: int = Field(description="who was rung up: the holder of the post, the deputy or the superior")
    result: Dialled
    reply: Reply | None = Field(default=None, description="what was said, if somebody answered")
    feedback: Feedback | None = Field(default=None, description="what became of the people, if that was said, too")
    moved: int | None = Field(default=None, ge=0, le=100_000, description="how many people were moved so far")
    number: str = Field(default="", max_length=30, description="the number; one that is void is closed")
    said_at: int | None = Field(default=None, ge=0, description="null: just now")


class Became(BaseModel):
    """What the call came to, in a word; null: the calling goes on.

    awake: nobody is called any more, and feedback is waited for; closed; noted; sent_for: those above are told;
    next: the next in line is called; over: nobody waits for an answer any more.
    """

    became: str | None


@router.get("")
async def list_ladders(
    tx: Tx,
    who: Who,
    paged: Paged,
    chain: Annotated[str | None, Query(max_length=36, description="the first warning of the chain")] = None,
    everybody: Annotated[bool, Query(description="also whoever has answered")] = False,  # noqa: FBT002
    awake: Annotated[bool, Query(description="whoever has answered, and not fed back yet")] = False,  # noqa: FBT002
) -> Page[LadderShown]:
    """List whoever has not answered yet (未叫醒), or not fed back."""
    states = tuple(State) if everybody else (State.AWAKE,) if awake else (State.OPEN,)
    found = await rows.listed(tx, who, chain=chain, states=states, after=paged.after_number(), limit=paged.fetch)
    page = paged.page(found, lambda each: each.id)
    happened = await steps.of_ladders(tx, who, [each.id for each in page.items])
    return Page(items=await _shown(tx, page.items, happened), next=page.next)


@router.get("/{ladder}")
async def get_ladder(tx: Tx, who: Who, ladder: str) -> LadderShown:
    found = await rows.load(tx, who, ladder)
    [one] = await _shown(tx, [found], await steps.of_ladders(tx, who, [found.id]))
    return one


@router.post("/{ladder}/calls", status_code=201)
async def record_call(tx: Tx, who: Who, now: Now, house: TheHouse, ladder: str, given: Rung) -> Became:
    """Enter a call made by hand: what was said closes or moves the ladder, a dead number is not called again."""
    said_at = now if given.said_at is None else given.said_at
    made = Dialling(given.person, given.result, given.reply, said_at, given.number, given.feedback, given.moved)
    heard = await dialling.record(tx, who, house.desk, ladder, made, now)
    return Became(became=heard)


async def _shown(tx: Transaction, found: Sequence[Ladder], happened: Sequence[Row[Any]]) -> list[LadderShown]:
    codes = await codes_of(tx, [each.area for each in found])
    return [
        LadderShown(
            id=each.public_id,
            alert=each.alert,
            drill=each.drill,
            area=codes.get(each.area),
            duty=each.duty,
            level=each.level,
            person=each.person,
            deputy=each.deputy,
            superior=each.superior,
            state=each.state,
            outcome=each.outcome,
            due_at=each.due_at,
            calling=each.target,
            answered_by=each.answered_by,
            steps=[shown(StepShown, row, person=row.person_id) for row in happened if row.ladder_id == each.id],
        )
        for each in found
    ]
