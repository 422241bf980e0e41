"""Who is hurt or trapped. 没人受伤 is no alarm; whatever is in doubt is one."""

import re
from dataclasses import dataclass
from typing import Final

from bot.reading.numerals import NUMBER, Count, count, exactly
from bot.reading.words.tables import phrases
from bot.reading.writing import CLAUSE

_PHRASES: Final = phrases("danger")


@dataclass(frozen=True, slots=True)
class Harm:
    """Whether it came to somebody, and to how many if that is said; `happened` is False only where it is denied."""

    happened: bool
    count: Count | None = None

    def __str__(self) -> str:
        return "no" if not self.happened else str(self.count or "yes")


DENIED: Final = Harm(happened=False)


@dataclass(frozen=True, slots=True)
class Danger:
    """The two that cannot wait; None where nothing is said of them."""

    hurt: Harm | None = None
    trapped: Harm | None = None

    @property
    def alarming(self) -> bool:
        return any(harm is not None and harm.happened for harm in (self.hurt, self.trapped))


def danger(plain: str) -> Danger:
    """Read who is hurt or trapped out of a plain writing."""
    of_people = _NO_PEOPLE.sub("＿", plain)
    return Danger(_HURT.read(of_people), _TRAPPED.read(of_people))


class _Reader:
    """Finds one kind of harm: what is denied is taken out first, so that what is left must be meant."""

    def __init__(self, signs: str, denials: str) -> None:
        self._signs = re.compile(signs)
        self._denials = re.compile(denials)
        self._counted = re.compile(
            rf"(?P<n>{NUMBER})\s?(?:个|名|位)?(?:人|people|persons?|伤员|伤者)?(?:被|还|都|are |is |were )?(?:{signs})|"
            rf"(?:{signs})了?(?P<m>{NUMBER})(?:个|名|位)?(?:人|，)"
        )
        ours = _PHRASES["one_of_ours"]
        self._of_one = re.compile(rf"(?:{ours}){CLAUSE}{{0,16}}?(?:{signs})|(?:{signs})(?:了|到)?{ours}")

    def read(self, plain: str) -> Harm | None:
        rest = self._denials.sub("＿", plain)
        if self._signs.search(rest):
            return Harm(happened=True, count=self._how_many(rest))
        return DENIED if rest != plain else None

    def _how_many(self, text: str) -> Count | None:
        found = self._counted.search(text)
        if found is not None:
            return count(found["n"] or found["m"])
        return exactly(1) if self._of_one.search(text) else None


_NO_PEOPLE: Final = re.compile(_PHRASES["no_people"])
_HURT: Final = _Reader(_PHRASES["hurt"], _PHRASES["not_hurt"])
_TRAPPED: Final = _Reader(_PHRASES["trapped"], _PHRASES["not_trapped"])
