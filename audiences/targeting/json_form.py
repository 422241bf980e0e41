"""The JSON form of a target expression: {"op": "duty", "kind": "patrol", "area": "3609…"}, {"op": "union", "of": […]}.

A term's other keys are its fields; those that are None are left out. Nothing is guessed: an unknown key, operation or
type is refused with the path at which it stands.
"""

from dataclasses import MISSING, fields
from typing import Any

from audiences.targeting.errors import TargetRefused
from audiences.targeting.expression import (
    DEEPEST,
    TERM_NAMES,
    TERMS,
    Difference,
    Expression,
    Intersection,
    Term,
    Union,
    refuse_beyond,
)

LONGEST_TEXT = 80
SETS = ("union", "intersection", "difference")


def write(expression: Expression) -> dict[str, Any]:
    match expression:
        case Union(parts):
            return {"op": "union", "of": [write(part) for part in parts]}
        case Intersection(parts):
            return {"op": "intersection", "of": [write(part) for part in parts]}
        case Difference(base, without):
            return {"op": "difference", "of": [write(base), write(without)]}
        case _:
            given = {field.name: getattr(expression, field.name) for field in fields(expression)}
            return {"op": TERM_NAMES[type(expression)]} | {key: value for key, value in given.items() if value}


def read(given: Any, where: str = "expression", depth: int = 1) -> Expression:
    """Return the expression, or raise TargetRefused with the place and what is needed there."""
    refuse_beyond("levels of nesting", depth, DEEPEST)
    if not isinstance(given, dict):
        raise TargetRefused(where=where, why='an object with "op" is needed')
    operation = given.get("op")
    if operation in SETS:
        return _set(str(operation), given, where, depth)
    if not isinstance(operation, str) or operation not in TERMS:
        raise TargetRefused(where=f"{where}.op", why=f"one of {', '.join((*TERMS, *SETS))} is needed")
    return _term(TERMS[operation], given, where)


def text(given: Any, where: str) -> str:
    """Return a code, kind or name: 1 to 80 printable characters."""
    if not isinstance(given, str) or not 0 < len(given) <= LONGEST_TEXT or not given.isprintable():
        raise TargetRefused(where=where, why=f"1 to {LONGEST_TEXT} printable characters are needed")
    return given


def _set(operation: str, given: dict[str, Any], where: str, depth: int) -> Expression:
    _refuse_other_keys(given, {"op", "of"}, where)
    of = given.get("of")
    if not isinstance(of, list) or len(of) < 2:  # noqa: PLR2004 - one part is no union
        raise TargetRefused(where=f"{where}.of", why="a list of at least two expressions is needed")
    parts = tuple(read(part, f"{where}.of[{index}]", depth + 1) for index, part in enumerate(of))
    match operation, parts:
        case "union", _:
            return Union(parts)
        case "intersection", _:
            return Intersection(parts)
        case _, (base, without):
            return Difference(base, without)
        case _:
            raise TargetRefused(where=f"{where}.of", why="a difference is of two: from which, and what is taken away")


def _term(term: type[Term], given: dict[str, Any], where: str) -> Term:
    known = fields(term)
    _refuse_other_keys(given, {"op", *(field.name for field in known)}, where)
    for field in known:
        if field.default is MISSING and given.get(field.name) is None:
            raise TargetRefused(where=f"{where}.{field.name}", why="it is needed here")
    values = {key: text(value, f"{where}.{key}") for key, value in given.items() if key != "op" and value is not None}
    return term(**values)


def _refuse_other_keys(given: dict[str, Any], known: set[str], where: str) -> None:
    for key in given.keys() - known:
        raise TargetRefused(where=f"{where}.{key}", why=f"only {', '.join(sorted(known))} are known here")
