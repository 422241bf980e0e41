"""代录: an officer enters what somebody told by telephone, radio, satellite phone, in person or in a group chat."""

from fastapi import APIRouter
from pydantic import Field

from app.api.relief.requests import shown_requests
from app.api.relief.shapes import Digest, Number, RequestShown, Strict, desk_of
from app.api.shown import area_named
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from audiences.stores import people
from bot.cases.relief import Count, ForWhom, Level
from bot.cases.relief_errors import SaidLater
from bot.cases.relief_values import Draft, Entry, Told, Words
from bot.reading.codes import Damage, Hazard, Need
from bot.relief.filing import file
from broadcast.answers import Means
from ground.actor import Actor
from ground.transaction import Transaction

router = APIRouter(prefix="/relief/requests", tags=["relief"], route_class=Unit)


class EntryGiven(Strict):
    """What somebody said, and how it came here. Instants are milliseconds since 1970 UTC."""

    area: str
    means: Means
    said_at: int = Field(description="when it was said, not when it is typed")
    happened_at: int | None = Field(default=None, description="when the damage was done; null: not known")
    person: int | None = Field(default=None, description="for whom: a person of the directory")
    household: int | None = None
    head: str = Field(default="", max_length=80, description="for whom: the head of the household, by name")
    phone: str = Field(default="", max_length=40)
    spoke_person: int | None = Field(default=None, description="who said it: a person of the directory")
    spoke: str = Field(default="", max_length=80, description="who said it, by name")
    words: str = Field(default="", max_length=2000, description="what was said")
    spot: str = Field(default="", max_length=120)
    hazard: Hazard | None = None
    damage: tuple[Damage, ...] = ()
    needs: tuple[Need, ...] = ()
    counts: dict[Count, Number] = Field(default={})
    photos: list[Digest] = Field(default=[], max_length=20)

    def told(self) -> Told:
        words = {
            Words.TOLD: self.words,
            Words.SPOT: self.spot,
            Words.HEAD: self.head,
            Words.PHONE: self.phone,
            Words.SPOKE: self.spoke,
        }
        return Told(
            counts=self.counts,
            damage=tuple(each.value for each in self.damage),
            needs=tuple(each.value for each in self.needs),
            words=words,
            photos=tuple(self.photos),
            hazard=None if self.hazard is None else self.hazard.value,
            happened_at=self.said_at if self.happened_at is None else self.happened_at,
        )


@router.post("", status_code=201)
async def enter_on_behalf(tx: Tx, who: Who, now: Now, house: TheHouse, given: EntryGiven) -> RequestShown:
    """Enter a report for somebody. It counts like their own and is marked; their own is kept beside it."""
    if max(given.said_at, given.happened_at or 0) > now:
        raise SaidLater
    draft = Draft(
        area=await area_named(tx, who, given.area),
        for_whom=ForWhom.ENTERED,
        told=given.told(),
        by=who.name,
        filed_at=given.said_at,
        level=Level.VILLAGE,
        office=None,
        household=await _household(tx, who, given, now),
        person=given.person,
        entry=Entry(given.means, given.said_at, given.person, given.spoke_person),
    )
    return (await shown_requests(tx, who, [await file(desk_of(house), tx, who, draft, now)]))[0]


async def _household(tx: Transaction, who: Actor, given: EntryGiven, now: int) -> int | None:
    """Return the household that is named, or that of the person; filing refuses what is not the officer's."""
    if given.household is not None or given.person is None:
        return given.household
    return (await people.load(tx, who, given.person, now=now)).household
