"""What the page at the water may bring: photos, pieces of film and answers, with the times by the phone's own clock."""

from decimal import Decimal
from typing import Annotated, Any, Final, Self

from pydantic import Field, StringConstraints, model_validator

from app.pages.phone.brought import Moment, PhoneKey, Strict
from bot.cases.freshness import Source
from bot.cases.video_check import Answers, Seepage, Shot, Spillway, Trend
from bot.stores.video.evidence import PhonePlace
from ground.clock import MINUTE

NEARLY: Final = 2 * MINUTE
CENTIMETRES: Final = 100
SAYABLE: Final = frozenset({Source.PAGE, Source.UPLOAD})
Level = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,4}(?:\.[0-9]{1,3})?$")]


class Timed(Strict):
    """`sent`: what the phone's clock says as it sends, so that we see whether it is right."""

    key: PhoneKey
    at: Moment
    sent: Moment

    def happened(self, now: int, since: int) -> int:
        """Return when it happened: by the phone if it is nearly right, else mended; not before, and not yet to come."""
        wrong = now - self.sent if abs(now - self.sent) > NEARLY else 0
        return min(max(self.at + wrong, since), now)


class Taken(Timed):
    """A photo, or one piece of a film."""

    source: Source = Source.PAGE
    code: Annotated[str, StringConstraints(max_length=8)] = ""
    shot: Shot | None = None
    clip: PhoneKey | None = None
    number: Annotated[int, Field(ge=0, le=40)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    accuracy: Annotated[int, Field(ge=0, le=10_000_000)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.lat is None) is not (self.lon is None):
            raise ValueError("a place has both lat and lon")
        if (self.clip is None) is not (self.number is None):
            raise ValueError("a piece of film has both clip and number")
        if self.source not in SAYABLE:
            raise ValueError("a page takes photos or uploads them")
        return self

    @property
    def place(self) -> PhonePlace | None:
        if self.lat is None or self.lon is None:
            return None
        return PhonePlace(self.lat, self.lon, self.accuracy)


class AnswersSaid(Timed):
    """The five things, as far as they were said. `level` is in metres, as it is read."""

    level: Level | None = None
    trend: Trend | None = None
    spillway: Spillway | None = None
    seepage: Seepage | None = None
    cracks: bool | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_dump(exclude_none=True).keys() - {"key", "at", "sent"}:
            raise ValueError("say one of the five things")
        return self

    @property
    def answers(self) -> Answers:
        told: dict[str, Any] = self.model_dump(exclude={"key", "at", "sent", "level"})
        centimetres = None if self.level is None else round(Decimal(self.level) * CENTIMETRES)
        return Answers(level_cm=centimetres, **told)
