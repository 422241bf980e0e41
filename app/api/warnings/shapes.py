"""What a warning looks like to the API's callers, coming in and going out. Instants are milliseconds since 1970 UTC."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.api.shown import shown
from broadcast.alerts.confirmation import Confirmation, Standing
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import (
    Alert,
    AlertDraft,
    Content,
    Ending,
    Instruction,
    Level,
    MsgType,
    Nature,
    Place,
    Status,
)
from broadcast.content.message import Audio
from ground.media import Medium


class InstructionGiven(BaseModel):
    """What people are told to do."""

    model_config = ConfigDict(extra="forbid")
    do: str = Field(default="", max_length=2_000)
    go: str = Field(default="", max_length=500)
    call: str = Field(default="", max_length=200)

    def kept(self) -> Instruction:
        return Instruction(self.do, self.go, self.call)


class ContentGiven(BaseModel):
    """What the warning says in one language; `rules` gives other instructions to those of one rule, by index."""

    model_config = ConfigDict(extra="forbid")
    headline: str = Field(default="", max_length=200)
    description: str = Field(default="", max_length=4_000)
    instruction: InstructionGiven = InstructionGiven()
    area_desc: str = Field(default="", max_length=500)
    sender_name: str = Field(default="", max_length=200)
    event: str = Field(default="", max_length=100)
    rules: dict[int, InstructionGiven] = {}

    def kept(self) -> Content:
        rules = {index: given.kept() for index, given in self.rules.items()}
        return Content(
            self.headline,
            self.description,
            self.instruction.kept(),
            self.area_desc,
            self.sender_name,
            self.event,
            rules,
        )


class RuleGiven(BaseModel):
    """One line of the target: what the officer calls these people, and who they are."""

    model_config = ConfigDict(extra="forbid")
    name: str
    expression: str | dict[str, Any] = Field(
        description="the one-line form, as `residents(360981205000) - need(lives_alone)`, or its JSON form",
    )


class WarningGiven(BaseModel):
    """A warning as an officer writes it."""

    model_config = ConfigDict(extra="forbid")
    area: str = Field(description="the code of the area it belongs to")
    level: Level | None = Field(default=None, description="1 red … 4 blue; null: not chosen yet")
    event_code: str = Field(max_length=12)
    contents: dict[str, ContentGiven] = Field(description="by language: zh_CN, en", min_length=1)
    expires: int
    onset: int | None = None
    target: list[RuleGiven] = []
    status: Status = Field(default=Status.ACTUAL, description="anything but Actual is a drill, and stays one")
    asks_answer: bool = True
    place: Place = Place()
    nature: Nature = Nature()
    note: str = Field(default="", max_length=2_000)
    audio: str | None = Field(default=None, description="the SHA-256 of a recording that was sent to /media before")

    def kept(self, area: int, medium: Medium | None) -> AlertDraft:
        """Return the draft, its area and recording looked up."""
        return AlertDraft(
            area=area,
            level=self.level,
            event_code=self.event_code,
            contents={language: given.kept() for language, given in self.contents.items()},
            expires=self.expires,
            onset=self.onset,
            target=[rule.model_dump() for rule in self.target],
            status=self.status,
            asks_answer=self.asks_answer,
            place=self.place,
            nature=self.nature,
            note=self.note,
            audio=Audio(medium.digest, medium.mime_type, medium.bytes, medium.duration_ms or 0) if medium else None,
        )


class ConfirmationShown(BaseModel):
    """The second person for what one person issued alone: confirmed within half an hour, or shown as unconfirmed."""

    standing: Standing = Field(
        description="waiting: time is left; unconfirmed: it is over and those on duty there and above were told; "
        "confirmed: in time; late: confirmed after the time was over"
    )
    due_at: int = Field(description="until when it is waited for")
    minutes_left: int = Field(description="of the waiting, the one that has begun counted; else 0")
    told_at: int | None = Field(description="when it was called unconfirmed")
    confirmed_at: int | None = Field(description="when; by whom: the warning's `confirmer`")


class WarningShown(BaseModel):
    """A warning as it is kept."""

    id: str
    state: State
    version: int = Field(description="rises with each edit; name the one you have read when you decide")
    identifier: str | None = Field(description="of CAP; fixed when it is issued")
    sender: str | None
    sent: int | None
    status: Status
    drill: bool
    msg_type: MsgType
    ending: Ending | None
    level: Level | None
    event_code: str
    area: str
    contents: Mapping[str, Content]
    target: Sequence[Mapping[str, Any]]
    onset: int | None
    expires: int
    asks_answer: bool
    place: Place
    nature: Nature
    note: str
    references: Sequence[str]
    audio: Audio | None
    replaces: str | None
    author: str
    approver: str | None
    confirmer: str | None = Field(description="the second person afterwards, of what one person issued alone")
    confirmation: ConfirmationShown | None = Field(
        description="null: nothing was issued alone, or it was over before hubs kept this"
    )
    made_at: int
    source: str


def show_warning(
    alert: Alert, codes: Mapping[int, str], waited: Confirmation | None = None, now: int = 0
) -> WarningShown:
    """Return a warning as the API shows it; a placeholder is no identity."""
    identity = alert.identity if alert.identity.fixed else None
    return shown(
        WarningShown,
        alert,
        area=codes[alert.area],
        identifier=identity and identity.identifier,
        sender=identity and identity.sender,
        sent=identity and identity.sent,
        confirmation=waited and show_confirmation(waited, now),
    )


def show_confirmation(waited: Confirmation, now: int) -> ConfirmationShown:
    return shown(ConfirmationShown, waited, standing=waited.standing(now), minutes_left=waited.minutes_left(now))
