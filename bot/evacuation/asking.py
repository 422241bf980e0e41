"""The questions of a roll call: at the door, of one person, why they refuse, who was found."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.cases.evacuation import AddedKind
from bot.conversing import Room
from bot.evacuation.calling import door_of, shown, totals
from bot.evacuation.charge import Charge
from bot.evacuation.door_steps import AT_DOOR, ELSEWHERE, untold
from bot.evacuation.noting import STATES
from bot.evacuation.wording import choices
from bot.lines import Line
from bot.stores.evacuation import roll
from bot.stores.evacuation.roll import Line as Row
from broadcast.content.message import Choice

PLAIN: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "refusal": ("roll", ("skip",)),
    "add_name": ("roll", ()),
    "add_kind": ("added", tuple(AddedKind)),
    "add_state": ("person state", STATES),
}


async def question(room: Room, charge: Charge, step: str, facts: Mapping[str, Any]) -> Line:
    """Return what is asked at a step."""
    rows = await charge.lines(room.tx)
    if step == "home":
        return await _at_door(room, charge, facts, rows)
    if step == "person":
        row = next((each for each in rows if each.id == facts.get("line")), None)
        states, other = choices("person state", STATES, room.language), await _elsewhere(room, charge, None)
        return Line("person", dict(shown(row)) if row else {}, (*states, *other))
    if step == "shelter":
        places = await charge.shelters(room.tx)
        return Line("shelter", {}, tuple(Choice(str(site), name) for site, name in places))
    if step == "rest":
        rest = untold(rows)
        values = {"people": len(rest), "rows": [shown(row) for row in rest[:12]]}
        return Line("rest", values, choices("roll", ("yes", "no"), room.language))
    kind, names = PLAIN[step]
    return Line(step, {"name": facts.get("name", "")}, choices(kind, names, room.language))


async def _at_door(room: Room, charge: Charge, facts: Mapping[str, Any], rows: Sequence[Row]) -> Line:
    door = door_of(rows, facts["home"])
    lines = door.lines if door else ()
    homes = await roll.homes(room.tx, charge.actor, charge.order.key, [facts["home"]] if facts["home"] > 0 else [])
    home = homes[0] if homes else None
    values: dict[str, Any] = {
        "place": charge.place,
        "name": next((row.name for row in lines if row.name), "") or "",
        "rows": [shown(row) for row in lines],
        "assembly": (home.assembly_point if home else "") or "",
        "shelter": (home.shelter_name if home else "") or "",
    }
    other = await _elsewhere(room, charge, home.shelter if home else None)
    return Line("home", values | totals(rows), (*choices("roll", AT_DOOR, room.language), *other))


async def _elsewhere(room: Room, charge: Charge, own: int | None) -> tuple[Choice, ...]:
    """Offer another shelter where there is one."""
    others = [site for site, _ in await charge.shelters(room.tx) if site != own]
    return choices("roll", (ELSEWHERE,), room.language) if others else ()


def which(found: Sequence[Charge]) -> Line:
    return Line("which", {}, tuple(Choice(key_of(each), each.place) for each in found))


def key_of(charge: Charge) -> str:
    return f"{charge.order.key}:{charge.area}"
