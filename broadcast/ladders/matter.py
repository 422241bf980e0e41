"""A matter: what people are called about where it is no warning; water that nobody shows, say."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from broadcast.content.facts import Facts
from broadcast.notices import Kind


@dataclass(frozen=True, slots=True)
class Sentences:
    """What is said of a matter in one language: who asks, where it is, what is wrong, what to do now."""

    issuer: str
    place: str
    what: str
    do: str


@dataclass(frozen=True, slots=True)
class Matter:
    """`id` is the public id of what it is about; after `until` nobody need answer. Instants are story time."""

    id: str
    area: int
    level: int  # as of warnings: 1 red … 4 blue
    drill: bool
    since: int
    until: int
    said: Mapping[str, Sentences]

    def packed(self) -> dict[str, Any]:
        """Return it as it is kept with its calls."""
        said = {language: asdict(sentences) for language, sentences in self.said.items()}
        return {"area": self.area, "level": self.level, "drill": self.drill, "since": self.since, "said": said}

    @classmethod
    def unpacked(cls, public_id: str, kept: Mapping[str, Any], until: int) -> "Matter":
        said = {language: Sentences(**sentences) for language, sentences in kept["said"].items()}
        return cls(public_id, kept["area"], kept["level"], kept["drill"], kept["since"], until, said)

    def facts(self) -> list[tuple[int, Facts]]:
        """Return it as warnings are told, for the one rule there is and each language."""
        return [(0, self._facts(language, sentences)) for language, sentences in self.said.items()]

    def _facts(self, language: str, said: Sentences) -> Facts:
        return Facts(
            language=language,
            kind=Kind.ALARM,
            drill=self.drill,
            level=self.level,
            event="",
            issuer=said.issuer,
            area=said.place,
            headline="",
            what=said.what,
            do=said.do,
            sent=self.since,
            expires=self.until,
        )
