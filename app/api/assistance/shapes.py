"""How the API shows an application for assistance, and what it takes."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from app.api.relief.shapes import Digest, Strict
from app.api.shown import codes_of, may_see_people, shown
from app.house import House
from bot.assistance.desk import AssistanceDesk, desk_with
from bot.cases.assistance import MOST_FEN, MOST_ROOMS, Act, Figures, Part, Stage
from bot.cases.assistance_values import Application, Objection, Step
from bot.cases.relief import Grade, Level
from bot.telling import Teller
from ground.actor import Actor
from ground.transaction import Transaction

Fen = Annotated[int, Field(ge=1, le=MOST_FEN, description="a whole number of fen: 100 are one yuan")]
Assessors = Annotated[
    list[int], Field(min_length=1, max_length=20, description="people of the office that does this: who judged")
]
Reason = Annotated[str, Field(min_length=1, max_length=400, description="the household is told")]


class FiguresGiven(Strict):
    """What was found on the spot. Kitchens, sheds and privies are noted beside, never counted."""

    assessors: Assessors
    grade: Grade
    rooms: int = Field(ge=1, le=MOST_ROOMS, description="dwelling rooms (间)")
    auxiliary: int = Field(default=0, ge=0, le=MOST_ROOMS)
    amount: Fen
    photos: list[Digest] = Field(default=[], max_length=20, description="before any repair")
    note: str = Field(default="", max_length=400)

    def figures(self) -> Figures:
        return Figures(self.grade, self.rooms, self.amount, self.auxiliary)


class ApplicationShown(BaseModel):
    """An application. Amounts are in fen; instants are milliseconds since 1970 UTC."""

    id: str
    code: str = Field(description="the tracking number of the relief request it stands on")
    area: str
    household: int | None
    person: int | None
    drill: bool
    stage: Stage
    level: Level = Field(description="whose turn it is")
    round: int = Field(description="counts up when others assess anew")
    grade: Grade | None
    rooms: int | None
    auxiliary: int
    amount: int | None = Field(description="as proposed")
    granted: int | None = Field(description="as the county decided")
    paid: int = Field(description="in all; after an appeal there may be a second payment")
    filed_at: int
    learned_at: int


class DecisionShown(BaseModel):
    """One step: who decided what, as what, and why. Words are for those who may call people."""

    act: Act
    from_stage: str
    to_stage: Stage
    part: Part
    actor: str
    assessors: list[int]
    round: int
    grade: Grade | None
    rooms: int | None
    auxiliary: int | None
    amount: int | None
    words: dict[str, str | None] | None
    photos: list[str]
    happened_at: int
    learned_at: int


class PublicNoticeShown(BaseModel):
    """What hangs, or hung, in public; the page is /notices/{code}."""

    code: str
    grade: Grade
    rooms: int
    amount: int
    from_at: int
    until_at: int
    ended_at: int | None


class AppealShown(BaseModel):
    """Until when a decision may be appealed, whether it was, and what came of it."""

    until_at: int
    made_at: int | None
    outcome: str | None


class ObjectionShown(BaseModel):
    """What was objected; who did is kept apart."""

    id: str
    words: str | None
    outcome: str | None = Field(description="null: nobody has heard it yet")
    made_at: int
    learned_at: int


class ApplicationWhole(BaseModel):
    """An application with its story."""

    application: ApplicationShown
    steps: list[DecisionShown]
    notices: list[PublicNoticeShown]
    appeals: list[AppealShown]
    objections: list[ObjectionShown]


def desk_of(house: House) -> AssistanceDesk:
    return desk_with(Teller(house.kinds), house.desk, house.public_url)


async def show_applications(tx: Transaction, found: Sequence[Application]) -> list[ApplicationShown]:
    areas = await codes_of(tx, [each.area for each in found])
    return [shown(ApplicationShown, each, id=each.public_id, area=areas[each.area]) for each in found]


def show_decision(who: Actor, step: Step) -> DecisionShown:
    words = dict(step.words) if may_see_people(who) else None
    return shown(DecisionShown, step, words=words, assessors=list(step.assessors), photos=list(step.photos))


def show_objection(who: Actor, objection: Objection) -> ObjectionShown:
    words = objection.words if may_see_people(who) else None
    return shown(ObjectionShown, objection, id=objection.public_id, words=words)
