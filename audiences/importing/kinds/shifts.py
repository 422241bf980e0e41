"""Shifts: a month's table of duty rooms (值班表), a row for each room, role, day and hours; times are Beijing time."""

import re
from datetime import date
from typing import Final

from audiences.importing import references
from audiences.importing.cells import phone, text
from audiences.importing.errors import NotADay, NotARole, NotHours
from audiences.importing.kind import Column, Kind
from audiences.importing.tables import check_tables, speaks_of
from audiences.rosters.hours import Hours, read_hours
from audiences.rosters.policy import roster_policy
from audiences.rosters.shift import ShiftRole
from audiences.stores.intake.registers.base import Values
from audiences.stores.intake.registers.shifts import ShiftRegister

_DAY: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_ROLES: Final = {"值班员": ShiftRole.DUTY_OFFICER, "带班领导": ShiftRole.LEADER_ON_DUTY}
_NO_PHONE: Final = frozenset({"-", "无", "none"})


def _day(cell: str) -> str:
    written = _DAY.fullmatch("".join(cell.split()))
    try:
        return date(*map(int, written.groups())).isoformat() if written else date.fromisoformat(cell).isoformat()
    except ValueError:
        raise NotADay from None


def _hours(cell: str) -> str:
    words = roster_policy().words
    hours = read_hours(cell, words)
    if hours is None:
        raise NotHours(words=", ".join(words))
    return str(hours)


def _from_and_until(values: Values) -> Values:
    hours: Hours | None = read_hours(values["shift"], {})
    since, until = hours.on(date.fromisoformat(values["date"])) if hours else (0, 0)
    return {"from_at": since, "until_at": until}


def _role(cell: str) -> str:
    role = _ROLES.get(cell)
    if role is None and cell not in set(ShiftRole):
        raise NotARole(known=", ".join([*_ROLES, *ShiftRole]))
    return (role or ShiftRole(cell)).value


def _landline(cell: str) -> str:
    """Read the room's number; a room that has none says so, for an empty cell may be one that was forgotten."""
    return "" if cell.lower() in _NO_PHONE else phone(cell)


SHIFTS = Kind(
    "shifts",
    columns=(
        Column("organisation", text(80), refers=references.organisation()),
        Column("role", _role),
        Column("date", _day),
        Column("shift", _hours),
        Column("person", text(80), personal=True, refers=references.person_in_reach("person_id")),
        Column(
            "backup",
            text(80),
            needed=False,
            filled=False,
            personal=True,
            refers=references.person_in_reach("backup_id"),
        ),
        Column("room_phone", _landline, needed=False),
    ),
    identity=("organisation", "role", "date", "shift"),
    register=ShiftRegister(),
    works_out=_from_and_until,
    check_whole=check_tables,
    speaks_of=speaks_of,
    replaces=True,
)
