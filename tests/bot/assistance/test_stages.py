"""The rules of the procedure: whatever is tried, nobody decides twice and nothing is paid undecided."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cases.assistance import (
    ASSESSING,
    CONTESTING,
    DECIDING,
    ENDED,
    JUDGING,
    LEADS,
    Act,
    Figures,
    Judged,
    Part,
    Stage,
    Standing,
    after,
    barred,
    parts,
)
from bot.cases.assistance_errors import AmountImpossible, NotAtThisStage, NotThisOffice, RoomsImpossible
from bot.cases.relief import Grade, Level
from ground.errors import MingluoError

BEGUN = Standing(Stage.HOUSEHOLD_REPORT, Level.VILLAGE)
PEOPLE = tuple(f"person:{each}" for each in range(6))


@dataclass
class Story:
    """An application on its way, with every step that was let through."""

    standing: Standing = BEGUN
    steps: list[tuple[Act, Part, str]] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)

    def attempt(self, act: Act, part: Part, person: str) -> None:
        try:
            to = after(self.standing, act, part)
        except MingluoError:
            return
        if person in barred(self.judged, act, part):
            return
        self.standing = to
        self.steps.append((act, part, person))
        judging = frozenset({person}) if act in JUDGING else frozenset[str]()
        self.judged.append(Judged(act, part, judging, judging))


TRIED = st.tuples(st.sampled_from(Act), st.sampled_from(Part), st.sampled_from(PEOPLE))


def likely(standing: Standing) -> list[tuple[Act, Part]]:
    return [(act, part) for act, leads in LEADS.items() if standing.stage in leads for part in parts(standing, act)]


def told(choices: list[tuple[int, tuple[Act, Part, str]]]) -> Story:
    """Tell a story mostly of steps that are possible, with wild ones between them."""
    story = Story()
    for number, (act, part, person) in choices:
        possible = likely(story.standing)
        if possible and number % 4:
            act, part = possible[number % len(possible)]  # noqa: PLW2901 - the wild one is not tried then
        story.attempt(act, part, person)
    return story


def stories() -> st.SearchStrategy[Story]:
    return st.lists(st.tuples(st.integers(0, 999), TRIED), min_size=1, max_size=40).map(told)


@given(stories())
@settings(max_examples=300)
def test_nobody_decides_twice_after_an_objection_or_an_appeal(story: Story) -> None:
    for sort in (ASSESSING, DECIDING):
        before: set[str] = set()
        contested: set[str] = set()
        for act, part, person in story.steps:
            mine = act in sort and not (act is Act.REFUSE and part is Part.VILLAGE and sort is DECIDING)
            if act in CONTESTING:
                contested |= before
            elif mine:
                assert person not in contested
                before.add(person)


@given(stories())
@settings(max_examples=300)
def test_whoever_assessed_neither_reviews_nor_decides(story: Story) -> None:
    assessors: set[str] = set()
    for act, part, person in story.steps:
        above = act in {Act.REVIEW, Act.SEND_BACK, Act.GRANT, Act.ALLOW, Act.REJECT} and part is not Part.VILLAGE
        assert not (above and person in assessors)
        if act in ASSESSING:
            assessors.add(person)


@given(stories())
@settings(max_examples=300)
def test_nothing_is_paid_without_notice_review_and_the_countys_decision(story: Story) -> None:
    since: list[tuple[Act, Part]] = []  # the last payment
    for act, part, _ in story.steps:
        if act is Act.PAY:
            last = since.index((Act.GRANT, Part.COUNTY))
            done = {each for each, _ in since[:last]}
            assert {Act.PUBLISH, Act.REVIEW} <= done
            assert done & {Act.ASSESS, Act.REASSESS}
            since = []
        else:
            since.append((act, part))


@given(stories())
@settings(max_examples=300)
def test_the_township_reviews_only_what_was_published_since_it_was_assessed(story: Story) -> None:
    published = False
    for act, _, _ in story.steps:
        if act in {Act.ASSESS, Act.REASSESS}:
            published = False
        published = published or act is Act.PUBLISH
        assert published or act is not Act.REVIEW


@given(stories(), TRIED)
def test_what_has_ended_stays_as_it_is(story: Story, tried: tuple[Act, Part, str]) -> None:
    ended = story.standing
    if ended.stage in ENDED:
        story.attempt(*tried)
        assert story.standing == ended


@pytest.mark.parametrize(
    ("stage", "act", "part"),
    [
        (Stage.HOUSEHOLD_REPORT, Act.ASSESS, Part.TOWNSHIP),
        (Stage.TOWNSHIP_REVIEW, Act.REVIEW, Part.VILLAGE),
        (Stage.COUNTY_DECISION, Act.GRANT, Part.TOWNSHIP),
        (Stage.PUBLIC_NOTICE, Act.OPEN_REVIEW, Part.TOWNSHIP),
        (Stage.REFUSED, Act.APPEAL, Part.VILLAGE),
        (Stage.GRANTED, Act.PAY, Part.VILLAGE),
    ],
)
def test_a_step_is_refused_to_the_wrong_office(stage: Stage, act: Act, part: Part) -> None:
    with pytest.raises(NotThisOffice):
        after(Standing(stage, Level.VILLAGE), act, part)


def test_a_notice_is_ended_by_the_hub_alone_or_by_the_households_withdrawal() -> None:
    ends = {
        act for act, leads in LEADS.items() if leads.get(Stage.PUBLIC_NOTICE, Stage.PUBLIC_NOTICE) != "public_notice"
    }
    assert ends == {Act.OPEN_REVIEW, Act.OPEN_HEARING, Act.WITHDRAW}


def test_an_appeal_goes_to_the_office_above_the_one_that_refused() -> None:
    refused = after(BEGUN, Act.REFUSE, Part.VILLAGE)
    assert after(refused, Act.APPEAL, Part.APPLICANT).level is Level.TOWNSHIP
    county = Standing(Stage.REFUSED, Level.COUNTY)
    assert after(county, Act.APPEAL, Part.APPLICANT).level is Level.COUNTY


def test_a_rejected_appeal_takes_away_nothing_that_was_granted() -> None:
    granted = Standing(Stage.APPEAL, Level.COUNTY, granted=True)
    assert after(granted, Act.REJECT, Part.COUNTY).stage is Stage.GRANTED
    assert after(Standing(Stage.APPEAL, Level.COUNTY), Act.REJECT, Part.COUNTY).stage is Stage.CLOSED


def test_a_township_assesses_only_what_was_contested() -> None:
    again = Standing(Stage.HOUSEHOLD_REPORT, Level.VILLAGE, round=2)
    assert after(again, Act.ASSESS, Part.TOWNSHIP).stage is Stage.VILLAGE_ASSESSMENT


def test_a_step_that_does_not_fit_says_where_the_application_is() -> None:
    with pytest.raises(NotAtThisStage, match="household_report"):
        after(BEGUN, Act.PAY, Part.COUNTY)


@pytest.mark.parametrize("rooms", [0, -1, 100])
def test_impossible_rooms_are_refused(rooms: int) -> None:
    with pytest.raises(RoomsImpossible):
        Figures(Grade.SEVERE, rooms, 100).require_possible()


@pytest.mark.parametrize("amount", [0, -5, 100_000_001])
def test_impossible_amounts_are_refused(amount: int) -> None:
    with pytest.raises(AmountImpossible):
        Figures(Grade.SEVERE, 1, amount).require_possible()
