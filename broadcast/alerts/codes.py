"""The kinds of events and the four levels, as tables that a deployment may replace."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from broadcast.alerts.model import Level
from broadcast.errors import UnknownEventCode

TABLES: Final = Path(__file__).parent / "tables"


@dataclass(frozen=True, slots=True)
class EventKind:
    """One kind of event; `parent` is the code of the group it belongs to."""

    code: str
    names: Mapping[str, str]  # what people call it, by language
    official: str  # as the table of codes has it
    parent: str
    category: str  # CAP category

    @property
    def folded_names(self) -> frozenset[str]:
        return frozenset(name.casefold() for name in (self.official, *self.names.values()))

    def name(self, language: str) -> str:
        """Return its name, in Chinese where the table has none in `language`."""
        return self.names.get(language) or self.names["zh_CN"]


@dataclass(frozen=True, slots=True)
class LevelNames:
    level: Level
    colours: Mapping[str, str]  # by language
    severity: str  # CAP severity


@dataclass(frozen=True, slots=True)
class Codes:
    """The tables as they were read from one folder."""

    events: Mapping[str, EventKind]
    levels: Mapping[Level, LevelNames]

    def event(self, code: str) -> EventKind:
        kind = self.events.get(code)
        if kind is None:
            raise UnknownEventCode(code=code)
        return kind

    def event_named(self, name: str) -> EventKind | None:
        """Return the event called `name` in any language, the most general code first."""
        wanted = name.strip().casefold()
        return next((kind for kind in self.events.values() if wanted in kind.folded_names), None)

    def severity(self, level: Level) -> str:
        return self.levels[level].severity

    def level_of_severity(self, severity: str) -> Level | None:
        return next((each.level for each in self.levels.values() if each.severity == severity), None)

    def level_in(self, text: str) -> Level | None:
        """Return the level that a title names by its colour (暴雨红色预警), if it names exactly one."""
        folded = text.casefold()
        named = {each.level for each in self.levels.values() if any(c in folded for c in each.colours.values())}
        return named.pop() if len(named) == 1 else None


@cache
def read_codes(folder: Path = TABLES) -> Codes:
    """Read the tables of a folder; what is wrong there is found at start, not at the first storm."""
    names = {row["code"]: row for row in _rows(folder / "names.csv")}
    categories = {row["code"]: row["category"] for row in _rows(folder / "categories.csv")}
    rows = {row["code"]: row for row in _rows(folder / "event_codes.csv")}
    parents = {code: row["parent"] for code, row in rows.items()}
    events = {
        code: EventKind(
            code,
            _filled(row["name_zh"], row["name_en"], names.get(code, {})),
            row["name_zh"],
            row["parent"],
            _category(code, parents, categories),
        )
        for code, row in rows.items()
    }
    levels = [
        LevelNames(Level(int(row["level"])), {"zh_CN": row["colour_zh"], "en": row["colour_en"]}, row["severity"])
        for row in _rows(folder / "levels.csv")
    ]
    return Codes(events, {each.level: each for each in levels})


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _filled(chinese: str, english: str, spoken: Mapping[str, str]) -> dict[str, str]:
    """Take what people call it, else what the table of codes does."""
    names = {"zh_CN": spoken.get("zh_CN") or chinese, "en": spoken.get("en") or english}
    return {language: name for language, name in names.items() if name}


def _category(code: str, parents: Mapping[str, str], categories: Mapping[str, str]) -> str:
    """Take the category of the nearest group that has one."""
    while code:
        if code in categories:
            return categories[code]
        code = parents.get(code, "")
    return "Other"
