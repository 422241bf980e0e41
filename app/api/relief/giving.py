"""What the county's ledger asks beside the report: the identity number, what sort of household, what it was given."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.api.relief.shapes import AidShown, HouseholdJudged, Strict, show_aid
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from bot.cases.aid import MOST_FEN, MOST_PEOPLE, AidForm, FamilyType, Given
from bot.stores.relief import aid, identity, requests
from bot.stores.relief.aid import Judged

router = APIRouter(prefix="/relief/requests/{request}", tags=["relief"], route_class=Unit)


class NumberGiven(Strict):
    number: str = Field(min_length=1, max_length=40, repr=False, description="of the head of the household, 18 signs")


class NumberShown(BaseModel):
    identity_number: str = Field(description="masked")


class JudgedGiven(Strict):
    family: FamilyType = Field(description="家庭类型")
    in_need: int = Field(ge=0, le=MOST_PEOPLE, description="需救助人口")


class AidGiven(Strict):
    """What was given. Amounts are in fen: 100 are one yuan."""

    money: int = Field(default=0, ge=0, le=MOST_FEN)
    goods: int = Field(default=0, ge=0, le=MOST_FEN, description="what the goods are worth")
    form: AidForm
    given_at: int = Field(description="when it was given: milliseconds since 1970 UTC")

    def given(self) -> Given:
        return Given(self.money, self.goods, self.form, self.given_at)


@router.put("/identity-number")
async def enter_identity_number(
    tx: Tx, who: Who, now: Now, house: TheHouse, request: str, given: NumberGiven
) -> NumberShown:
    """Keep the identity number of the head of the household, encrypted; listings show it masked."""
    found = await requests.named(tx, who, request)
    masked = await identity.enter(tx, who, house.seals, found.id, given.number, now)
    return NumberShown(identity_number=masked)


@router.delete("/identity-number", status_code=204)
async def erase_identity_number(tx: Tx, who: Who, now: Now, request: str) -> None:
    """Forget the identity number; that there was one stays."""
    await identity.erase(tx, who, (await requests.named(tx, who, request)).id, now)


@router.put("/household")
async def judge_household(tx: Tx, who: Who, now: Now, request: str, given: JudgedGiven) -> HouseholdJudged:
    """Write down what sort of household it is and how many of it need aid; the newest counts."""
    found = await requests.named(tx, who, request)
    await aid.judge(tx, who, found.id, Judged(given.family, given.in_need), now)
    return HouseholdJudged(family=given.family, in_need=given.in_need)


@router.post("/aid", status_code=201)
async def enter_aid(tx: Tx, who: Who, now: Now, request: str, given: AidGiven) -> AidShown:
    """Enter money or goods that the household was given."""
    found = await requests.named(tx, who, request)
    return show_aid(await aid.give(tx, who, found.id, given.given(), now))


@router.post("/aid/{entry}/correct", status_code=201)
async def correct_aid(tx: Tx, who: Who, now: Now, request: str, entry: str, given: AidGiven) -> AidShown:
    """Correct an entry: the new one counts in its place, the old one stays to be seen. Nothing given takes it back."""
    found = await requests.named(tx, who, request)
    return show_aid(await aid.give(tx, who, found.id, given.given(), now, corrects=entry))
