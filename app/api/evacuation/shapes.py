"""What the evacuation calls take and show. Instants are milliseconds since 1970 UTC; areas are named by their codes."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.cases.evacuation import AddedKind, OrderKind, PersonState, Way
from broadcast.answers import Means

RULE = (
    "A verified report counts before one that is not; among equals the later moment at which it was so; "
    "of two of the same moment the one entered last. All are kept."
)
Key = Annotated[str, Field(min_length=1, max_length=100, description="yours: the same key again is the same report")]
Moment = Annotated[int, Field(ge=0, le=2**53)]


class Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OrderGiven(Given):
    """An issued warning, a site, or an area; `area` narrows a warning down. 准备 prepare · 立即 now."""

    kind: OrderKind
    alert: str | None = None
    area: str | None = None
    site: int | None = None
    drill: bool = False
    follows: str | None = Field(None, description="the order to prepare that this one follows: what is known is kept")
    recording: str | None = Field(None, description="the digest of a recording that loudspeakers play")


class OrderShown(BaseModel):
    id: str
    kind: OrderKind
    drill: bool
    area: str
    site: int | None
    alert: str | None
    by: str
    at: int
    stage: str = Field(description="freezing, telling, told")
    warning_ended_at: int | None = Field(description="the warning is over; nobody may return by that")
    lifted_at: int | None


class TallyShown(BaseModel):
    """How an area stands, with all that lies below it."""

    area: str
    name: str
    people: int
    missing: int
    settled: int
    urgent: int
    conflicts: int
    to_check: int
    states: dict[str, int]


class GroupShown(BaseModel):
    area: str
    name: str
    households: int
    people: int
    told_at: int | None
    checked_at: int | None
    return_at: int | None


class LineShown(BaseModel):
    """One row of a roll. `missing` until a verified report says that the person is out of danger."""

    line: int
    number: int
    area: str
    household: int | None
    name: str | None
    needs: list[str]
    added: str | None
    state: PersonState
    missing: bool
    verified: bool
    conflict: bool
    to_check: bool
    shelter: int | None
    happened_at: int | None
    refusals: int


class HomeShown(BaseModel):
    household: int
    rows: list[int]
    worst: PersonState
    settled: int
    people: int
    assembly_point: str | None
    shelter: int | None
    shelter_name: str | None
    route: str | None
    responsible: list[str]
    phones: list[str]


class RollShown(BaseModel):
    """The roll of one group."""

    order: str
    kind: OrderKind
    drill: bool
    area: str
    name: str
    rule: str = RULE
    households: list[HomeShown]
    lines: list[LineShown]


class ReportGiven(Given):
    """A report of one row: its `line`, or the `added` key of somebody who was added in the same batch or before."""

    key: Key
    line: int | None = None
    added: str | None = Field(None, max_length=100)
    state: PersonState
    happened_at: Moment = Field(description="when it was so")
    entered_at: Moment | None = Field(None, description="when it was written down, perhaps without network")
    shelter: int | None = None
    checks: Annotated[bool, Field(description="said after looking at what was said before: ends a conflict")] = False
    words: str = Field("", max_length=1000)
    photos: list[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]] = Field(default_factory=list, max_length=10)


class AddedGiven(Given):
    """Somebody found on the spot who stands on no list."""

    key: Key
    area: str
    name: str = Field(min_length=1, max_length=120)
    kind: AddedKind
    household: int | None = None


class BatchGiven(Given):
    added: list[AddedGiven] = Field(default_factory=list, max_length=200)
    reports: list[ReportGiven] = Field(default_factory=list, max_length=500)


class TakenShown(BaseModel):
    """What became of one report: kept, known (the same key before) or refused, and why."""

    key: str
    result: str
    why: str = ""
    line: int | None = None
    state: Annotated[PersonState | None, Field(description="how the person stands now")] = None
    missing: bool | None = None
    conflict: bool | None = None


class BatchShown(BaseModel):
    rule: str = RULE
    added: dict[str, int] = Field(description="key → line")
    reports: list[TakenShown]


class ReachedShown(BaseModel):
    person: int
    name: str | None
    phones: list[str]


class MissingShown(BaseModel):
    line: LineShown
    area_name: str
    phones: list[str]
    responsible: list[ReachedShown]


class ToldShown(BaseModel):
    id: int
    state: PersonState
    verified: bool
    checks: bool
    means: Means | Way
    by: str
    typed_by: str | None
    spoke: str
    words: str
    photos: list[str]
    happened_at: int
    entered_at: int
    learned_at: int


class ConflictShown(BaseModel):
    line: LineShown
    rule: str = RULE
    counts: int | None = Field(description="the report that counts")
    reports: list[ToldShown]
