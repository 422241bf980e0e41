"""The form for what was said by telephone: what it offers, and what was typed into it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from app.api.shown import name_for, number_for
from app.pages.video.looks import ALARMING, ASKED
from app.pages.video.wall import Whole
from bot.cases.video_check import Answers, Seepage, Spillway, Trend, alarming
from bot.cases.video_errors import LevelUnread, TimeUnread
from bot.cases.water_report import level_of
from bot.stores.video import called, checks, holders
from bot.stores.video.answers import SaidBefore
from bot.stores.video.checks import Check
from bot.video.desk import CHECKER
from bot.video.talking import in_words
from bot.video.telephone import Telephoned
from ground.actor import Actor
from ground.clock import BEIJING, MINUTE, instant
from ground.ids import new_id
from ground.transaction import Transaction
from templates.labels import LABELS, label

Typed = Mapping[str, str]
SHOWN: Final = 20  # of what was said, the newest
LONGEST_KEY: Final = 36
LONGEST_SHOWN: Final = 20
PERSON: Final = re.compile(r"[1-9][0-9]{0,14}")
CRACKS: Final = {"yes": True, "no": False}
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Line:
    """One answer as it is shown."""

    at: int
    via: str
    typed: bool
    who: str = field(repr=False)
    said: str
    words: str = field(repr=False)


async def values_of(
    tx: Transaction, who: Actor, whole: Whole, typed: Typed | None, now: int, language: str
) -> dict[str, Any]:
    """Gather what the page says of answers, and the form; `typed` is one that was refused."""
    check, those = whole.tile.check, whole.said[-SHOWN:]
    asked = [check.person, *await called.others_of(tx, CHECKER, check, now)]
    offered = list(dict.fromkeys(each for each in asked if each is not None))
    spoke = [int(each.by.partition(":")[2]) for each in those if each.by.startswith("person:")]
    known = await holders.reached(tx, CHECKER, [*offered, *spoke], now)
    names = {each.person: name_for(who, each.name) or "" for each in known.values()}
    numbers = {each.person: number_for(who, each.phone) or "" for each in known.values()}
    return {
        "lines": [_line(who, each, names, language) for each in those],
        "questions": {name: {key: label(name, key, language) for key in LABELS[name]} for name in ASKED},
        "alarming": ALARMING,
        "danger": bool(alarming(whole.told)) and any(each.typed_by for each in whole.said),
        "speakers": [(each, f"{names.get(each, '')} {numbers.get(each, '')}".strip()) for each in offered],
        "form": {"key": new_id()} if typed is None else typed,
        "may_act": not who.roles.isdisjoint(checks.ASKERS),
    }


def read(typed: Typed, check: Check, now: int) -> Telephoned:
    """Return what the form says; an hour is meant as the clock shows it, so its minute may be the one of the asking."""
    spoke = typed.get("spoke", "").strip()
    person = typed.get("person", "")
    return Telephoned(
        answers=Answers(
            _level(typed),
            _one_of(Trend, typed.get("trend")),
            _one_of(Spillway, typed.get("spillway")),
            _one_of(Seepage, typed.get("seepage")),
            CRACKS.get(typed.get("cracks", "")),
        ),
        key=typed.get("key", "")[:LONGEST_KEY],
        said_at=_when(typed, check, now),
        person=int(person) if PERSON.fullmatch(person) and not spoke else None,
        spoke=spoke,
        words=typed.get("words", ""),
    )


def _level(typed: Typed) -> int | None:
    given = typed.get("level", "").strip()
    if not given:
        return None
    level = level_of(given)
    if level is None:
        raise LevelUnread(given=given[:LONGEST_SHOWN])
    return level


def _one_of(kind: type[Choice], given: str | None) -> Choice | None:
    return kind(given) if given in set(kind) else None


def _when(typed: Typed, check: Check, now: int) -> int | None:
    given = typed.get("said_at", "").strip()
    if not given:
        return None
    try:
        at = instant(datetime.fromisoformat(given).replace(tzinfo=BEIJING))
    except (ValueError, OverflowError):
        raise TimeUnread(given=given[:LONGEST_SHOWN]) from None
    return min(check.asked_at, now) if at < check.asked_at < at + MINUTE else at


def _line(who: Actor, each: SaidBefore, names: Mapping[int, str], language: str) -> Line:
    kind, _, key = each.by.partition(":")
    name = names.get(int(key), "") if kind == "person" else name_for(who, each.spoke) or ""
    said = in_words(each.answers, language)
    return Line(each.happened_at, label("via", each.via, language), each.typed_by is not None, name, said, each.words)
