"""What the desk takes and shows: what is entered for others, check-ins, alarms, shelters, recordings, the report."""

from pydantic import BaseModel, Field

from app.api.evacuation.shapes import Given, Key, LineShown, Moment, OrderShown, TallyShown
from bot.cases.evacuation import AlarmKind, PersonState
from broadcast.answers import Means


class OnBehalfGiven(Given):
    """代录: what somebody said by telephone, radio … of a row, entered by you."""

    key: Key
    line: int
    state: PersonState
    means: Means
    spoke: str = Field(min_length=1, max_length=120, description="who said it")
    said_at: Moment
    shelter: int | None = None
    checks: bool = False
    words: str = Field("", max_length=1000)


class CheckInGiven(Given):
    """At a shelter's door: by the row that a QR code names, or by name."""

    key: Key
    shelter: int
    line: int | None = None
    name: str | None = Field(None, max_length=120)
    at: Moment | None = None


class CheckInShown(BaseModel):
    """`line` who is in; else `choices`: several have this name. None: nobody has it, add them."""

    line: LineShown | None
    choices: list[LineShown]


class AlarmShown(BaseModel):
    id: int
    kind: AlarmKind
    area: str
    line: int | None
    shelter: int | None
    due_at: int
    told_at: int | None
    done_at: int | None
    done_by: str | None
    why: str


class ReasonGiven(Given):
    reason: str = Field(min_length=1, max_length=400)


class ShelterShown(BaseModel):
    site: int
    name: str
    expected: int = Field(description="how many the roll has there, by verified reports")
    counted: int | None
    counted_at: int | None


class CountGiven(Given):
    key: Key
    people: int = Field(ge=0, le=100_000)
    counted_at: Moment | None = None


class RecordingGiven(Given):
    area: str
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")


class RecordingShown(BaseModel):
    id: int
    area: str
    digest: str
    approved_by: str
    approved_at: int


class ClosingShown(BaseModel):
    """What the order came to, in your area."""

    order: OrderShown
    groups: int
    households: int
    people: int
    added: int
    missing: int
    reports: int
    unverified: int
    on_behalf: int
    refused: int
    first_report: int | None
    last_report: int | None
    returned: int
    means: dict[str, int]
    alarms: dict[str, int]
    open_alarms: int
    tallies: list[TallyShown]
    shelters: list[ShelterShown]
