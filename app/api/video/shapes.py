"""What the calls of video checks take and show. Instants are milliseconds since 1970 UTC, levels metres."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.cases.freshness import EvidenceKind, Finding, Source
from bot.cases.video_check import AlarmKind, Light, Result, Seepage, Shot, Spillway, State, Trend, Via
from bot.video.asking import MOST


class Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps none
Key = Annotated[
    str, Field(min_length=1, max_length=100, pattern=NO_NUL, description="yours: the same again under it counts once")
]
Ids = Annotated[list[Annotated[int, Field(ge=1, le=2**53)]], Field(max_length=MOST)]


class AskingGiven(Given):
    """Sites, by whoever watches them, or people; together at most 10."""

    sites: Ids = []
    people: Ids = []
    drill: bool = False
    answer_within: int = Field(900, ge=60, le=86_400, description="seconds until nobody having answered is overdue")


class CheckShown(BaseModel):
    id: str
    site: int | None
    site_name: str | None
    area: str
    person: int | None = Field(description="who was asked; null: nobody holds the duty, and it is overdue at once")
    person_name: str | None
    code: str = Field(description="four digits that the page shows and burns into what it photographs")
    state: State
    via: Via | None
    drill: bool
    spot_check: bool
    asked_by: str
    asked_at: int
    due_at: int
    opened_at: int | None
    showing_at: int | None
    answered_at: int | None
    overdue_at: int | None
    judged_at: int | None
    judged_by: str | None
    reason: str
    alert: str | None = Field(description="the draft of a warning that it opened; nobody is told before it is issued")


class WaterShown(BaseModel):
    """The five things: of each the last word."""

    level: float | None
    over_limit: float | None = Field(description="metres over the flood limit; negative below, null unknown")
    trend: Trend | None
    spillway: Spillway | None
    seepage: Seepage | None
    cracks: bool | None


class SaidShown(BaseModel):
    """One answer as it came."""

    level: float | None
    trend: Trend | None
    spillway: Spillway | None
    seepage: Seepage | None
    cracks: bool | None
    via: Via
    by: str = Field(description="person:<id> of whom we know who it was, else address:<id>, or who typed it")
    typed_by: str | None = Field(description="the officer to whom it was said by telephone")
    spoke: str = Field(description="the name of a speaker who is in no directory")
    words: str
    happened_at: int
    learned_at: int


class AnswersGiven(Given):
    """What somebody told you by telephone: any of the five things, when, and who, if not the one who was asked."""

    key: Key
    level: Annotated[Decimal, Field(ge=-9_999, le=9_999, description="metres")] | None = None
    trend: Trend | None = None
    spillway: Spillway | None = None
    seepage: Seepage | None = None
    cracks: bool | None = None
    said_at: int | None = Field(None, ge=0, le=2**53, description="null: now; after the check was asked")
    person: int | None = Field(None, ge=1, le=2**53, description="who said it; null: the one who was asked")
    spoke: str = Field("", max_length=120, pattern=NO_NUL, description="the name of somebody who is in no directory")
    words: str = Field("", max_length=1000, pattern=NO_NUL)


class AlarmShown(BaseModel):
    kind: AlarmKind
    raised_at: int
    told_people: int


class WholeCheckShown(CheckShown):
    water: WaterShown
    said: list[SaidShown]
    alarms: list[AlarmShown]


class EvidenceShown(BaseModel):
    """One photo, or one piece of a film, with what speaks against its freshness."""

    id: str
    kind: EvidenceKind
    shot: Shot | None
    clip: str | None
    number: int | None
    sha256: str
    mime_type: str
    bytes: int
    source: Source
    taken_at: int | None = Field(description="as the phone claims")
    received_at: int
    learned_at: int
    metres: int | None = Field(description="from the site")
    findings: list[Finding]


class JudgementGiven(Given):
    """`draft`: open the draft of a warning with it; somebody completes it, another person approves."""

    result: Result
    reason: str = Field("", max_length=400)
    draft: bool = False


class SiteShown(BaseModel):
    site: int
    kind: str
    name: str
    area: str
    light: Light = Field(description="green passed, yellow not passed, red nobody answered in time")
    changed_at: int | None
    asked_at: int | None
    seen_at: int | None


class LightsShown(BaseModel):
    green: int
    yellow: int
    red: int
    none: int


class SpotPolicyGiven(Given):
    """So many sites of a kind at random every day."""

    area: str
    site_kind: str = Field(min_length=1, max_length=30)
    number: int = Field(ge=1, le=200, description="sites a day")
    hour: int = Field(ge=0, le=23, description="Beijing time")
    within_days: int = Field(14, ge=1, le=90, description="every site at least once in so many days")
    answer_within: int = Field(1800, ge=60, le=86_400)


class SpotPolicyShown(BaseModel):
    id: str
    area: str
    site_kind: str
    number: int
    hour: int
    within_days: int
    answer_within: int
    made_by: str
    made_at: int
    ended_at: int | None


class DrawShown(BaseModel):
    """One day's drawing: with the seed and what was known of the sites it comes out the same again."""

    day: int
    seed: str
    drawn_at: int
    sites: list[int]
    asked: int
