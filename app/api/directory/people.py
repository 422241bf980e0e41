"""People, one at a time: names and numbers are masked for all who neither call them nor keep the lists."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.shown import codes_of, name_for, number_for, shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who, secret_answer
from audiences.people import PhoneKind, Whereabouts
from audiences.stores import people
from audiences.stores.reach import addresses, proofs

router = APIRouter(prefix="/people", tags=["directory"], route_class=Unit)


class PersonShown(BaseModel):
    id: int
    name: str | None = Field(description="masked for some; null: erased")
    area: str
    household: int | None
    language: str
    phone_kind: PhoneKind
    whereabouts: Whereabouts
    needs: list[str] = Field(description="short codes, never a diagnosis")


class AddressShown(BaseModel):
    """A place a message can be sent to. Instants are milliseconds since 1970 UTC."""

    id: int
    channel: str
    value: str | None = Field(description="masked for some; null: erased")
    verified_at: int | None
    verified_how: str | None
    closed_at: int | None
    closed_why: str | None
    stopped_at: int | None = Field(description="since when the carrier delivers nothing here")
    owners: list[int]


class SourceIds(BaseModel):
    """People by what an imported file calls them; in the body, for it may be what identifies them elsewhere."""

    model_config = ConfigDict(extra="forbid")
    source: str = Field(min_length=1, max_length=40)
    ids: list[str] = Field(min_length=1, max_length=1_000)


class PeopleCalled(BaseModel):
    """Who is meant, by what the source calls them; those unknown to you are left out."""

    people: dict[str, int]


@router.post("/look-up")
async def look_up_people(tx: Tx, who: Who, now: Now, given: SourceIds) -> PeopleCalled:
    """Return who is meant by what a source calls them."""
    return PeopleCalled(people=dict(await people.called(tx, who, given.source, given.ids, now=now)))


@router.get("/{person}")
async def get_person(tx: Tx, who: Who, now: Now, person: int) -> PersonShown:
    """Read one person who lives in your area or has a duty there."""
    found = await people.load(tx, who, person, now=now)
    codes = await codes_of(tx, [found.area])
    return shown(PersonShown, found, area=codes[found.area], name=name_for(who, found.name), needs=list(found.needs))


@router.get("/{person}/addresses")
async def list_addresses(tx: Tx, who: Who, now: Now, person: int) -> list[AddressShown]:
    """List what a person is reached at, closed ones too."""
    await people.load(tx, who, person, now=now)
    found = await addresses.of_person(tx, who, person, now=now)
    return [shown(AddressShown, each, value=number_for(who, each.value), owners=list(each.owners)) for each in found]


class ProofCodeMade(BaseModel):
    """A one-time code, shown once: whoever sends it from a chat is taken for this person there."""

    code: str
    until: int


@router.post("/{person}/proof-codes", status_code=201)
@secret_answer
async def make_proof_code(tx: Tx, who: Who, now: Now, person: int) -> ProofCodeMade:
    """Make a one-time code for a person, to be told to them alone; an earlier one that was not used ends."""
    made = await proofs.make(tx, who, person, at=now)
    return shown(ProofCodeMade, made)


@router.delete("/{person}", status_code=204)
async def erase_person(tx: Tx, who: Who, now: Now, house: TheHouse, person: int) -> None:
    """Forget a person: what identifies them goes, the id stays where evidence names it."""
    await people.erase(tx, who, house.desk, person, at=now)
