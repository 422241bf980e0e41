"""How the API shows a relief request, and what it takes."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.api.shown import codes_of, may_see_people, shown
from app.house import House
from bot.cases.aid import Aid, AidForm, FamilyType
from bot.cases.relief import Act, Count, ForWhom, Grade, Level, State, worst
from bot.cases.relief_values import Request, Step
from bot.relief.desk import ReliefDesk
from bot.telling import Teller
from ground.actor import Actor
from ground.transaction import Transaction

MOST = 999  # of one household
Number = Annotated[int, Field(ge=0, le=MOST)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="of an uploaded photo")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RequestShown(BaseModel):
    """A request. Instants are milliseconds since 1970 UTC: when it happened, was said, and was entered here."""

    id: str
    code: str = Field(description="the tracking number that its reporter has")
    area: str
    household: int | None
    person: int | None
    for_whom: ForWhom
    drill: bool
    hazard: str | None
    state: State
    urgent: bool
    level: Level = Field(description="whose turn it is")
    assigned_to: int | None
    merged_into: str | None
    beside: str | None = Field(description="the entry on behalf of the same household, beside which this is kept")
    counts: dict[Count, int]
    house: Grade | None = Field(description="how badly the house is damaged, by its worst room")
    happened_at: int
    filed_at: int
    learned_at: int


class StepShown(BaseModel):
    """One thing that was done; words are for those who may call people, and null once they are erased."""

    act: Act
    from_state: str
    to_state: State
    level: Level
    actor: str
    person: int | None
    words: dict[str, str | None] | None
    facts: list[tuple[str, str, int]]
    photos: list[str]
    happened_at: int
    learned_at: int


class EntryShown(BaseModel):
    """代录: by what an officer was told, when it was said, and who typed it when."""

    means: str
    for_person: int | None
    spoke_person: int | None
    said_at: int
    typed_by: str
    typed_at: int


class AidShown(BaseModel):
    """What was given at one time. Amounts are in fen; instants are milliseconds since 1970 UTC."""

    id: str
    money: int
    goods: int = Field(description="what the goods are worth")
    form: AidForm
    given_at: int
    learned_at: int
    actor: str
    corrects: str | None = Field(description="the entry in whose place this counts")
    corrected_by: str | None = Field(description="null: this entry counts")


class HouseholdJudged(BaseModel):
    """What sort of household it is, and how many of it need aid."""

    family: FamilyType
    in_need: int


class RequestWhole(BaseModel):
    """A request with its story."""

    request: RequestShown
    entry: EntryShown | None
    steps: list[StepShown]
    may_be_same: list[str] = Field(description="tracking numbers of requests that may be of one household")
    aid: list[AidShown]
    judged: HouseholdJudged | None
    identity_number: str | None = Field(description="masked; for those who may call people")


def desk_of(house: House) -> ReliefDesk:
    return ReliefDesk(Teller(house.kinds), house.desk)


async def show_all(tx: Transaction, found: Sequence[Request], codes: Mapping[int, str]) -> list[RequestShown]:
    """Return requests as the API shows them; `codes` are the tracking numbers of those they name."""
    areas = await codes_of(tx, [each.area for each in found])
    return [
        shown(
            RequestShown,
            each,
            id=each.public_id,
            area=areas[each.area],
            merged_into=codes.get(each.merged_into or 0),
            beside=codes.get(each.beside or 0),
            counts=dict(each.counts),
            house=worst(each.counts),
        )
        for each in found
    ]


def show_step(who: Actor, step: Step) -> StepShown:
    words = dict(step.words) if may_see_people(who) else None
    return shown(StepShown, step, words=words, facts=list(step.facts), photos=list(step.photos))


def show_aid(aid: Aid) -> AidShown:
    given = aid.given
    return shown(AidShown, aid, money=given.money, goods=given.goods, form=given.form, given_at=given.at)
