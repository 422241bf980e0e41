"""What the calls of door tasks take and show. Instants are milliseconds since 1970 UTC; areas by their codes."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.cases.door_task import Act, Kind, Outcome, Reason, Rung, State
from broadcast.answers import Means

Key = Annotated[str, Field(min_length=1, max_length=100, description="yours: the same key again is the same report")]
Moment = Annotated[int, Field(ge=0, le=2**53)]


class Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AskedShown(BaseModel):
    """Somebody who is asked to knock, and how to reach them."""

    person: int
    name: str | None
    phones: list[str]


class DoorShown(BaseModel):
    """One door. `rung`: who is asked now; `asked` are they, by name and number; `office` if it is one."""

    id: str
    kind: Kind
    reason: Reason
    level: int
    drill: bool
    state: State
    village: str
    village_name: str
    area: str
    area_name: str
    person: int | None
    household: int | None
    name: str | None
    phones: list[str]
    needs: list[str]
    frail: bool
    rung: Rung
    office: str
    asked: list[AskedShown]
    due_at: int | None = Field(description="when the next one is asked; null: nothing more is waited for")
    accepted_at: int | None
    outcome: Outcome | None
    claimed: Outcome | None = Field(description="what somebody said whose number is not proven: it closes nothing")
    answered: str | None = Field(description="what they answered to the warning meanwhile")
    answered_at: int | None
    opened_at: int
    done_at: int | None


class DoorStepShown(BaseModel):
    act: Act
    from_state: State
    to_state: State
    rung: Rung
    outcome: Outcome | None
    verified: bool
    means: str
    by: str
    typed_by: str | None
    happened_at: int
    learned_at: int
    spoke: str
    words: str
    photos: list[str]


class DoorAndSteps(BaseModel):
    door: DoorShown
    steps: list[DoorStepShown]


class DoorTally(BaseModel):
    """How many tasks are in which state."""

    open: int = 0
    accepted: int = 0
    handed_on: int = 0
    done: int = 0


class DoorGiven(Given):
    """Whose door: one person, one household, or a whole village. `alert` is the warning to which it is an answer."""

    person: int | None = None
    household: int | None = None
    area: str | None = None
    why: str = Field(min_length=1, max_length=400)
    level: int = Field(1, ge=1, le=4)
    drill: bool = False
    alert: str | None = Field(None, max_length=36)


class OutcomeGiven(Given):
    """代录: what somebody found there and told you by radio, by telephone or in person."""

    key: Key
    outcome: Outcome
    means: Means
    spoke: str = Field(min_length=1, max_length=120, description="who said it")
    said_at: Moment
    words: str = Field("", max_length=1000)


class GoingGiven(Given):
    """Somebody told you that they go."""

    key: Key
    person: int
    means: Means
    said_at: Moment


class ReasonGiven(Given):
    reason: str = Field(min_length=1, max_length=400)
