r"""The one-line form of a target expression, as an officer types and reads it.

    area(360981205000) - need(lives_alone) | duty(patrol, landslide_spot, 360981205000) | saved("danger zones")

`|` is union, `&` intersection, `-` difference. `&` and `-` bind tighter than `|` and are read from left to right;
parentheses group. A term's arguments stand in the order of its fields, the area last and left out where it is as far
as one reaches; `any` is any kind or the whole reach; `duty(patrol, 3609…)` is a kind and an area. What is no plain word
stands in quotes, with \" and \\ inside. Full-width signs of a Chinese keyboard are taken for what they mean.
"""

import re
from collections.abc import Sequence
from dataclasses import MISSING, fields
from typing import NoReturn

from audiences.targeting.errors import LineRefused
from audiences.targeting.expression import (
    DEEPEST,
    TERM_NAMES,
    TERMS,
    Difference,
    Duty,
    Expression,
    Holders,
    Intersection,
    Term,
    Union,
    refuse_beyond,
)
from audiences.targeting.json_form import LONGEST_TEXT

LONGEST_LINE = 8_000
WITH_SITE = 3  # arguments of a duty at a kind of site: with two, the second is the area
ANY = "any"
PLAIN_NAME = re.compile(r"[a-z]+")
PLAIN = re.compile(r"[\w.:/-]+")
QUOTED = re.compile(r'"(?:[^"\\]|\\["\\])*"|“[^”]*”')
FULL_WIDTH = {"｜": "|", "＆": "&", "－": "-", "（": "(", "）": ")", "，": ",", "、": ","}


def read(line: str) -> Expression:
    """Return the expression, or raise LineRefused with the character (from 1) at which it cannot go on."""
    refuse_beyond("characters", len(line), LONGEST_LINE)
    reader = _Reader(line)
    expression = reader.union(1)
    reader.end()
    return expression


def write(expression: Expression) -> str:
    match expression:
        case Union(parts):
            return " | ".join(_inside(part, Union) for part in parts)
        case Intersection(parts):
            first = _inside(parts[0], Union, Intersection)
            return " & ".join([first, *(_inside(part, Union, Intersection, Difference) for part in parts[1:])])
        case Difference(base, without):
            return f"{_inside(base, Union)} - {_inside(without, Union, Intersection, Difference)}"
        case _:
            return _write_term(expression)


def _inside(part: Expression, *grouped: type[Expression]) -> str:
    return f"({write(part)})" if isinstance(part, grouped) else write(part)


def _write_term(term: Term) -> str:
    name = TERM_NAMES[type(term)]
    values: list[str | None] = [getattr(term, field.name) for field in fields(term)]
    if isinstance(term, Duty | Holders) and term.site is None:
        values = [term.kind, term.area]
    if len(values) < WITH_SITE:
        while values and values[-1] is None:
            values.pop()
    return f"{name}({', '.join(map(_write_value, values))})" if values else name


def _write_value(value: str | None) -> str:
    if value is None:
        return ANY
    if value != ANY and PLAIN.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Reader:
    """Reads one line from left to right."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.at = 0

    def union(self, depth: int) -> Expression:
        refuse_beyond("levels of nesting", depth, DEEPEST)
        parts = [self.chain(depth)]
        while self.takes("|"):
            parts.append(self.chain(depth))
        return parts[0] if len(parts) == 1 else Union(tuple(parts))

    def chain(self, depth: int) -> Expression:
        """Read what `&` and `-` link: `a & b & c` is one intersection, `(a & b) & c` one within another."""
        so_far = self.single(depth)
        met: list[Expression] = [so_far]
        while True:
            if self.takes("&"):
                met.append(self.single(depth))
                so_far = Intersection(tuple(met))
            elif self.takes("-"):
                so_far = Difference(so_far, self.single(depth))
                met = [so_far]
            else:
                return so_far

    def single(self, depth: int) -> Expression:
        if self.takes("("):
            inner = self.union(depth + 1)
            self.needs(")")
            return inner
        return self.term()

    def term(self) -> Term:
        start = self.skip_space()
        found = PLAIN_NAME.match(self.line, start)
        name = found.group() if found else ""
        if name not in TERMS:
            self.refuse(f"one of {', '.join(TERMS)} is needed here")
        self.at += len(name)
        values: list[str | None] = []
        if self.takes("(") and not self.takes(")"):
            values.append(self.value())
            while self.takes(","):
                values.append(self.value())
            self.needs(")")
        return self.build(TERMS[name], values, start)

    def value(self) -> str | None:
        """Read one argument: None for a bare `any`."""
        start = self.skip_space()
        if quoted := QUOTED.match(self.line, start):
            self.at = quoted.end()
            inner = quoted.group()[1:-1]
            return self.fitting(re.sub(r"\\(.)", r"\1", inner) if quoted.group()[0] == '"' else inner, start)
        plain = PLAIN.match(self.line, start)
        if plain is None:
            self.refuse('a word, or a text in "quotes", is needed here')
        self.at = plain.end()
        return None if plain.group() == ANY else self.fitting(plain.group(), start)

    def build(self, term: type[Term], values: Sequence[str | None], start: int) -> Term:
        """Return the term of the arguments read, or refuse it at its own name."""
        known = fields(term)
        if issubclass(term, Duty | Holders) and len(values) == WITH_SITE - 1:
            values = [values[0], None, values[1]]
        if len(values) > len(known):
            self.refuse(f"{TERM_NAMES[term]} takes {', '.join(field.name for field in known)}", start)
        given = dict(zip((field.name for field in known), values, strict=False))
        for field in known:
            if field.default is MISSING and given.get(field.name) is None:
                self.refuse(f"{TERM_NAMES[term]} needs its {field.name}", start)
        return term(**{name: value for name, value in given.items() if value is not None})

    def fitting(self, value: str, start: int) -> str:
        if not 0 < len(value) <= LONGEST_TEXT or not value.isprintable():
            self.refuse(f"1 to {LONGEST_TEXT} printable characters are needed", start)
        return value

    def skip_space(self) -> int:
        while self.at < len(self.line) and self.line[self.at].isspace():
            self.at += 1
        return self.at

    def takes(self, sign: str) -> bool:
        """Go past the sign if it comes next."""
        self.skip_space()
        coming = self.line[self.at : self.at + 1]
        if FULL_WIDTH.get(coming, coming) != sign:
            return False
        self.at += 1
        return True

    def needs(self, sign: str) -> None:
        if not self.takes(sign):
            self.refuse(f"{sign} is needed here")

    def end(self) -> None:
        if self.skip_space() < len(self.line):
            self.refuse("one of | & - or the end is needed here")

    def refuse(self, why: str, at: int | None = None) -> NoReturn:
        raise LineRefused(at=(self.at if at is None else at) + 1, why=why)
