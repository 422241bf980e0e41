"""通联测试, contact tests: started for an area, read per person and number, ranked by township, numbers to repair."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import Page, Paged
from app.api.shown import area_named, codes_of, name_for, number_for, shown
from app.api.unit import Now, Tx, Unit, Who
from app.errors import InvalidCursor
from bot.cases.contact_test import LONGEST, MINUTES, Asked, Outcome, Stage
from bot.stores.rosters import contact_tests, numbers, ranking, repairs
from bot.stores.rosters.contact_tests import ContactTest
from ground.transaction import Transaction

router = APIRouter(prefix="/contact-tests", tags=["rosters"], route_class=Unit)


class ContactTestGiven(BaseModel):
    """Whom to ask: holders of duties in the area, whoever is on shift there, or both."""

    model_config = ConfigDict(extra="forbid")
    area: Annotated[str, Field(min_length=1, max_length=40)]
    duties: list[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]] = Field(default=[], max_length=20)
    on_shift: bool = True
    minutes: Annotated[int, Field(ge=1, le=LONGEST, description="until the deadline")] = MINUTES


class ContactTestShown(BaseModel):
    id: str
    area: str
    duties: list[str]
    on_shift: bool
    size: int = Field(description="people who are asked")
    stage: Stage
    started_at: int
    deadline_at: int
    over_at: int | None


class RankShown(BaseModel):
    """How one township answers."""

    area: str
    name: str
    people: int
    answered: int = Field(description="within the deadline")
    median: int | None = Field(description="seconds until the answer, the middle one")


class ContactTestResult(BaseModel):
    test: ContactTestShown
    ranking: list[RankShown]
    numbers: dict[Outcome, int] = Field(description="by outcome; empty until the test is over")


class NumberShown(BaseModel):
    """One number of one person; `address` null: the person has none."""

    person: int
    name: str | None
    area: str
    address: int | None
    channel: str
    value: str | None = Field(description="masked unless you call people")
    outcome: Outcome
    reached: bool
    seconds: int | None
    reason: str


class RepairShown(BaseModel):
    """A number that does not work, since when, and in how many tests."""

    person: int
    name: str | None
    area: str
    area_name: str
    address: int | None
    channel: str
    value: str | None
    outcome: Outcome
    since: int
    tests: int


@router.post("", status_code=201)
async def start_contact_test(tx: Tx, who: Who, now: Now, given: ContactTestGiven) -> ContactTestShown:
    """Start a contact test: a harmless message, plainly marked, to every number of all on duty. No loudspeakers."""
    asked = Asked(
        area=await area_named(tx, who, given.area),
        duties=tuple(given.duties),
        on_shift=given.on_shift,
        minutes=given.minutes,
    )
    return await _shown(tx, await contact_tests.start(tx, who, asked, now))


@router.get("")
async def list_contact_tests(
    tx: Tx, who: Who, before: Annotated[str | None, Query(max_length=36)] = None
) -> list[ContactTestShown]:
    """List the tests that your area took part in, the newest first; `before`: the last one of the page before."""
    found = await contact_tests.listed(tx, who, before=before)
    codes = await codes_of(tx, [each.area for each in found])
    return [shown(ContactTestShown, each, area=codes[each.area], duties=list(each.duties)) for each in found]


@router.get("/repairs")
async def list_repairs(tx: Tx, who: Who, paged: Paged, area: str | None = None) -> Page[RepairShown]:
    """List the numbers of people on duty that do not work: whose, in which village, since when."""
    under = await area_named(tx, who, area) if area else None
    found = await repairs.to_repair(tx, who, under, after=_pair(paged.after_word()), limit=paged.fetch)
    codes = await codes_of(tx, [each.area for each in found])
    listed = [
        shown(
            RepairShown,
            each,
            area=codes[each.area],
            address=each.address or None,
            name=name_for(who, each.name),
            value=number_for(who, each.value),
        )
        for each in found
    ]
    return paged.page(listed, lambda each: f"{each.person}.{each.address or 0}")


@router.get("/{test}")
async def get_contact_test(tx: Tx, who: Who, test: str) -> ContactTestResult:
    """Read what a test came to in your area: townships ranked, numbers by outcome."""
    found = await contact_tests.load(tx, who, test)
    ranks = await ranking.ranked(tx, who, found)
    codes = await codes_of(tx, [each.area for each in ranks])
    return ContactTestResult(
        test=await _shown(tx, found),
        ranking=[shown(RankShown, each, area=codes[each.area]) for each in ranks],
        numbers=dict(await ranking.totals(tx, who, found)),
    )


@router.get("/{test}/numbers")
async def list_numbers(tx: Tx, who: Who, paged: Paged, test: str) -> Page[NumberShown]:
    """List what became of each number, person by person: a page has all numbers of its people, and so may be longer."""
    found = await contact_tests.load(tx, who, test)
    listed = await numbers.of_test(tx, who, found, after=paged.after_number(), limit=paged.limit)
    named = await numbers.particulars_of(tx, who, found, listed)
    codes = await codes_of(tx, [each.area for each in listed])
    items = [
        shown(
            NumberShown,
            each,
            name=name_for(who, named.names.get(each.person)),
            area=codes[each.area],
            address=each.address or None,
            value=number_for(who, named.values.get(each.address)),
        )
        for each in listed
    ]
    people = len({each.person for each in items})
    return Page(items=items, next=paged.mark(items[-1].person) if people == paged.limit else None)


async def _shown(tx: Transaction, test: ContactTest) -> ContactTestShown:
    codes = await codes_of(tx, [test.area])
    return shown(ContactTestShown, test, area=codes[test.area], duties=list(test.duties))


def _pair(word: str) -> tuple[int, int]:
    person, _, address = (word or "0.0").partition(".")
    if not (person.isdecimal() and address.isdecimal()):
        raise InvalidCursor
    return int(person), int(address)
