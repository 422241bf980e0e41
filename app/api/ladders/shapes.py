"""The shapes of calling tables as the API takes and shows them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from broadcast.ladders.checking import MOST_EVENTS, MOST_POLICIES, MOST_RUNGS
from broadcast.ladders.doubts import Doubt
from broadcast.ladders.policy import Does, Whom
from broadcast.stores.ladders.policies import LONGEST_REASON

Short = Annotated[str, Field(max_length=60)]
Small = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]  # what is too much is said in our own words


class RungGiven(BaseModel):
    """One step: what is done, towards whom, and how many seconds after the step before it."""

    model_config = ConfigDict(extra="forbid")
    after: Small = Field(description="seconds, 0 to 3600; of the last rung at least 60, for it comes back")
    does: Does
    whom: Whom


class PolicyGiven(BaseModel):
    """Who must answer one sort of warning, and how they are called. The first policy that fits a warning holds."""

    model_config = ConfigDict(extra="forbid")
    name: Short
    levels: list[Small] = Field(max_length=10, description="1 (red) to 4 (blue)")
    events: list[Short] = Field(default=[], max_length=MOST_EVENTS, description="beginnings of codes; none: all")
    hours: tuple[Small, Small] | None = Field(
        default=None, description="Beijing time, from and until, also over midnight; null: always"
    )
    each: list[Short] = Field(max_length=30, description="duties whose every holder must answer")
    any: list[Short] = Field(max_length=30, description="duties of which one holder in a place answers for all")
    code: bool = Field(description="whether an SMS counts only with the four digits of its message")
    rungs: list[RungGiven] = Field(max_length=2 * MOST_RUNGS)
    feedback: list[RungGiven] = Field(
        default=[],
        max_length=2 * MOST_RUNGS,
        description="how whoever answered is asked what became of the people; none: an answer closes the ladder",
    )


class TableGiven(BaseModel):
    """A table to be called by from now on."""

    model_config = ConfigDict(extra="forbid")
    policies: list[PolicyGiven] = Field(max_length=2 * MOST_POLICIES)
    reason: str = Field(max_length=LONGEST_REASON)
    over: int | None = Field(default=None, ge=0, description="the area's version you have read; 0: it had none")


class GivenBack(BaseModel):
    """Why an area calls again as what holds above it says."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(max_length=LONGEST_REASON)
    over: int | None = Field(default=None, ge=0, description="the area's version you have read")


class SpanShown(BaseModel):
    """Hours of a level that are alike; `until` is the first hour after them."""

    since: int
    until: int
    policy: str | None = Field(description="null: nobody is called")


class GridShown(BaseModel):
    """Who is woken at which level and hour."""

    events: list[str] = Field(description="beginnings of event codes; empty: all that no policy names")
    levels: dict[int, list[SpanShown]]


class DoubtShown(BaseModel):
    """What is allowed and should be looked at twice."""

    policy: str
    doubt: Doubt = Field(
        description="no_code: a red one that an SMS closes without a code; late_call: a red one that calls first "
        "after three minutes; nobody_above: it turns neither to whoever is above nor to the door"
    )


class TableShown(BaseModel):
    """The table that holds for an area, and where it comes from. Instants as everywhere."""

    area: str
    source: Literal["house", "area"]
    source_area: str | None = Field(description="the area whose own table it is: this one or one above it")
    version: int | None
    by: str | None
    at: int | None
    reason: str | None
    over: int = Field(description="the newest version of this area itself, to be given back as `over`; 0: it has none")
    policies: list[PolicyGiven]
    grids: list[GridShown]
    doubts: list[DoubtShown]


class VersionShown(BaseModel):
    """What an area set once; `policies` null: it went back to what holds above it."""

    version: int
    by: str
    at: int
    reason: str
    policies: list[PolicyGiven] | None


class RungShown(RungGiven):
    """A rung, and when it comes if nobody has answered by then."""

    minutes: float = Field(description="since the issue")


class RehearsalShown(BaseModel):
    """Whom a warning would wake, and when."""

    policy: str | None = Field(description="null: a warning of this level, event and hour wakes nobody")
    people: int = Field(description="who hold one of its duties in the area and below, each counted once")
    duties: dict[str, int] = Field(description="how many hold each duty")
    code: bool
    rungs: list[RungShown] = Field(description="the last one comes back until somebody answers")
    first_round: float | None = Field(
        description="minutes until the last of them was rung up once; null: there is no telephone"
    )
