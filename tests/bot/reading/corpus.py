"""The labelled messages: what residents write, and what a careful reader takes from it.

`messages.jsonl` was written before the rules. Every third message of it is held back: rules are never written, nor
changed, by looking at how they read those. But whoever wrote them wrote the rules, too. So `messages_second.jsonl` was
written, in other words, when the first rules were done (they read it badly, and learnt from it), and
`messages_last.jsonl` when the second were done: nothing was changed for it, and its figures are the honest ones.

Counts are text: `12`, `~20` (about, or at least: 二十几户), `2-3` (两三户). `hurt` and `trapped` are a count, `yes`,
or `no` where it is denied in so many words. What is not said is not there. A person who would have to guess leaves a
field out, too: 我家 is no count of households, 老人 none of people.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

MESSAGES = Path(__file__).with_name("messages.jsonl")
SECOND = Path(__file__).with_name("messages_second.jsonl")
LAST = Path(__file__).with_name("messages_last.jsonl")
SETS = ("hazards", "damage", "needs")
WORDS = ("households", "people", "adults", "children", "hurt", "trapped", "place", "spot", "area", "whom", "when")


class Part(StrEnum):
    """What the rules were written by, and what they were not."""

    TWO_THIRDS = "two thirds"
    HELD_BACK = "held back"
    SECOND = "second"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message with its labels: a set for each of SETS, and a word, empty where nothing is said, for each of WORDS."""

    number: int
    part: Part
    text: str
    kind: str
    sets: Mapping[str, frozenset[str]]
    words: Mapping[str, str]


def messages() -> Sequence[Labelled]:
    first = [_labelled(line, _part(line)) for line in _lines(MESSAGES)]
    second = [_labelled(line, Part.SECOND) for line in _lines(SECOND)]
    return [*first, *second, *(_labelled(line, Part.LAST) for line in _lines(LAST))]


def _lines(file: Path) -> Sequence[Mapping[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _part(line: Mapping[str, Any]) -> Part:
    return Part.HELD_BACK if line["n"] % 3 == 0 else Part.TWO_THIRDS


def _labelled(line: Mapping[str, Any], part: Part) -> Labelled:
    sets = {name: frozenset(line.get(name, ())) for name in SETS}
    words = {name: line.get(name, "") for name in WORDS}
    return Labelled(line["n"], part, line["text"], line["kind"], sets, words)
