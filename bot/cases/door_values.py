"""A door task as it is kept, and a deed that is done to it."""

from dataclasses import dataclass, field

from bot.cases.door_task import OPEN, Act, Kind, Outcome, Reason, Rung, State


@dataclass(frozen=True, slots=True)
class DoorTask:
    """One task. `holder` or the members of `office` are asked; instants are story time."""

    key: int
    id: str
    origin: str
    kind: Kind
    reason: Reason
    level: int
    drill: bool
    person: int | None
    household: int | None
    area: int
    village: int
    frail: bool
    alert: str | None
    notice: int | None
    run: int | None
    state: State
    rung: Rung
    holder: int | None
    office: int | None
    batch: str | None
    due_at: int | None
    accepted_by: int | None
    accepted_at: int | None
    outcome: Outcome | None
    claimed: Outcome | None
    answered: str | None
    answered_at: int | None
    opened_at: int
    done_at: int | None

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody does, and when. `by` says it; `typed_by` entered it for them (代录)."""

    act: Act
    by: str
    dedupe: str
    happened_at: int
    now: int
    person: int | None = None  # who goes
    outcome: Outcome | None = None
    verified: bool = True
    means: str = "in_person"
    typed_by: str | None = None
    spoke: str = field(repr=False, default="")
    words: str = field(repr=False, default="")
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step as it is kept."""

    id: int
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
    spoke: str = field(repr=False)
    words: str = field(repr=False)
    photos: tuple[str, ...]
