"""A reservoir in one SMS: SK 87.32 溢0 渗0, with 裂1 and 势涨 if there is more to say; however it is typed."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.cases.video_check import Answers, Seepage, Spillway, Trend

PREFIX: Final = re.compile(r"\s*(?:sk|水库|山塘)(?![a-z])\s*[:,;、]*\s*|\s*sk(?=[ysl]\s*[:=]?\s*[012])")
SPILLWAYS: Final = {
    **dict.fromkeys(("0", "无", "没有", "没", "不", "no"), Spillway.NO),
    **dict.fromkeys(("1", "有", "过", "在", "yes"), Spillway.YES),
    **dict.fromkeys(("2", "堵", "blocked"), Spillway.BLOCKED),
}
SEEPAGES: Final = {
    **dict.fromkeys(("0", "无", "没有", "没", "不", "no", "none"), Seepage.NONE),
    **dict.fromkeys(("1", "清", "有", "clear"), Seepage.CLEAR),
    **dict.fromkeys(("2", "浑", "混", "muddy"), Seepage.MUDDY),
}
CRACKS: Final = {
    **dict.fromkeys(("0", "无", "没有", "没", "不", "no"), False),
    **dict.fromkeys(("1", "2", "有", "yes"), True),
}
TRENDS: Final = {
    **dict.fromkeys(("涨", "升", "rising", "up"), Trend.RISING),
    **dict.fromkeys(("平", "稳", "steady"), Trend.STEADY),
    **dict.fromkeys(("落", "退", "降", "跌", "falling", "down"), Trend.FALLING),
}

SPELLED: Final[Mapping[str, Mapping[str, object]]] = {
    "spillway": SPILLWAYS,
    "seepage": SEEPAGES,
    "cracks": CRACKS,
    "trend": TRENDS,
}
FIXED: Final[Mapping[str, tuple[str, object]]] = {  # words that say a thing by themselves
    "dry": ("seepage", Seepage.NONE),
    "whole": ("cracks", False),
    "muddy": ("seepage", Seepage.MUDDY),
    "cracked": ("cracks", True),
}


def _any(words: Mapping[str, object]) -> str:
    """Say one of the words; a digit is one only if no further digit makes another number of it."""
    return "|".join(rf"{word}(?![\d.])" if word.isdigit() else word for word in sorted(words, key=len, reverse=True))


_TOKEN: Final = re.compile(
    rf"(?:没有|没|无|不|未见)\s*(?P<dry>渗水|渗漏|浑水|渗)"
    rf"|(?:没有|没|无|不|未见)\s*(?P<whole>裂缝|裂)"
    rf"|(?:溢洪道|溢洪|溢|spillway|y)\s*[:=]?\s*(?P<spillway>{_any(SPILLWAYS)})(?:过|水|了|住)*"
    rf"|(?:渗水|渗漏|渗|seepage|s)\s*[:=]?\s*(?P<seepage>{_any(SEEPAGES)})(?:水|了)*"
    rf"|(?P<muddy>浑水|渗浑|muddy)"
    rf"|(?:裂缝|裂|cracks?|l)\s*[:=]?\s*(?P<cracks>{_any(CRACKS)})"
    rf"|(?P<cracked>裂缝)"
    rf"|(?:水势|势|t)?\s*[:=]?\s*(?P<trend>{_any(TRENDS)})(?:了|水)*"
    rf"|(?:水位|level)?\s*[:=]?\s*(?P<level>\d+(?:\s?[.。·]\s?\d+)?)\s*(?:米|m(?![a-z]))?"
    r"|(?P<gap>[\s,，、.。;；:：/|+#]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
LONGEST: Final = 300
HIGHEST_CM: Final = 900_000
PLACES: Final = 3  # behind the point, that somebody may type
GRAVITY: Final = (Seepage.NONE, Seepage.CLEAR, Seepage.MUDDY)


@dataclass(frozen=True, slots=True)
class WaterReport:
    """What one message says. `unread` are pieces nobody understands, or of which two things were said."""

    answers: Answers
    unread: tuple[str, ...] = ()


def parse(text: str) -> WaterReport | None:
    """Return what a message says, or None if it is no report of a reservoir at all."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    begins = PREFIX.match(plain)
    if begins is None or len(plain) > LONGEST:
        return None
    said = _Said()
    for token in _TOKEN.finditer(plain, begins.end()):
        said.take(str(token.lastgroup), token.group(str(token.lastgroup)))
    return said.report() if said.things else None


def level_of(text: str) -> int | None:
    """Return a water level in whole centimetres, from metres as somebody types them; None if it cannot be one."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold().removesuffix("米").removesuffix("m")
    found = re.fullmatch(r"(?:水位|level)?\s*(\d{1,4})(?:\s?[.。·]\s?(\d{1,3}))?", plain.strip())
    if found is None:
        return None
    behind = (found[2] or "").ljust(PLACES, "0")
    level = int(found[1]) * 100 + (int(behind) + 5) // 10
    return level if level <= HIGHEST_CM else None


@dataclass(slots=True)
class _Said:
    """Takes one token after the other. Of seepage and cracks the worst that was said counts, else nothing doubtful."""

    things: dict[str, list[Any]] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)
    before: str = ""

    def take(self, kind: str, said: str) -> None:
        if kind in FIXED:
            name, value = FIXED[kind]
            self._add(name, value)
        elif kind in SPELLED:
            self._add(kind, SPELLED[kind][said])
        elif kind == "level":
            self._level(said)
        elif kind != "gap":
            self._odd(said)
        self.before = kind

    def report(self) -> WaterReport:
        twice = [name for name, said in self.things.items() if len(set(said)) > 1 and name not in {"seepage", "cracks"}]
        clear = {name: said[-1] for name, said in self.things.items() if name not in twice}
        if "seepage" in clear:
            clear["seepage"] = max(self.things["seepage"], key=GRAVITY.index)
        if "cracks" in clear:
            clear["cracks"] = any(self.things["cracks"])
        if "level" in clear:
            clear["level_cm"] = clear.pop("level")
        doubtful = [f"{each / 100:.2f}" for name in twice if name == "level" for each in self.things[name]]
        return WaterReport(Answers(**clear), (*self.strange, *doubtful))

    def _add(self, name: str, value: object) -> None:
        self.things.setdefault(name, []).append(value)

    def _level(self, said: str) -> None:
        level = level_of(said)
        if level is None:
            self.strange.append(said)
        else:
            self._add("level", level)

    def _odd(self, said: str) -> None:
        """Keep strange characters that follow each other as one piece."""
        if self.strange and self.before == "other":
            self.strange[-1] += said
        else:
            self.strange.append(said)
