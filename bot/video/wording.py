"""What people are told of a video check: lines of the conversation `video_check`, with the choices they offer."""

from collections.abc import Sequence
from typing import Final

from bot.cases.video_check import AlarmKind, Answers
from bot.lines import Line
from bot.stores.video.checks import Check
from broadcast.content.message import Choice
from templates.catalogues import SOURCE
from templates.labels import label

START: Final = "start"  # the one choice of the message that asks: answer here, in the chat
CENTIMETRES: Final = 100


def ask_line(check: Check, place: str, url: str) -> Line:
    """Return what whoever is asked is told: what to show, by when, and three ways to do it."""
    values = {"place": place, "due": check.due_at, "url": url, "site": check.site is not None}
    return Line("ask", values, named("video", START))


def alarm_line(place: str, kinds: Sequence[AlarmKind], answers: Answers, call: str) -> Line:
    """Return what those above are told at once: where, what was seen, whom to call."""
    values = {"place": place, "kinds": [each.value for each in kinds], "level": metres(answers.level_cm), "call": call}
    return Line("alarm", values)


def overdue_line(place: str, due_at: int, call: str, *, asked: bool) -> Line:
    return Line("overdue", {"place": place, "due": due_at, "call": call, "asked": asked})


def metres(level_cm: int | None) -> str:
    """Return a level as people say it: 87.32; nothing if it is not known."""
    return "" if level_cm is None else f"{level_cm / CENTIMETRES:.2f}"


def named(kind: str, *keys: str) -> tuple[Choice, ...]:
    """Return choices by their source words: each reader sees them in the own language."""
    return tuple(Choice(key, label(kind, key, SOURCE)) for key in keys)


def choices(kind: str, keys: Sequence[str], language: str) -> tuple[Choice, ...]:
    return tuple(Choice(key, label(kind, key, language)) for key in keys)
