"""The level × hour table says exactly who is woken, whatever the policies are."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from broadcast.alerts.codes import read_codes
from broadcast.ladders.grid import HOURS, LEVELS, Grid, grids, named_events, rows_of, spans
from broadcast.ladders.occasions import packed, unpacked
from broadcast.ladders.policy import Does, Occasion, Policy, Rung, Whom, policy_for, read_occasions
from ground.clock import BEIJING, HOUR, moment
from tests.broadcast.ladders.tables import LANDSLIDE, without_slides_by_day
from tests.builders import NOON

EVENTS = ("11", "11A", "11A51", "11B", "11B03", "11B37", "11D")
hours = some.one_of(some.none(), some.tuples(some.integers(0, 23), some.integers(0, 24)).filter(lambda x: x[0] != x[1]))
rungs = some.builds(
    Rung, some.integers(0, 3_600).map(lambda x: x * 1_000), some.sampled_from(Does), some.sampled_from(Whom)
)
policies = some.builds(
    Policy,
    some.text("abc", min_size=1, max_size=3),
    some.just(("patrol",)),
    some.just(()),
    some.booleans(),
    some.lists(rungs, min_size=1, max_size=3).map(tuple),
)
occasions = some.builds(
    Occasion,
    policies,
    some.frozensets(some.sampled_from(LEVELS), min_size=1),
    some.lists(some.sampled_from(EVENTS), max_size=3, unique=True).map(tuple),
    hours,
)
tables = some.lists(occasions, max_size=6, unique_by=lambda each: each.policy.name)
codes = some.sampled_from(sorted(read_codes().events))
instants = some.integers(NOON, NOON + 10 * 365 * 24 * HOUR)


@given(tables, codes, instants)
def test_a_cell_is_whom_a_warning_at_that_hour_wakes(table: list[Occasion], event: str, now: int) -> None:
    rows = rows_of(table, event)
    hour = moment(now, BEIJING).hour
    for level in LEVELS:
        assert rows[level][hour] == policy_for(level, event, now, table)


@given(tables, codes)
def test_an_event_is_called_like_the_longest_beginning_that_the_policies_name(
    table: list[Occasion], event: str
) -> None:
    named = max((each for each in named_events(table) if event.startswith(each)), key=len, default="")
    assert rows_of(table, event) == rows_of(table, named)


@given(tables)
def test_every_named_beginning_is_drawn_once_or_is_like_all_others(table: list[Occasion]) -> None:
    others, *apart = grids(table)
    assert others.events == ()
    drawn = {event: grid.rows for grid in apart for event in grid.events}
    assert sum(len(grid.events) for grid in apart) == len(drawn)
    for event in named_events(table):
        assert drawn.get(event, others.rows) == rows_of(table, event)


@given(tables)
def test_spans_cover_the_day_and_change_at_every_seam(table: list[Occasion]) -> None:
    for row in rows_of(table, "11B37").values():
        found = spans(row)
        assert [hour for span in found for hour in range(span.since, span.until)] == list(HOURS)
        assert all(span.policy == row[hour] for span in found for hour in range(span.since, span.until))
        assert all(one.policy != two.policy for one, two in pairwise(found))


@given(tables)
def test_what_is_written_down_is_read_again(table: list[Occasion]) -> None:
    assert unpacked(packed(table)) == tuple(table)


def said(grid: Grid, level: int) -> list[tuple[int, int, str | None]]:
    return [(each.since, each.until, each.policy.name if each.policy else None) for each in spans(grid.rows[level])]


def test_the_table_of_the_house_wakes_for_red_always_and_for_orange_at_night() -> None:
    others, slides = grids(read_occasions())
    assert said(others, 1) == [(0, 24, "red")]
    assert said(others, 2) == [(0, 6, "orange at night"), (6, 22, None), (22, 24, "orange at night")]
    assert said(others, 3) == said(others, 4) == [(0, 24, None)]
    assert slides.events == ("11D", "11A51", LANDSLIDE)
    assert said(slides, 2) == [(0, 24, "orange: landslide, debris flow, flash flood")]


def test_hours_without_calls_show_as_hours_without_calls() -> None:
    _, slides = grids(without_slides_by_day())
    assert [(since, until) for since, until, policy in said(slides, 2) if policy is None] == [(8, 18)]
