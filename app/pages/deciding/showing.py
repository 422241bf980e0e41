"""The page of decision laid out: words of one language, times in Beijing time, one form for each deed."""

from collections.abc import Mapping
from typing import Any

from app.pages import laying_out
from app.pages.deciding.looks import Decision
from ground.clock import BEIJING, moment
from ground.errors import MingluoError
from templates.rendering import render_page


def laid_out(seen: Decision, language: str, fault: MingluoError | None, typed: Mapping[str, str]) -> str:
    """Return the page; `fault` is why the last button did nothing, `typed` what was sent with it."""
    level = int(seen.alert.level or laying_out.LEAST_GRAVE)
    values: dict[str, Any] = {
        "seen": seen,
        "alert": seen.alert,
        "may": {deed.value for deed in seen.deeds},
        "level": level,
        "numeral": laying_out.NUMERALS[level],
        "drill": seen.alert.drill,
        "doubted": [doubt.value for doubt in seen.doubts],
        "onset": _time(seen.alert.onset) if seen.alert.onset else "",
        "expires": _time(seen.alert.expires),
        "steps": [(_time(step.at), step, post) for step, post in seen.steps],
        "here": [each for each in seen.said if each.language == language],
        "elsewhere": [each for each in seen.said if each.language != language],
        "wrong": {"name": type(fault).__name__, "text": str(fault), **fault.fields} if fault else None,
        "pressed": typed.get("deed", ""),
        "reason": typed.get("reason", ""),
        "other_language": laying_out.LANGUAGES[language],
    }
    return render_page("decision.html.j2", language, values)


def _time(at: int) -> str:
    return f"{moment(at, BEIJING):%m-%d %H:%M}"
