"""The labelled messages: what residents write, and what a careful reader takes from it.

Written before the rules. Every third message is held back: rules are never written, nor changed, by looking at how
they read those.

Counts are text: `12`, `~20` (about, or at least: 二十几户), `2-3` (两三户). `hurt` and `trapped` are a count, `yes`,
or `no` where it is denied in so many words. What is not said is not there. A person who would have to guess leaves a
field out, too: 我家 is no count of households, 老人 none of people.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MESSAGES = Path(__file__).with_name("messages.jsonl")
SETS = ("hazards", "damage", "needs")
WORDS = ("households", "people", "adults", "children", "hurt", "trapped", "place", "spot", "area", "whom", "when")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message with its labels: a set for each of SETS, and a word, empty where nothing is said, for each of WORDS."""

    number: int
    text: str
    kind: str
    sets: Mapping[str, frozenset[str]]
    words: Mapping[str, str]

    @property
    def held_back(self) -> bool:
        return self.number % 3 == 0


def messages() -> Sequence[Labelled]:
    return [_labelled(json.loads(line)) for line in MESSAGES.read_text(encoding="utf-8").splitlines()]


def _labelled(line: Mapping[str, Any]) -> Labelled:
    sets = {name: frozenset(line.get(name, ())) for name in SETS}
    words = {name: line.get(name, "") for name in WORDS}
    return Labelled(line["n"], line["text"], line["kind"], sets, words)
