"""How sentences, times and numbers are put: the filters that templates use, the same for every language."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final

from babel import Locale
from babel.dates import format_datetime

from ground.clock import BEIJING, HOUR
from ground.clock import moment as moment_of
from templates.catalogues import translations

_ENDED: Final = re.compile(r"[。！？!?.；;…][”’」』）)\"]*$")
_URL: Final = re.compile(r"(?<![a-z0-9])(?:https?://|www\.)[!-~]+", re.IGNORECASE)
_QUOTES: Final = re.compile(r"[「」『』“”\"*_#|《》]")
_BRACKETS: Final = re.compile(r"\s*[【】\[\]{}()（）<>]+\s*")
_DOUBLED: Final = re.compile(r"([，。！？；：、,.!?;:])\s*[，,]\s*|[，,]\s*([。！？；：、.!?;:])")
_NUMBER: Final = re.compile(r"\+?\d(?:[ -]?\d){2,}")


def moment(at: int, language: str) -> str:
    """Return an instant in Beijing time with its date, so that "20时" is never taken for another day's."""
    to_the_hour = _in_context(language, "CLDR date pattern", "M月d日H时")
    to_the_minute = _in_context(language, "CLDR date pattern", "M月d日H时m分")
    pattern = to_the_minute if at % HOUR else to_the_hour
    return format_datetime(moment_of(at, BEIJING), pattern, locale=_locale(language))


@cache
def _locale(language: str) -> Locale:
    """Return the customs of a language; to find them by name, a thousand names are compared."""
    return Locale.parse(language)


def sentence(text: str, language: str) -> str:
    """Return `text` as a finished sentence: closed with the language's full stop, if it is not closed yet."""
    text = text.strip().rstrip("，,、：:")
    return text if not text or _ENDED.search(text) else text + _in_context(language, "full stop", "。")


def flowing(text: str) -> str:
    """Return lines as one, with a space between two only where both scripts write one."""
    flow = ""
    for line in (line.strip() for line in text.splitlines()):
        apart = flow and line and not (_wide(flow[-1]) or _wide(line[0]))
        flow += f" {line}" if apart else line
    return flow


def lines(text: str) -> str:
    """Return `text` without blank lines and without space around the others."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def numbered(labels: Sequence[str], language: str) -> str:
    """Return the answers to send back: 1收到 2安全 3求助."""
    pattern = _in_context(language, "answer to send back", "%(number)s%(label)s")
    return " ".join(pattern % {"number": number, "label": each} for number, each in enumerate(labels, start=1))


def keys(labels: Sequence[str], language: str) -> str:
    """Return the keys to press as they are said on the telephone: 收到按1，安全按2，求助按3."""
    pattern = _in_context(language, "key to press", "%(label)s按%(number)s")
    pause = _in_context(language, "between keys to press", "，")
    return pause.join(pattern % {"number": number, "label": each} for number, each in enumerate(labels, start=1))


def yuan(fen: int) -> str:
    """Return an amount of fen in yuan, without decimals where there are none: 20,000 · 512.50."""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02}" if rest else f"{whole:,}"


def spoken(text: str) -> str:
    """Return `text` as it can be said aloud: no web addresses, a pause for each bracket, no signs a voice names."""
    pause = "，" if any(map(_wide, text)) else ", "
    bare = _BRACKETS.sub(pause, _QUOTES.sub("", _URL.sub("", text)))
    return _DOUBLED.sub(r"\1\2", bare).strip("，, ")


def by_digit(text: str) -> str:
    """Return `text` with its telephone numbers (three digits or more) apart, so that a voice says digit by digit."""
    return _NUMBER.sub(lambda found: " ".join(digit for digit in found[0] if digit.isdigit()), text)


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _in_context(language: str, context: str, words: str) -> str:
    return str(translations(language).pgettext(context, words))
