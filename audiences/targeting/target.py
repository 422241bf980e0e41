"""A target: the officer's ordered rules. Who matches several belongs to the first, and hears its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from audiences.targeting import json_form, line_form
from audiences.targeting.errors import TargetRefused
from audiences.targeting.expression import MOST_TERMS, Expression, refuse_beyond, terms_of

MOST_RULES = 20


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a target: what the officer calls these people, and who they are."""

    name: str
    expression: Expression

    def __post_init__(self) -> None:
        json_form.text(self.name, "the name of a rule")


@dataclass(frozen=True, slots=True)
class Target:
    """The rules in the officer's order; together they reach whom any of them names."""

    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        if not self.rules:
            raise TargetRefused(where="the rules", why="there is none; name at least one")
        refuse_beyond("rules", len(self.rules), MOST_RULES)
        refuse_beyond("terms", sum(1 for rule in self.rules for _ in terms_of(rule.expression)), MOST_TERMS)

    @classmethod
    def of(cls, *lines: str) -> "Target":
        """Return the target of expressions in their one-line form, each a rule called by the beginning of its text."""
        return cls(tuple(Rule(line[: json_form.LONGEST_TEXT], line_form.read(line)) for line in lines))

    @classmethod
    def from_json(cls, rules: Any) -> "Target":
        """Read `[{"name": …, "expression": …}, …]`; an expression is its JSON form or its one-line form."""
        if not isinstance(rules, list):
            raise TargetRefused(where="the rules", why="a list of rules is needed")
        return cls(tuple(_rule(given, f"rules[{index}]") for index, given in enumerate(rules)))

    def to_json(self) -> list[dict[str, Any]]:
        return [{"name": rule.name, "expression": json_form.write(rule.expression)} for rule in self.rules]

    @property
    def expressions(self) -> Sequence[Expression]:
        return [rule.expression for rule in self.rules]


def _rule(given: Any, where: str) -> Rule:
    if not isinstance(given, dict) or given.keys() != {"name", "expression"}:
        raise TargetRefused(where=where, why='an object with "name" and "expression", and nothing else, is needed')
    name = json_form.text(given["name"], f"{where}.name")
    expression = given["expression"]
    if isinstance(expression, str):
        return Rule(name, line_form.read(expression))
    return Rule(name, json_form.read(expression, f"{where}.expression"))
