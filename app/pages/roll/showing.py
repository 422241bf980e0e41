"""The roll as the page's script reads it: household by household, with what others said where reports disagree."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.pages.roll.guard import Caller
from bot.evacuation.calling import Door, doors
from bot.evacuation.ordering import MARSHAL
from bot.stores.evacuation import history, missing, roll
from bot.stores.evacuation.history import Told
from bot.stores.evacuation.roll import Home, Line
from ground.transaction import Transaction

SHOWN_SAID: Final = 4  # of what was said of somebody, the newest
Shown = dict[str, Any]


async def roll_shown(tx: Transaction, caller: Caller) -> Shown:
    """Return the whole roll of a caller; a constant number of statements, however many people."""
    charge = caller.charge
    if not charge.order.open:  # what the phone still has is taken, but nobody's name leaves the house any more
        return {"order": charge.order.id, "place": charge.place, "closed": True, "drill": charge.order.drill}
    lines = await charge.lines(tx)
    ids = [line.household for line in lines if line.household]
    homes = {each.household: each for each in await roll.homes(tx, MARSHAL, charge.order.key, ids)}
    phones = await missing.phones_of_lines(tx, charge.actor, [line.id for line in lines]) if charge.proven else {}
    told = await history.of_lines(tx, charge.actor, [line.id for line in lines if line.conflict or line.to_check])
    rows = {line.id: _line(line, phones, told, f"person:{charge.person}") for line in lines}
    return {
        "order": charge.order.id,
        "kind": charge.order.kind.value,
        "drill": charge.order.drill,
        "place": charge.place,
        "proven": charge.proven,
        "closed": False,
        "at": caller.now,
        "shelters": [{"id": key, "name": name} for key, name in (await shelters_of(tx, caller)).items()],
        "homes": [_home(door, homes.get(door.key), rows) for door in doors(lines)],
    }


async def shelters_of(tx: Transaction, caller: Caller) -> Mapping[int, str]:
    """Return the shelters that people may have gone to, by name: the order's, then others of the township."""
    return dict(await caller.charge.shelters(tx))


def _home(door: Door, home: Home | None, rows: Mapping[int, Shown]) -> Shown:
    return {
        "key": door.key,
        "assembly": (home.assembly_point if home else "") or "",
        "shelter": home.shelter if home else None,
        "route": (home.route if home else "") or "",
        "rows": [rows[line.id] for line in door.lines],
    }


def _line(line: Line, phones: Mapping[int, Sequence[str]], told: Mapping[int, Sequence[Told]], me: str) -> Shown:
    return {
        "line": line.id,
        "number": line.number,
        "name": line.name or "",
        "needs": [code for code in line.needs if code != "away"],
        "added": line.added or "",
        "phones": list(phones.get(line.id, ())),
        "state": line.state.value,
        "missing": line.missing,
        "verified": line.verified,
        "conflict": line.conflict,
        "at": line.happened_at,
        "said": [
            {"state": each.state, "at": each.happened_at, "mine": each.by == me, "sure": each.verified}
            for each in told.get(line.id, ())[-SHOWN_SAID:]
        ],
    }
