"""The two written forms of a target: what is written is read back, and what cannot be read says where and why."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiences.targeting import json_form, line_form
from audiences.targeting.errors import LineRefused, TargetRefused, TargetTooLarge
from audiences.targeting.expression import (
    TERMS,
    Area,
    Difference,
    Duty,
    Expression,
    Households,
    Intersection,
    Need,
    Organisation,
    Residents,
    Saved,
    Union,
)
from audiences.targeting.target import Target

words = st.text(
    st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"]), min_size=1, max_size=9
)
texts = words | st.sampled_from(["any", 'a "danger" zone', "back\\slash", "甲、乙", "a-b", " ( | ) ", "“x”"])
texts = texts.filter(str.isprintable)


def _terms() -> st.SearchStrategy[Expression]:
    needing = [Area, Need, Households, Saved]
    optional = [term for term in TERMS.values() if term not in needing]
    plain: list[st.SearchStrategy[Any]] = [st.builds(Area, texts)]
    plain += [st.builds(term, texts, st.none() | texts) for term in needing[1:]]
    plain += [st.builds(term, **{name: st.none() | texts for name in term.__dataclass_fields__}) for term in optional]
    return st.one_of(plain)


expressions = st.recursive(
    _terms(),
    lambda inner: st.one_of(
        st.builds(Union, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Intersection, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Difference, inner, inner),
    ),
    max_leaves=8,
)


@given(expressions)
def test_the_line_form_reads_back_what_it_wrote(expression: Expression) -> None:
    assert line_form.read(line_form.write(expression)) == expression


@given(expressions)
def test_the_json_form_reads_back_what_it_wrote(expression: Expression) -> None:
    assert json_form.read(json.loads(json.dumps(json_form.write(expression)))) == expression


@given(st.text('area(36)|&-," residents duty any\\“”（），', max_size=40))
def test_any_other_line_is_refused_with_the_character_it_cannot_go_beyond(line: str) -> None:
    expression, at = None, 1
    try:
        expression = line_form.read(line)
    except LineRefused as refused:
        at = refused.fields["at"]
    assert 1 <= at <= len(line) + 1
    assert expression is None or line_form.read(line_form.write(expression)) == expression


def test_and_and_minus_bind_tighter_than_or_and_are_read_from_left_to_right() -> None:
    a, b, c, d = (Area(letter) for letter in "abcd")
    assert line_form.read("area(a) | area(b) & area(c) - area(d)") == Union((a, Difference(Intersection((b, c)), d)))
    assert line_form.read("area(a) - area(b) & area(c)") == Intersection((Difference(a, b), c))
    assert line_form.read("area(a) - (area(b) | area(c))") == Difference(a, Union((b, c)))


def test_the_area_stands_last_and_may_be_left_out() -> None:
    assert line_form.read("residents") == line_form.read("residents(any)") == Residents()
    assert line_form.read("duty(patrol, 3609)") == Duty("patrol", None, "3609")
    assert line_form.read("duty(patrol, landslide_spot, 3609)") == Duty("patrol", "landslide_spot", "3609")
    assert line_form.read("duty(any, reservoir, any)") == Duty(None, "reservoir", None)
    assert line_form.write(Duty("patrol", None, None)) == "duty(patrol)"


def test_the_signs_of_a_chinese_keyboard_are_taken_for_what_they_mean() -> None:
    typed = "organisation（party_cell，360981205000）｜saved（“沿河 低洼处”）"
    assert line_form.read(typed) == Union((Organisation("party_cell", "360981205000"), Saved("沿河 低洼处")))


@pytest.mark.parametrize(
    ("line", "at", "why"),
    [
        ("", 1, "one of area"),
        ("area", 1, "area needs its area"),
        ("village(3609)", 1, "one of area"),
        ("area(3609", 10, ") is needed"),
        ("area(3609) & ", 14, "one of area"),
        ("area(3609) area(3610)", 12, "one of | & -"),
        ("residents(a, b)", 1, "residents takes area"),
        ('saved("")', 7, "printable characters"),
    ],
)
def test_a_line_is_refused_at_the_place_where_it_goes_wrong(line: str, at: int, why: str) -> None:
    with pytest.raises(LineRefused) as refused:
        line_form.read(line)
    assert refused.value.fields["at"] == at
    assert why in refused.value.fields["why"]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ("area(3609", "expression"),
        ({"op": "everybody"}, "expression.op"),
        ({"op": ["area"]}, "expression.op"),
        ({"op": "area"}, "expression.area"),
        ({"op": "area", "area": 3609}, "expression.area"),
        ({"op": "area", "area": "3609", "kind": "x"}, "expression.kind"),
        ({"op": "union", "of": [{"op": "residents"}]}, "expression.of"),
        ({"op": "union", "of": [{"op": "residents"}, {"op": "need"}]}, "expression.of[1].code"),
        ({"op": "difference", "of": [{"op": "residents"}] * 3}, "expression.of"),
        ({"op": "need", "code": "line\nbreak"}, "expression.code"),
    ],
)
def test_json_is_refused_with_the_path_at_which_it_goes_wrong(given: Any, where: str) -> None:
    with pytest.raises(TargetRefused) as refused:
        json_form.read(given)
    assert refused.value.fields["where"] == where


def test_a_target_takes_both_forms_and_writes_json() -> None:
    rules = [
        {"name": "cadres", "expression": "duty(any, 3609)"},
        {"name": "villagers", "expression": {"op": "residents", "area": "3609"}},
    ]
    target = Target.from_json(rules)
    assert target == Target.from_json(json.loads(json.dumps(target.to_json())))
    assert [rule.name for rule in target.rules] == ["cadres", "villagers"]


@pytest.mark.parametrize(
    "rules",
    [[], {}, None, ["residents"], [{"name": "x"}], [{"name": "", "expression": "residents"}], [{"name": "x" * 81}]],
)
def test_rules_that_are_no_rules_are_refused(rules: Any) -> None:
    with pytest.raises(TargetRefused):
        Target.from_json(rules)


def test_a_target_that_would_not_fit_a_statement_is_refused() -> None:
    with pytest.raises(TargetTooLarge):
        Target.of(" | ".join(["residents"] * 201))
    with pytest.raises(TargetTooLarge):
        line_form.read("(" * 30 + "residents" + ")" * 30)
    nested: dict[str, Any] = {"op": "residents"}
    for _ in range(30):
        nested = {"op": "difference", "of": [nested, {"op": "residents"}]}
    with pytest.raises(TargetTooLarge):
        json_form.read(nested)
