"""Until when a notice hangs, an objection is to be heard and a decision may be appealed; read from assistance.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ground.clock import DAY


@dataclass(frozen=True, slots=True)
class Policy:
    """Until when; see assistance.toml."""

    notice_days: int
    hearing_days: int
    appeal_days: int
    objections_most: int

    @property
    def notice(self) -> int:
        return self.notice_days * DAY

    @property
    def hearing(self) -> int:
        return self.hearing_days * DAY

    @property
    def appeal(self) -> int:
        return self.appeal_days * DAY


@cache
def policy() -> Policy:
    return Policy(**tomllib.loads(Path(__file__).with_name("assistance.toml").read_text(encoding="utf-8")))
