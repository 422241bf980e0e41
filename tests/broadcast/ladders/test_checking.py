"""A calling table that would leave somebody asleep, or spin, is refused with what to do; doubts are named."""

from typing import Any

import pytest

from broadcast.alerts.codes import read_codes
from broadcast.ladders import errors
from broadcast.ladders.checking import MOST_EVENTS, MOST_POLICIES, MOST_RUNGS, require_sound
from broadcast.ladders.doubts import Doubt, doubts
from broadcast.ladders.occasions import unpacked
from broadcast.ladders.policy import read_occasions
from ground.errors import MingluoError
from tests.broadcast.ladders.tables import house, table, without_slides_by_day

CODES = read_codes().events
MESSAGE = {"after": 0, "does": "message", "whom": "holder"}
CALL = {"after": 60, "does": "call", "whom": "holder"}

REFUSED: list[tuple[dict[str, Any], type[MingluoError]]] = [
    ({"name": " "}, errors.PolicyUnnamed),
    ({"name": "a" * 61}, errors.PolicyUnnamed),
    ({"name": "orange at night"}, errors.PolicyNamedTwice),
    ({"levels": []}, errors.LevelUnknown),
    ({"levels": [0, 1]}, errors.LevelUnknown),
    ({"levels": [1, 5]}, errors.LevelUnknown),
    ({"events": [""]}, errors.EventUnknown),
    ({"events": ["11B", "99"]}, errors.EventUnknown),
    ({"events": ["11B"] * (MOST_EVENTS + 1)}, errors.EventsTooMany),
    ({"hours": [8, 8]}, errors.HoursImpossible),
    ({"hours": [24, 6]}, errors.HoursImpossible),
    ({"hours": [-1, 6]}, errors.HoursImpossible),
    ({"hours": [8, 25]}, errors.HoursImpossible),
    ({"each": ["mayor"]}, errors.DutyUnknown),
    ({"each": ["x_巡查"]}, errors.DutyUnknown),
    ({"each": ["patrol"], "any": ["patrol"]}, errors.DutyNamedTwice),
    ({"each": ["patrol", "patrol"]}, errors.DutyNamedTwice),
    ({"each": [], "any": []}, errors.NobodyNamed),
    ({"rungs": []}, errors.RungsMissing),
    ({"rungs": [{"after": 60, "does": "call", "whom": "answerer"}, CALL]}, errors.FeedbackImpossible),
    ({"feedback": [{"after": 600, "does": "door", "whom": "superior"}]}, errors.FeedbackImpossible),
    ({"feedback": [{"after": 0, "does": "message", "whom": "answerer"}]}, errors.FeedbackImpossible),
    ({"rungs": [CALL] * (MOST_RUNGS + 1)}, errors.RungsMissing),
    ({"rungs": [MESSAGE | {"after": -1}, CALL]}, errors.WaitImpossible),
    ({"rungs": [MESSAGE | {"after": 3_601}, CALL]}, errors.WaitImpossible),
    ({"rungs": [MESSAGE, CALL | {"after": 0}]}, errors.LastRungTooQuick),
    ({"rungs": [MESSAGE, CALL | {"after": 59}]}, errors.LastRungTooQuick),
    ({"rungs": [CALL, CALL | {"after": 19}, CALL]}, errors.StepsTooClose),
    ({"rungs": [MESSAGE, CALL | {"after": 10}, MESSAGE | {"after": 9}, CALL]}, errors.StepsTooClose),
    ({"rungs": [CALL | {"whom": "superior"}]}, errors.HolderPassedOver),
    ({"rungs": [CALL | {"does": "door"}]}, errors.HolderPassedOver),
    ({"rungs": [MESSAGE | {"after": 60}]}, errors.RedNotRungUp),
    ({"hours": [6, 23]}, errors.RedAsleep),
    ({"levels": [2]}, errors.RedAsleep),
    ({"events": ["11B"]}, errors.RedAsleep),
    ({"levels": [1, 2, 3, 4]}, errors.PolicyNeverHolds),
]


@pytest.mark.parametrize(("change", "refusal"), REFUSED)
def test_what_cannot_be_is_refused_with_what_to_do(change: dict[str, Any], refusal: type[MingluoError]) -> None:
    with pytest.raises(refusal) as refused:
        require_sound(table(change), CODES)
    assert "{" not in str(refused.value)


@pytest.mark.parametrize("count", [0, MOST_POLICIES + 1])
def test_no_policy_and_far_too_many_are_refused(count: int) -> None:
    with pytest.raises(errors.TableSizeWrong):
        require_sound(unpacked(house()[:1] * count), CODES)


def test_every_refusal_of_a_table_is_tried() -> None:
    of_tables = errors.__dict__.values()
    first = list(errors.__dict__).index("TableSizeWrong")
    named = {each for each in list(of_tables)[first:] if isinstance(each, type)}
    elsewhere = {errors.TableSizeWrong, errors.WhyMissing, errors.StaleTable, errors.NotANumber, errors.NothingChanged}
    assert named - elsewhere == {refusal for _, refusal in REFUSED}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"hours": [0, 24]},
        {"each": ["x_grid_worker"]},
        {"rungs": [MESSAGE, CALL]},
        {"rungs": [CALL, CALL | {"after": 0, "whom": "deputy"}, CALL | {"after": 20}, CALL]},
        {"rungs": [MESSAGE | {"after": 3_600}, CALL | {"after": 3_600}]},
    ],
)
def test_what_is_strict_enough_is_taken(change: dict[str, Any]) -> None:
    require_sound(table(change), CODES)


def test_red_may_be_split_over_the_day() -> None:
    day, night = house()[0] | {"hours": [6, 22]}, house()[0] | {"name": "red at night", "hours": [22, 6]}
    require_sound(unpacked([day, night, *house()[1:]]), CODES)


def test_hours_in_which_orange_wakes_nobody_are_taken() -> None:
    require_sound(without_slides_by_day(), CODES)


def test_the_table_of_the_house_is_sound_and_beyond_doubt() -> None:
    require_sound(read_occasions(), CODES)
    assert doubts(read_occasions()) == []


def test_what_is_allowed_and_doubtful_is_named() -> None:
    found = doubts(table({"code": False, "rungs": [MESSAGE, CALL | {"after": 181}]}))
    assert [(each.policy, each.doubt) for each in found] == [
        ("red", Doubt.NO_CODE),
        ("red", Doubt.LATE_CALL),
        ("red", Doubt.NOBODY_ABOVE),
    ]
