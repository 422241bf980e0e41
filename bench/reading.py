"""`python -m bench.reading`: how much of the labelled messages the rules read, field by field, part by part."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from time import perf_counter

from audiences.areas import Found
from bot.reading.codes import Kind
from bot.reading.report import ReliefReading, read_report
from tests.bot.reading.corpus import SETS, WORDS, Labelled, Part, messages
from tests.bot.reading.gazetteer import names_for


@dataclass(frozen=True, slots=True)
class Figures:
    """One field over some messages: values found, missed and made up, and messages that are exactly right."""

    found: int = 0
    missed: int = 0
    made_up: int = 0
    exact: int = 0
    messages: int = 0

    @property
    def precision(self) -> float:
        return self.found / max(1, self.found + self.made_up)

    @property
    def recall(self) -> float:
        return self.found / max(1, self.found + self.missed)

    @property
    def exactness(self) -> float:
        return self.exact / max(1, self.messages)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


Table = Mapping[str, Figures]


def measure(labelled: Iterable[Labelled]) -> Table:
    """Read the messages and compare. What they are, and alarms, is judged of all; the rest of reports alone.

    What is not understood counts as no report, as in the labels; but it is only dismissed if it was taken for another.
    """
    table: dict[str, Figures] = {}
    for each in labelled:
        reading = read_report(each.text, names_for(each.text))
        for field, said, read in _compared(each, reading):
            table[field] = table.get(field, Figures()) + _figures(said, read)
    return table


def of_part(part: Part) -> Table:
    return measure(each for each in messages() if each.part is part)


def _compared(each: Labelled, reading: ReliefReading) -> Iterable[tuple[str, frozenset[str], frozenset[str]]]:
    """A field's name, what the label says, and what was read."""
    kind = Kind.NONE if reading.kind is Kind.UNCLEAR else reading.kind
    yield "kind", frozenset({each.kind}), frozenset({str(kind)})
    yield "is a report", _if(each.kind == Kind.REPORT), _if(reading.kind is Kind.REPORT)
    alarm = any(each.words[field] not in {"", "no"} for field in ("hurt", "trapped"))
    yield "alarm", _if(alarm), _if(reading.danger.alarming)
    if each.kind != Kind.REPORT:
        return
    yield "not dismissed", _if(value=True), _if(reading.kind is not Kind.NONE)
    for field in SETS:
        yield field, each.sets[field], frozenset(map(str, getattr(reading, field)))
    read = words_of(reading)
    for field in WORDS:
        yield field, _if(each.words[field]), _if(read[field])


def words_of(reading: ReliefReading) -> Mapping[str, str]:
    """Write a reading down as labels are written."""
    heads, danger, place = reading.heads, reading.danger, reading.place
    area = place.meaning.area.name if place is not None and isinstance(place.meaning, Found) else ""
    said = {
        "households": heads.households,
        "people": heads.people,
        "adults": heads.adults,
        "children": heads.children,
        "hurt": danger.hurt,
        "trapped": danger.trapped,
        "place": place and place.words,
        "spot": place and place.spot,
        "area": area,
        "whom": "other" if reading.for_another else "",
        "when": reading.when,
    }
    return {field: str(value or "") for field, value in said.items()}


def _if(value: object) -> frozenset[str]:
    return frozenset({str(value)}) if value else frozenset()


def _figures(said: frozenset[str], read: frozenset[str]) -> Figures:
    return Figures(len(said & read), len(said - read), len(read - said), int(said == read), 1)


def page(parts: Mapping[Part, Table]) -> str:
    """Lay the figures out: precision, recall and exactly right, in percent, for each part."""
    header = " | ".join(f"{part}: precision | recall | exact" for part in parts)
    lines = [f"| field | {header} |", "|---" * (1 + 3 * len(parts)) + "|"]
    for field in next(iter(parts.values())):
        cells = [cell for table in parts.values() for cell in _cells(table[field])]
        lines.append(f"| {field} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cells(figures: Figures) -> Sequence[str]:
    exact = f"{figures.exactness:.0%} of {figures.messages}"
    return f"{figures.precision:.0%}", f"{figures.recall:.0%}", exact


def main() -> None:
    began = perf_counter()
    print(page({part: of_part(part) for part in Part}))
    each = (perf_counter() - began) / len(messages())
    print(f"\n{each * 1000:.1f} ms a message, the search for names in memory included.")


if __name__ == "__main__":
    main()
