"""What the page of the calling table shows: hours level by level, steps in words, where it comes from, the form."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.api.shown import names_of
from app.pages.calling.form import Typed, filled
from audiences.areas import Area
from broadcast.alerts.codes import Codes
from broadcast.ladders.changing import ladders_of
from broadcast.ladders.doubts import doubts, since_issue
from broadcast.ladders.grid import Grid, Row, Span, grids, spans
from broadcast.ladders.policy import Does, Occasion, Policy, Rung
from broadcast.stores.ladders import policies
from broadcast.stores.ladders.policies import Holding
from ground.actor import Actor
from ground.clock import BEIJING, MINUTE, SECOND, moment
from ground.transaction import Transaction
from templates.labels import LABELS, label

SIGNS: Final = "ABCDEFGHIJKLMNOPQRST"  # as many as a table has policies
VERSIONS: Final = 10
GROUP: Final = "00"  # how the code of a whole group of events ends


async def values_of(
    tx: Transaction, who: Actor, place: Area, codes: Codes, language: str, typed: Typed | None, now: int
) -> dict[str, Any]:
    """Gather the page of one area; `typed` is a form that was refused."""
    found = await policies.holding(tx, who, place.id)
    versions = await policies.versions(tx, who, place.id, limit=VERSIONS)
    kept, occasions = found.kept, found.occasions
    names = await names_of(tx, [kept.area]) if kept else {}
    return {
        "place": place.name,
        "area": place.code,
        "own": kept is not None and kept.area == place.id,
        "above": names[kept.area] if kept and kept.area != place.id else "",
        "since": _day(kept.at) if kept else "",
        "why": kept.reason if kept else "",
        "over": versions[0].version if versions else 0,
        "seen": seen(found),
        "versions": [(each.version, _day(each.at), each.reason, each.occasions is None) for each in versions],
        "may_set": not who.roles.isdisjoint(policies.SETTERS),
        "doubts": [(_named(each.policy, language), each.doubt.value) for each in doubts(occasions)],
        "form": typed if typed is not None else filled(occasions),
        **table_of(occasions, codes, language, await _held(tx, who, place, occasions, now)),
    }


def seen(found: Holding) -> str:
    """Return which table the page was filled in from: another one, also of an area above, makes the form stale."""
    return f"{found.kept.area}-{found.kept.version}" if found.kept else "house"


async def _held(tx: Transaction, who: Actor, place: Area, occasions: Sequence[Occasion], now: int) -> Mapping[str, int]:
    """Return how many people hold each duty now: a duty that nobody holds wakes nobody."""
    duties = {duty for each in occasions for duty in each.policy.duties}
    return await policies.held(tx, who, place.id, sorted(duties), now)


def table_of(occasions: Sequence[Occasion], codes: Codes, language: str, held: Mapping[str, int]) -> dict[str, Any]:
    """Return a table as it is laid out: each policy under a letter, so that a cell need not be read by its colour."""
    signs = {each.policy.name: sign for sign, each in zip(SIGNS, occasions, strict=False)}
    ladders = ladders_of(occasions)
    listed = [
        {
            "sign": signs[each.policy.name],
            "name": _named(each.policy.name, language),
            "levels": sorted(each.levels),
            "events": [_event(event, codes, language) for event in each.events],
            "each": [(_duty(duty, language), held.get(duty, 0)) for duty in each.policy.each],
            "any": [(_duty(duty, language), held.get(duty, 0)) for duty in each.policy.any],
            "ladder": ladders.index(each.policy.rungs),
        }
        for each in occasions
    ]
    return {
        "policies": listed,
        "grids": [_grid(each, signs, codes, language) for each in grids(occasions)],
        "ladders": [_ladder(at, rungs, listed) for at, rungs in enumerate(ladders)],
    }


def _grid(grid: Grid, signs: Mapping[str, str], codes: Codes, language: str) -> dict[str, Any]:
    def cell(span: Span) -> dict[str, Any]:
        name = span.policy.name if span.policy else ""
        return {
            "since": span.since,
            "until": span.until,
            "sign": signs.get(name, ""),
            "name": _named(name, language) if name else "",
        }

    rows = [(level, [cell(each) for each in spans(row)], _windows(row, signs)) for level, row in grid.rows.items()]
    return {"events": [_event(event, codes, language) for event in grid.events], "rows": rows}


def _windows(row: Row, signs: Mapping[str, str]) -> Sequence[tuple[str, int, int]]:
    """Return when somebody is called, in words to be: hours before and after midnight are one stretch."""
    found = [_window(each, each.policy, signs) for each in spans(row) if each.policy is not None]
    if len(found) > 1 and row[0] is not None and row[0] == row[-1]:
        (sign, since, _), (_, _, until) = found[-1], found[0]
        found = [*found[1:-1], (sign, since, until)]
    return found


def _window(span: Span, policy: Policy, signs: Mapping[str, str]) -> tuple[str, int, int]:
    return signs[policy.name], span.since, span.until


def _ladder(at: int, rungs: Sequence[Rung], listed: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    times = since_issue(rungs)
    steps = [
        {
            "after": rung.after // SECOND,
            "what": "door" if rung.does is Does.DOOR else f"{rung.does} {rung.whom}",
            "at": f"{passed // MINUTE}:{passed % MINUTE // SECOND:02}",
        }
        for rung, passed in zip(rungs, times, strict=True)
    ]
    return {"at": at, "signs": [each["sign"] for each in listed if each["ladder"] == at], "steps": steps}


def _named(name: str, language: str) -> str:
    """Return what a policy is called: the house's are said in the visitor's language, an area's as it wrote them."""
    return label("calling policy", name, language) if name in LABELS["calling policy"] else name


def _duty(duty: str, language: str) -> str:
    return label("duty", duty, language) if duty in LABELS["duty"] else duty


def _event(event: str, codes: Codes, language: str) -> str:
    kind = codes.events.get(event) or codes.events.get(event + GROUP)
    return kind.name(language) if kind else event


def _day(at: int) -> str:
    return f"{moment(at, BEIJING):%Y-%m-%d %H:%M}"
