"""What the door's page shows: people by group, row and name with how they stand; to a stranger the bare code."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.house import House
from app.pages.poster import drawn
from app.pages.shelter.guard import Keeper
from bot.cases.door_code import spelled
from bot.cases.evacuation import AddedKind
from bot.evacuation import desk as doors
from bot.evacuation.desk import AT_MOST, PATH
from bot.stores.evacuation.expecting import Expected
from ground.ids import new_id
from ground.transaction import Transaction

Shown = Mapping[str, Any]


async def door(
    tx: Transaction,
    keeper: Keeper,
    found: Sequence[Expected],
    *,
    name: str = "",
    code: str = "",
    done: Sequence[Expected] = (),
    did: str = "here",
) -> Shown:
    """Return the whole page of a keeper. Each form has a key of its own: tapped twice, it says one thing."""
    groups = await doors.groups_coming(tx, keeper.desk) if name.strip() else []
    return {
        "shelter": keeper.desk.name,
        "drill": keeper.desk.drill,
        "name": name.strip()[:40],
        "code": spelled(code) if code else "",
        "asked": bool(name.strip() or code),
        "rows": [_row(each) for each in found[:AT_MOST]],
        "more": len(found) > AT_MOST,
        "all_key": new_id(),
        "add_key": new_id(),
        "kinds": list(AddedKind),
        "groups": groups,
        "done": [each.line.name or "" for each in done],
        "did": did,
    }


def shown_code(house: House, code: str) -> Shown:
    """Return the page that a household opens from its order: the code, drawn, and nothing that says whose it is."""
    return {"drawn": drawn(link(house.public_url, code)), "code": spelled(code)}


def link(public_url: str, code: str) -> str:
    return f"{public_url.rstrip('/')}{PATH}{code}"


def _row(each: Expected) -> Shown:
    line = each.line
    return {
        "line": line.id,
        "place": each.place,
        "number": line.number,
        "name": line.name or "",
        "state": line.state.value,
        "verified": line.verified,
        "here": each.here,
        "here_key": new_id(),
        "back_key": new_id(),
    }
