"""What the page may bring: reports of rows, and people found on the spot, each with the key that the phone made."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from app.pages.phone.brought import Moment, PhoneKey, Strict
from bot.cases.evacuation import AddedKind, PersonState

LARGEST_NUMBER: Final = 2**31 - 1
Number = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]+$")]
Sayable = Literal[
    PersonState.MOVED,
    PersonState.RELATIVES,
    PersonState.AWAY,
    PersonState.ON_THE_WAY,
    PersonState.NOBODY_HOME,
    PersonState.REFUSED,
    PersonState.NEED_HELP,
    PersonState.NEEDS_VEHICLE,
    PersonState.NEEDS_MEDICAL,
    PersonState.WENT_BACK,
]


class AddedSaid(Strict):
    """Somebody who stands on no list."""

    key: PhoneKey
    name: Name
    kind: AddedKind
    household: Number | None = None


class ReportSaid(Strict):
    """What was tapped for one row: its `line`, or the key of somebody who was added; and when."""

    key: PhoneKey
    line: Number | None = None
    added: PhoneKey | None = None
    state: Sayable
    at: Moment
    shelter: Number | None = None
    checks: bool = False
    photos: Annotated[list[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]], Field(max_length=4, default_factory=list)]

    @model_validator(mode="after")
    def _one_row(self) -> "ReportSaid":
        if (self.line is None) is (self.added is None):
            raise ValueError("name one row: line or added")
        return self


class BatchSaid(Strict):
    """What the phone has. `sent`: what its clock says as it sends, so that we see whether it is right."""

    sent: Moment
    added: Annotated[list[AddedSaid], Field(max_length=50, default_factory=list)]
    reports: Annotated[list[ReportSaid], Field(max_length=100, default_factory=list)]

    @model_validator(mode="after")
    def _each_key_once(self) -> "BatchSaid":
        keys = [*(each.key for each in self.added), *(each.key for each in self.reports)]
        if len(keys) != len(set(keys)):
            raise ValueError("each key stands for one thing")
        return self
