"""What a calling table must be before anybody is called by it: somebody for every red hour, no rung that spins."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from audiences.duties import Duty
from audiences.importing.cells import choice
from audiences.importing.errors import NotAChoice
from broadcast.alerts.model import Level
from broadcast.ladders import errors
from broadcast.ladders.doubts import since_issue
from broadcast.ladders.grid import LEVELS, OTHERS, Rows, named_events, rows_of
from broadcast.ladders.policy import Does, Occasion, Policy, Whom
from ground.clock import SECOND

MOST_POLICIES: Final = 20
MOST_EVENTS: Final = 60  # beginnings of codes in all policies together
MOST_RUNGS: Final = 40
LONGEST_NAME: Final = 60
LONGEST_WAIT: Final = 3_600  # seconds
SHORTEST_RETURN: Final = 60  # seconds until the last rung comes back
CLOSEST: Final = 20  # seconds between two alike steps: a telephone must have stopped ringing
LAST_HOUR, DAYS_END = 23, 24


def require_sound(occasions: Sequence[Occasion], event_codes: Collection[str]) -> None:
    """Refuse a table by which somebody would not be called who must be, each time with what to do."""
    if not 1 <= len(occasions) <= MOST_POLICIES:
        raise errors.TableSizeWrong(count=len(occasions), most=MOST_POLICIES)
    count = sum(len(each.events) for each in occasions)
    if count > MOST_EVENTS:
        raise errors.EventsTooMany(count=count, most=MOST_EVENTS)
    _require_names(occasions)
    for each in occasions:
        _require_occasion(each, event_codes)
        _require_duties(each.policy)
        _require_rungs(each.policy)
        _require_feedback(each.policy)
    drawn = {event: rows_of(occasions, event) for event in (OTHERS, *named_events(occasions))}
    _require_red(drawn)
    held = {policy.name for rows in drawn.values() for row in rows.values() for policy in row if policy is not None}
    for each in occasions:
        if each.policy.name not in held:
            raise errors.PolicyNeverHolds(policy=each.policy.name)


def _require_names(occasions: Sequence[Occasion]) -> None:
    names = [each.policy.name for each in occasions]
    for number, name in enumerate(names, 1):
        if not name.strip() or len(name) > LONGEST_NAME:
            raise errors.PolicyUnnamed(number=number, most=LONGEST_NAME)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise errors.PolicyNamedTwice(policy=twice[0])


def _require_occasion(occasion: Occasion, event_codes: Collection[str]) -> None:
    name = occasion.policy.name
    strange = occasion.levels - frozenset(LEVELS)
    if strange or not occasion.levels:
        raise errors.LevelUnknown(policy=name, level=min(strange, default="—"))
    for event in occasion.events:
        if not event or not any(code.startswith(event) for code in event_codes):
            raise errors.EventUnknown(policy=name, event=event or "—")
    if occasion.hours is not None:
        since, until = occasion.hours
        if not 0 <= since <= LAST_HOUR or not 0 <= until <= DAYS_END or since == until:
            raise errors.HoursImpossible(policy=name, since=since, until=until)


def _require_duties(policy: Policy) -> None:
    if not policy.duties:
        raise errors.NobodyNamed(policy=policy.name)
    for duty, count in Counter(policy.duties).items():
        try:
            choice(Duty)(duty)
        except NotAChoice:
            raise errors.DutyUnknown(policy=policy.name, duty=duty, known=", ".join(Duty)) from None
        if count > 1:
            raise errors.DutyNamedTwice(policy=policy.name, duty=duty)


def _require_rungs(policy: Policy) -> None:
    if not 1 <= len(policy.rungs) <= MOST_RUNGS:
        raise errors.RungsMissing(policy=policy.name, count=len(policy.rungs), most=MOST_RUNGS)
    for number, rung in enumerate(policy.rungs, 1):
        if not 0 <= rung.after <= LONGEST_WAIT * SECOND:
            raise errors.WaitImpossible(policy=policy.name, rung=number, after=rung.after // SECOND, most=LONGEST_WAIT)
    last = policy.rungs[-1].after
    if last < SHORTEST_RETURN * SECOND:
        raise errors.LastRungTooQuick(policy=policy.name, after=last // SECOND, least=SHORTEST_RETURN)
    _require_time_between(policy)
    if not any(rung.whom is Whom.HOLDER and rung.does is not Does.DOOR for rung in policy.rungs):
        raise errors.HolderPassedOver(policy=policy.name)


def _require_feedback(policy: Policy) -> None:
    """Feedback may be left out; it knocks at no door, and nobody has answered in the steps before it."""
    last = len(policy.feedback)
    if last > MOST_RUNGS:
        raise errors.RungsMissing(policy=policy.name, count=last, most=MOST_RUNGS)
    for number, rung in enumerate(policy.feedback, 1):
        least = SHORTEST_RETURN if number == last else 0
        possible = least * SECOND <= rung.after <= LONGEST_WAIT * SECOND
        if rung.does is Does.DOOR or not possible:
            raise errors.FeedbackImpossible(policy=policy.name, rung=number)
    for number, rung in enumerate(policy.rungs, 1):
        if rung.whom is Whom.ANSWERER:
            raise errors.FeedbackImpossible(policy=policy.name, rung=number)


def _require_time_between(policy: Policy) -> None:
    """Refuse the same call or message again while the one before it may still ring."""
    done: dict[tuple[Does, Whom], int] = {}
    times = since_issue(policy.rungs)
    for number, (rung, at) in enumerate(zip(policy.rungs, times, strict=True), 1):
        before = done.get((rung.does, rung.whom))
        if before is not None and at - before < CLOSEST * SECOND:
            raise errors.StepsTooClose(policy=policy.name, rung=number, least=CLOSEST)
        done[rung.does, rung.whom] = at


def _require_red(drawn: dict[str, Rows]) -> None:
    for event, rows in drawn.items():
        for hour, policy in enumerate(rows[Level.RED]):
            if policy is None:
                raise errors.RedAsleep(hour=hour, event=event or "any other event")
            if not any(rung.does is Does.CALL for rung in policy.rungs):
                raise errors.RedNotRungUp(policy=policy.name)
