"""The office that issues warnings: its number, the channels it has, and the tables it goes by."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from broadcast.alerts.codes import TABLES, Codes, read_codes
from broadcast.alerts.identifiers import OFFICE
from broadcast.alerts.model import Level
from broadcast.channels.kind import ChannelKind
from broadcast.errors import OfficeUnnumbered
from broadcast.notices import Lane, Policy
from ground.clock import SECOND
from ground.events import NewsDesk


@dataclass(frozen=True, slots=True)
class Plan:
    """How warnings of a lane are sent."""

    levels: frozenset[Level]
    order: tuple[str, ...]  # a person's channels, the first one first
    silence: int  # milliseconds of story time until the next channel takes over
    attempts: int

    def policy(self, channels: Sequence[str]) -> Policy:
        """Return the policy over the channels there are; those the plan does not name come last."""
        named = [name for name in self.order if name in channels]
        others = [name for name in channels if name not in self.order]
        return Policy((*named, *others), self.silence, attempts=self.attempts)


@cache
def read_plans(folder: Path = TABLES) -> Mapping[Lane, Plan]:
    tables = tomllib.loads((folder / "policies.toml").read_text(encoding="utf-8"))
    return {
        Lane(lane): Plan(
            frozenset(Level(each) for each in table["levels"]),
            tuple(table["order"]),
            table["silence"] * SECOND,
            table["attempts"],
        )
        for lane, table in tables.items()
    }


@dataclass(frozen=True, slots=True)
class Office:
    """Who issues: `number` is the 14 digits that its identifiers begin with and that it signs with as CAP sender."""

    number: str
    desk: NewsDesk
    channels: Sequence[ChannelKind]
    codes: Codes = field(default_factory=read_codes, repr=False)
    plans: Mapping[Lane, Plan] = field(default_factory=read_plans, repr=False)
    public_url: str = ""  # where the hub's pages are opened; empty: it has none to name

    def __post_init__(self) -> None:
        if OFFICE.fullmatch(self.number) is None:
            raise OfficeUnnumbered(given=self.number)

    def decision_page(self, alert_id: str) -> str:
        """Return the address of the page on which a warning is decided on; empty where there are no pages."""
        return f"{self.public_url.rstrip('/')}/alerts/{alert_id}/decide" if self.public_url else ""

    def lane(self, level: Level) -> Lane:
        """Return the lane for a level; what no plan names goes first rather than late."""
        return next((lane for lane, plan in self.plans.items() if level in plan.levels), Lane.IMMEDIATE)

    def policy(self, lane: Lane) -> Policy:
        return self.plans[lane].policy([kind.name for kind in self.channels])
