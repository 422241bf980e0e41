"""The code of a printed sheet, as one SMS: 到 1-5 8 拒 6 空 7 or 全到 2户6人, however it is typed."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.cases.evacuation import PersonState

WORDS: Final[Mapping[PersonState, str]] = {
    PersonState.MOVED: "到了 已到 都到 到 已转移 转移 转 moved in",
    PersonState.REFUSED: "拒绝 拒不 不走 不肯 拒 refused",
    PersonState.NOBODY_HOME: "没人 无人 空户 空 empty",
    PersonState.RELATIVES: "投亲 亲友 亲戚 亲 投 relatives",
    PersonState.AWAY: "外出 在外 不在 外 away",
    PersonState.ON_THE_WAY: "在路上 路上 路 onway",
    PersonState.NEEDS_VEHICLE: "要车 缺车 车 vehicle car",
    PersonState.NEEDS_MEDICAL: "受伤 生病 要医 伤 病 医 medical",
    PersonState.NEED_HELP: "求助 被困 困 help",
}
_STATES: Final = {word: state for state, words in WORDS.items() for word in words.split()}
_WORD: Final = "|".join(sorted(map(re.escape, _STATES), key=len, reverse=True))
_REST: Final = r"(?:(?:全部?|其余|其他|其它|余下|剩下|all|rest)\s*(?:的?人|的)?\s*都?|都)\s*(?:到了?|转移了?|in|moved)"
_TOKEN: Final = re.compile(
    rf"(?P<rest>{_REST})|(?P<households>\d+)\s*(?:户|h\b|households?)|(?P<people>\d+)\s*(?:人|p\b|people)"
    rf"|(?P<range>\d+\s*[-~—–至]+\s*\d+)|(?P<number>\d+)|(?P<word>{_WORD})|(?P<gap>[\s,，、.。;；:：和与及号行了#+/]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
HIGHEST: Final = 9_999
WIDEST: Final = 500
LONGEST: Final = 600


@dataclass(frozen=True, slots=True)
class SheetCode:
    """What one message says. `rest`: everybody who is not named has moved. `unread` are pieces nobody understands."""

    rows: Mapping[PersonState, tuple[int, ...]] = field(default_factory=dict)
    rest: bool = False
    households: int | None = None
    people: int | None = None
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A code held against the roll: what is taken, which numbers stand on no row, and which were said two ways."""

    states: Mapping[int, PersonState]
    unknown: tuple[int, ...] = ()
    twice: tuple[int, ...] = ()


def parse(text: str) -> SheetCode | None:
    """Return what a message says, or None if it is no sheet code at all."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("丶", "、")
    if len(plain) > LONGEST or not plain.strip():
        return None
    reader = _Reader()
    for token in _TOKEN.finditer(plain):
        reader.take(str(token.lastgroup), token.group(str(token.lastgroup)).strip())
    return reader.code() if reader.is_code else None


def against(code: SheetCode, rows: Collection[int]) -> Reading:
    """Hold a code against the numbers of the roll; what is clear is taken, what is not is said."""
    named: dict[int, set[PersonState]] = {}
    for state, numbers in code.rows.items():
        for number in numbers:
            named.setdefault(number, set()).add(state)
    known, twice = set(rows), sorted(number for number, states in named.items() if len(states) > 1)
    clear = {number: next(iter(states)) for number, states in named.items() if len(states) == 1 and number in known}
    if code.rest:
        clear |= dict.fromkeys(known - named.keys(), PersonState.MOVED)
    unknown = sorted(named.keys() - known)
    return Reading(dict(sorted(clear.items())), tuple(unknown), tuple(each for each in twice if each in known))


class _Reader:
    """Takes one token after the other; numbers belong to the state named before them."""

    def __init__(self) -> None:
        self._rows: dict[PersonState, list[int]] = {}
        self._state: PersonState | None = None
        self._rest = False
        self._counts: dict[str, int] = {}
        self._unread: list[str] = []
        self._tokens: list[str] = []

    @property
    def is_code(self) -> bool:
        """A state before a number, or everybody at once, and at first nothing else: 3 alone or a sentence is none."""
        first = self._tokens[0] if self._tokens else ""
        return first == "rest" or (first == "word" and len(self._tokens) > 1 and self._tokens[1] in {"number", "range"})

    def take(self, kind: str, said: str) -> None:
        if kind == "gap":
            return
        self._tokens.append(kind)
        match kind:
            case "rest":
                self._rest, self._state = True, None
            case "word":
                self._state = _STATES[said]
            case "number":
                self._number(said, [int(said)] if len(said) <= len(str(HIGHEST)) else [])
            case "range":
                self._number(said, _range(said))
            case "households" | "people":
                self._counts[kind] = int(said[:6])
            case _:
                self._strange(said)

    def code(self) -> SheetCode:
        rows = {state: tuple(dict.fromkeys(numbers)) for state, numbers in self._rows.items()}
        return SheetCode(
            rows, self._rest, self._counts.get("households"), self._counts.get("people"), tuple(self._unread)
        )

    def _number(self, said: str, numbers: list[int]) -> None:
        if self._state is None or not numbers:
            self._unread.append(said)
            return
        self._rows.setdefault(self._state, []).extend(numbers)

    def _strange(self, said: str) -> None:
        """Keep strange characters that follow each other as one piece."""
        if self._unread and self._tokens[-2:-1] == ["other"]:
            self._unread[-1] += said
        else:
            self._unread.append(said)


def _range(said: str) -> list[int]:
    """Return 1-5 and 5-1 alike; a range wider than any group has people is none."""
    ends = [int(number[:6]) for number in re.findall(r"\d+", said)]
    first, last = min(ends), max(ends)
    return list(range(first, last + 1)) if last <= HIGHEST and last - first < WIDEST else []
