"""What the live page shows of one warning: counts, bars, who is missing; ready to be laid out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.api.shown import name_for, names_of
from broadcast.alerts.confirmation import Standing
from broadcast.alerts.issuing import notices_of_chain
from broadcast.alerts.model import Alert, Content
from broadcast.deliveries import State
from broadcast.notices import Notice
from broadcast.stores import alert_steps, alerts, counters, missing, progress
from broadcast.stores.alert_steps import Taken
from broadcast.stores.missing import Missing
from broadcast.stores.progress import DutyProgress
from broadcast.stores.speakers import gateways as speakers
from ground.actor import Actor
from ground.transaction import Transaction

SHOWN_MISSING: Final = 50
NO_CHANNEL: Final = ""  # under it people are counted, whatever reaches them
BESIDE: Final = frozenset(
    {"answered", "maybe_twice", "sharers", "people", "unreachable"}
)  # counted beside the states of deliveries
GROUPS: Final[dict[str, frozenset[str]]] = {
    "arrived": frozenset({State.DELIVERED}),
    "sent": frozenset({State.ACCEPTED, State.UNCERTAIN}),
    "waiting": frozenset({State.PLANNED, State.CLAIMED}),
    "lost": frozenset({State.FAILED, State.EXPIRED, State.SUPPRESSED}),
    "overtaken": frozenset({State.SUPERSEDED}),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a bar, in hundredths of its length."""

    group: str
    begin: float
    length: float


@dataclass(frozen=True, slots=True)
class Line:
    """Deliveries of one channel or one area."""

    name: str
    total: int
    groups: Mapping[str, int]
    answered: int
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Live:
    """The page, but for its words."""

    alert: Alert
    headline: str
    notice: Notice | None
    notices: Sequence[Notice]
    people: int
    unreachable: int
    whole: Line
    channels: Sequence[Line]
    areas: Sequence[Line]
    duties: Sequence[DutyProgress]
    played: int
    reachable: int
    speakers: int
    missing_count: int
    missing: Sequence[Missing]
    steps: Sequence[Taken]


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of warnings; `standing`: of the second person, where one person issued it alone."""

    alert: Alert
    headline: str
    place: str
    standing: Standing | None = None


async def look(tx: Transaction, who: Actor, alert_id: str, language: str, now: int) -> Live:
    """Gather one warning's page within the actor's area; the newest notice of it gives the counts."""
    alert = await alerts.load(tx, who, alert_id)
    steps = await alert_steps.steps_of(tx, who, alert_id)
    said = await notices_of_chain(tx, who, alert_id)
    own = [each for each in said if each.origin == f"alert:{alert.id}"]
    headline = headline_of(alert, language)
    if not own:
        nothing = _line("", {})
        return Live(alert, headline, None, said, 0, 0, nothing, (), (), (), 0, 0, 0, 0, (), steps)
    notice = own[-1]
    by_channel = await counters.by_channel(tx, who, notice.id)
    people = by_channel.pop(NO_CHANNEL, {})
    covered = await speakers.coverage(tx, who, notice.id)
    return Live(
        alert=alert,
        headline=headline,
        notice=notice,
        notices=said,
        people=people.get("people", 0),
        unreachable=people.get("unreachable", 0),
        whole=_line("", _summed(by_channel.values())),
        channels=[_line(name, states) for name, states in sorted(by_channel.items())],
        areas=await _areas(tx, who, notice),
        duties=await progress.by_duty(tx, who, notice, now),
        played=sum(each.played for each in covered),
        reachable=sum(each.reachable for each in covered),
        speakers=sum(each.all for each in covered),
        missing_count=await missing.count_missing(tx, who, notice),
        missing=await missing.missing(tx, who, notice, limit=SHOWN_MISSING),
        steps=steps,
    )


def masked_name(who: Actor, person: Missing) -> str:
    return name_for(who, person.name) or f"#{person.person}"


async def _areas(tx: Transaction, who: Actor, notice: Notice) -> Sequence[Line]:
    top = notice.area or who.area
    if top is None:
        return ()
    by_area = await counters.by_area(tx, who, notice.id, top)
    names = await names_of(tx, by_area)
    return [_line(names.get(area, "?"), states) for area, states in by_area.items()]


def headline_of(alert: Alert, language: str) -> str:
    content = _content_of(alert, language)
    return content.headline or content.area_desc


def line_of(alert: Alert, language: str, standing: Standing | None = None) -> Listed:
    """Return a warning's line of a list: where it is, unless its headline says so already."""
    content, headline = _content_of(alert, language), headline_of(alert, language)
    return Listed(alert, headline, "" if content.area_desc in headline else content.area_desc, standing)


def _content_of(alert: Alert, language: str) -> Content:
    contents = alert.contents
    return contents.get(language) or contents.get("zh_CN") or next(iter(contents.values()))


def _summed(tallies: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for states in tallies:
        total.update(states)
    return total


def _line(name: str, states: Mapping[str, int]) -> Line:
    groups = {group: sum(states.get(state, 0) for state in those) for group, those in GROUPS.items()}
    total = sum(count for state, count in states.items() if state not in BESIDE)
    return Line(name, total, groups, states.get("answered", 0), _parts(groups, total))


def _parts(groups: Mapping[str, int], total: int) -> Sequence[Part]:
    parts, begin = [], 0.0
    for group, count in groups.items():
        if count:
            length = 100 * count / total
            parts.append(Part(group, round(begin, 2), round(length, 2)))
            begin += length
    return parts
