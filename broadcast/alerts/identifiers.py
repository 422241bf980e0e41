"""Who issues a warning, and the identifier it gets: ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N, 31 characters.

突发事件预警信息取值规则 (aligned with GB/T 34283-2017): 6 digits division (GB/T 2260), 3 institution (GB/T 4657),
3 unit, 2 extension, a Beijing-time stamp, and a digit that tells apart what one office issues within a second.
Identifiers of others are opaque: they are taken apart only as far as they follow the rule.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broadcast.alerts.model import Identity
from ground.clock import BEIJING, SECOND, instant, moment

PATTERN: Final = re.compile(r"(?P<office>[0-9]{14})_(?P<stamp>[0-9]{14})_(?P<n>[0-9])")
OFFICE: Final = re.compile(r"[0-9]{14}")
PER_SECOND: Final = 10


@dataclass(frozen=True, slots=True)
class Parts:
    """What an identifier that follows the rule tells."""

    division: str
    institution: str
    unit: str
    extension: str
    at: int
    n: int


def parse(identifier: str) -> Parts | None:
    """Take an identifier apart, or return None: then it is merely a name."""
    found = PATTERN.fullmatch(identifier)
    if found is None:
        return None
    try:
        at = instant(datetime.strptime(found["stamp"], "%Y%m%d%H%M%S").replace(tzinfo=BEIJING))
    except ValueError:
        return None
    office = found["office"]
    return Parts(office[:6], office[6:9], office[9:12], office[12:], at, int(found["n"]))


def stem(office: str, at: int) -> str:
    """Return what all identifiers of an office within one second begin with."""
    return f"{office}_{moment(at, BEIJING):%Y%m%d%H%M%S}_"


def identify(office: str, now: int, n: int) -> Identity:
    """Return the identity of the `n`th warning (from 0) that `office` issues in the second of `now`."""
    sent = now - now % SECOND
    text = moment(sent, BEIJING).isoformat(timespec="seconds")
    return Identity(f"{stem(office, sent)}{n}", office, sent, text)
