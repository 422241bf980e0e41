"""From a view to HTML: the words of one language, times in Beijing time, the look of a drill or of the real thing."""

from collections.abc import Sequence
from typing import Any, Final

from app.pages.second_person import Awaited, SecondPerson
from app.pages.view import Listed, Live, masked_name
from broadcast.alerts.model import Ending
from ground.actor import Actor, Role
from ground.clock import BEIJING, MINUTE, moment
from templates.rendering import render_page

LANGUAGES: Final = {"zh_CN": "en", "en": "zh_CN"}  # each with the other one
NUMERALS: Final = {1: "Ⅰ", 2: "Ⅱ", 3: "Ⅲ", 4: "Ⅳ"}
LEAST_GRAVE: Final = 4
DECIDERS: Final = frozenset({Role.OFFICER, Role.APPROVER})
LOOKERS: Final = frozenset({Role.OFFICER, Role.APPROVER, Role.DUTY, Role.AUDITOR})  # who has business with pictures


def language_of(asked: str | None) -> str:
    return asked if asked in LANGUAGES else "zh_CN"


def live_page(live: Live, second: SecondPerson | None, who: Actor, language: str, now: int) -> str:
    """Return the page of one warning."""
    level = int(live.alert.level or LEAST_GRAVE)
    identity = live.alert.identity
    values: dict[str, Any] = {
        "live": live,
        "second": second,
        "correction": live.alert.ending is Ending.CORRECTION,
        "level": level,
        "numeral": NUMERALS[level],
        "drill": live.alert.drill,
        "decides": bool(DECIDERS & who.roles),
        "clock": _time(now, seconds=True),
        "issued": _time(live.notice.valid_from) if live.notice else "",
        "minutes": (now - live.notice.valid_from) // MINUTE if live.notice else 0,
        "expires": f"{moment(live.alert.expires, BEIJING):%m-%d %H:%M}",
        "identifier": identity.identifier if identity.fixed else "",
        "missing": [(person, masked_name(who, person)) for person in live.missing],
        "steps": [(_time(step.at), step) for step in live.steps],
        "other_language": LANGUAGES[language],
    }
    return render_page("live.html.j2", language, values)


def warnings_page(
    alerts: Sequence[Listed], undecided: Sequence[Listed], awaited: Sequence[Awaited], who: Actor, language: str
) -> str:
    """Return the list of warnings: above it what waits for a decision, and what for a second person afterwards."""
    looks = bool(LOOKERS & who.roles)
    values = {
        "alerts": alerts,
        "undecided": undecided,
        "awaited": awaited,
        "drill": False,
        "other_language": LANGUAGES[language],
        "looks": looks,
    }
    return render_page("warnings.html.j2", language, values)


def login_page(language: str, then: str, *, code: str = "", refused: bool = False) -> str:
    return render_page("login.html.j2", language, {"then": then, "code": code, "refused": refused, "drill": False})


def _time(at: int, *, seconds: bool = False) -> str:
    return f"{moment(at, BEIJING):%H:%M:%S}" if seconds else f"{moment(at, BEIJING):%H:%M}"
