"""The shelf of saved audiences, and target expressions with the saved ones written out in full."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from audiences.targeting.errors import AmbiguousSaved, SavedInCircle, UnknownSaved
from audiences.targeting.expression import (
    DEEPEST,
    MOST_TERMS,
    Difference,
    Expression,
    Intersection,
    Saved,
    Term,
    Union,
    refuse_beyond,
)
from audiences.targeting.target import Rule, Target


@dataclass(frozen=True, slots=True)
class SavedAudience:
    """An expression kept under a name; `area` is the code of the area it was saved in, None the whole deployment."""

    name: str
    area: str | None
    expression: Expression
    saved_at: int
    saved_by: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The saved audiences an actor may use, by (name, area)."""

    saved: Mapping[tuple[str, str | None], SavedAudience]

    def find(self, term: Saved, home: str | None) -> SavedAudience:
        """Return the one that is meant: of the area named, else the only one, else the one saved at `home`."""
        named = [each for each in self.saved.values() if each.name == term.name]
        fitting = [each for each in named if term.area in (None, each.area)]
        if not fitting:
            raise UnknownSaved(name=term.name, nearest=_known_in(named))
        if len(fitting) == 1:
            return fitting[0]
        if (term.name, home) in self.saved:
            return self.saved[term.name, home]
        raise AmbiguousSaved(name=term.name, areas=", ".join(sorted(str(each.area) for each in fitting)))

    def having(self, entry: SavedAudience) -> "Shelf":
        return Shelf({**self.saved, (entry.name, entry.area): entry})


def write_out(target: Target, shelf: Shelf, home: str | None) -> Target:
    """Return the target without saved terms, each term with its area: `home` is that of a term that names none."""
    writer = _Writer(shelf)
    return Target(tuple(Rule(rule.name, writer.write(rule.expression, home, ())) for rule in target.rules))


class _Writer:
    """Writes saved audiences out and counts the terms as they come: a few small ones can unfold into millions."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.count = 0

    def write(self, expression: Expression, home: str | None, inside: tuple[SavedAudience, ...]) -> Expression:
        match expression:
            case Union(parts):
                return Union(self._each(parts, home, inside))
            case Intersection(parts):
                return Intersection(self._each(parts, home, inside))
            case Difference(base, without):
                return Difference(self.write(base, home, inside), self.write(without, home, inside))
            case Saved():
                return self._open(expression, home, inside)
            case _:
                return self._settle(expression, home)

    def _each(
        self, parts: Iterable[Expression], home: str | None, inside: tuple[SavedAudience, ...]
    ) -> tuple[Expression, ...]:
        return tuple(self.write(part, home, inside) for part in parts)

    def _open(self, term: Saved, home: str | None, inside: tuple[SavedAudience, ...]) -> Expression:
        entry = self.shelf.find(term, home)
        if entry in inside:
            circle = [each.name for each in inside[inside.index(entry) :]]
            raise SavedInCircle(name=entry.name, circle=" → ".join([*circle, entry.name]))
        refuse_beyond("saved audiences inside one another", len(inside) + 1, DEEPEST)
        return self.write(entry.expression, entry.area if entry.area is not None else home, (*inside, entry))

    def _settle(self, term: Term, home: str | None) -> Term:
        self.count += 1
        refuse_beyond("terms", self.count, MOST_TERMS)
        return replace(term, area=home) if term.area is None and home is not None else term


def _known_in(named: Iterable[SavedAudience]) -> str:
    areas = sorted(str(each.area) for each in named)
    return f"It is saved in {', '.join(areas)}." if areas else "List the saved audiences to see their names."
