"""What people are told of an evacuation: lines of the conversation `evacuation`, with the choices they offer."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.cases.evacuation import OrderKind
from bot.lines import Line
from bot.stores.evacuation.alarms import Alarm
from bot.stores.evacuation.missing import Reached
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.roll import Group, Home
from bot.stores.evacuation.roll import Line as Row
from bot.stores.evacuation.shelters import Shelter
from broadcast.content.message import Choice
from templates.catalogues import SOURCE
from templates.labels import label

SPOKEN: Final = "evacuation"
ANSWERS: Final = ("safe", "need_help")
CARRIED: Final = frozenset({"needs_vehicle", "cannot_walk", "power_dependent"})
"""Whoever has one of these is fetched."""


def sound_line(order: Order, place: str) -> Line:
    return Line("sound", {"kind": order.kind.value, "place": place})


def order_line(
    order: Order, place: str, home: Home, lines: Sequence[Row], answering: Sequence[Reached], code: str = ""
) -> Line:
    """Return what a household is told: what is ordered, whither, by which way, and who answers for it."""
    values = {
        "kind": order.kind.value,
        "place": place,
        "assembly": home.assembly_point or "",
        "route": home.route or "",
        "shelter": home.shelter_name or "",
        "who": contact(answering),
        "code": code,
        "fetched": any(CARRIED.intersection(line.needs) for line in lines),
    }
    return Line("order", values, named("answer", *ANSWERS))


def charge_line(
    order: Order, place: str, homes: Sequence[Mapping[str, object]], households: int, people: int, sheet: str
) -> Line:
    """Return what whoever answers for households is told: which, with how many people and what they need."""
    counts = {"households": households, "people": people}
    values = {"kind": order.kind.value, "place": place, "homes": homes, "sheet": sheet} | counts
    return Line("charge", values, named("roll", "start"))


def committee_line(order: Order, place: str, groups: Sequence[Group], sheet: str) -> Line:
    """Return what the village committee is told: how many are to move, and where the sheets of all groups are."""
    values = {
        "kind": order.kind.value,
        "place": place,
        "groups": len(groups),
        "households": sum(each.households for each in groups),
        "people": sum(each.people for each in groups),
        "sheet": sheet,
    }
    return Line("committee", values, named("roll", "start"))


def alarm_line(alarm: Alarm, place: str, missing: int, row: Row | None, shelter: Shelter | None) -> Line:
    """Return what those above are told to deal with."""
    values = {
        "kind": alarm.kind.value,
        "place": place,
        "missing": missing,
        "name": (row.name if row else "") or "",
        "number": row.number if row else 0,
        "state": row.state.value if row else "unknown",
        "times": row.refusals if row else 0,
        "shelter": shelter.name if shelter else "",
        "expected": shelter.expected if shelter else 0,
        "at": alarm.due_at,
    }
    return Line("alarm", values)


def contact(answering: Sequence[Reached]) -> str:
    """Return the first who can be rung up, by name and number."""
    for each in answering:
        if each.phones:
            return f"{each.name or ''} {each.phones[0]}".strip()
    return next((each.name for each in answering if each.name), "")


def named(kind: str, *keys: str) -> tuple[Choice, ...]:
    """Return choices by their source words: each reader sees them in the own language."""
    return tuple(Choice(key, label(kind, key, SOURCE)) for key in keys)


def choices(kind: str, names: Sequence[str], language: str) -> tuple[Choice, ...]:
    return tuple(Choice(name, label(kind, name, language)) for name in names)


def is_urgent(kind: OrderKind) -> bool:
    return kind is not OrderKind.PREPARE
