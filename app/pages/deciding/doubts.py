"""What makes one stop before a warning is sent: it is shown beside the button, and forbids nothing."""

import re
from enum import StrEnum

from app.api.ladders.rehearsing import CallingShown
from audiences.stores.targets.preview import Preview
from broadcast.alerts.lifecycle import UNISSUED
from broadcast.alerts.model import Alert, Level
from templates.catalogues import LANGUAGES
from templates.labels import label


class Doubt(StrEnum):
    """What may be a slip of whoever wrote it."""

    OTHER_COLOUR = "other_colour"  # the headline names another level than the warning has
    NOBODY = "nobody"  # nobody would be told
    NOBODY_WOKEN = "nobody_woken"  # somebody should be woken, and nobody holds such a post
    RAN_OUT = "ran_out"


def doubts(alert: Alert, counted: Preview | None, calling: CallingShown | None, now: int) -> tuple[Doubt, ...]:
    """Return the doubts about what nobody was told yet."""
    if alert.state not in UNISSUED:
        return ()
    found = {
        Doubt.OTHER_COLOUR: any(_names_another(alert, language) for language in LANGUAGES),
        Doubt.NOBODY: counted is not None and not counted.people and not counted.speakers,
        Doubt.NOBODY_WOKEN: calling is not None and calling.policy is not None and not calling.people,
        Doubt.RAN_OUT: alert.ending is None and alert.expires <= now,
    }
    return tuple(doubt for doubt, there in found.items() if there)


def _names_another(alert: Alert, language: str) -> bool:
    """Say whether a headline names colours, and not that of its own level."""
    content = alert.contents.get(language)
    if content is None or alert.level is None or alert.ending is not None:
        return False
    named = {level for level in Level if _stands_in(label("colour", int(level), language), content.headline)}
    return bool(named) and alert.level not in named


def _stands_in(colour: str, headline: str) -> bool:
    """Say whether a colour is a word of the headline; in Chinese words are not set apart, and hundreds are not red."""
    return re.search(rf"(?<![a-z]){re.escape(colour)}(?![a-z])", headline, re.IGNORECASE) is not None
