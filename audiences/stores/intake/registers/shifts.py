"""The register of shifts: one that has begun is closed where another takes over, one still to come is rewritten."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, bindparam, case, exists, func, select, update

from audiences.rosters.hours import Hours, read_hours
from audiences.stores.intake.registers.base import Entry, Intake, Known
from audiences.stores.rosters import rooms
from audiences.stores.scope import within
from audiences.stores.tables import organisation_addresses, organisations, shifts
from ground.actor import Actor, Role
from ground.bulk import among, insert_rows
from ground.clock import DAY
from ground.transaction import Transaction

_JOINED = shifts.join(organisations, organisations.c.id == shifts.c.organisation_id)
LONGEST = 2 * DAY  # no shift lasts so long: what ended before that touches none that runs


class Named(NamedTuple):
    """What the id of a shift says: the room as its source calls it, the role, the day, the hours."""

    room: str
    role: str
    day: date
    hours: Hours

    @classmethod
    def read(cls, external_id: str) -> "Named":
        room, role, day, hours = external_id.rsplit("/", 3)
        found = read_hours(hours, {})
        if found is None:
            raise ValueError(external_id)
        return cls(room, role, date.fromisoformat(day), found)

    @property
    def month(self) -> tuple[str, str]:
        """The room's table of a month."""
        return self.room, f"{self.day:%Y-%m}"


class ShiftRegister:
    """Shifts by room, role, day and hours. The landline stands beside each row, and is the room's."""

    tables = (shifts, organisation_addresses)

    async def known(
        self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]
    ) -> Mapping[str, Known]:
        mine = within(actor, organisations.c.area_id).label("mine")
        chosen = (shifts.c.source == intake.source) & among(tx, shifts.c.external_id, external_ids)
        rows = await tx.rows(select(shifts, mine).select_from(_JOINED).where(chosen))
        numbers = await rooms.phones(tx, actor, sorted({row.organisation_id for row in rows}))
        return {row.external_id: Known(row.id, bool(row.mine), _kept(row, numbers)) for row in rows}

    async def write(self, tx: Transaction, actor: Actor, intake: Intake, entries: Sequence[Entry]) -> None:
        actor.require(Role.ADMIN)
        numbers = {
            entry.values["organisation_id"]: entry.values["room_phone"]
            for entry in entries
            if "room_phone" in entry.values
        }
        await rooms.set_phones(tx, actor, numbers, source=intake.source, at=intake.at)
        moved = [entry for entry in entries if _is_another(entry)]
        begun = [entry for entry in moved if entry.known and entry.known.values["from_at"] <= intake.at]
        ahead = [entry for entry in moved if entry.known and entry.known.values["from_at"] > intake.at]
        await _rewrite(tx, ahead)
        await _close(tx, [entry.known.id for entry in begun if entry.known], intake.at)
        fresh = [_row(entry, intake.source) for entry in moved if entry.new or entry in begun]
        await insert_rows(tx, shifts, await _after_what_was(tx, fresh, intake.at))

    async def listed(self, tx: Transaction, actor: Actor, intake: Intake, *, after: str, limit: int) -> Sequence[str]:
        """Return what is not over: a file of this month says nothing of shifts that were."""
        current = shifts.c.gone_at.is_(None) & (shifts.c.until_at > intake.at)
        mine = (shifts.c.source == intake.source) & current & within(actor, organisations.c.area_id)
        page = select(shifts.c.external_id).select_from(_JOINED).where(mine, shifts.c.external_id > after)
        return await tx.values(page.order_by(shifts.c.external_id).limit(limit))

    async def retire(self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]) -> None:
        """Take off shifts that are still to come, and close those that have begun."""
        actor.require(Role.ADMIN)
        called = (shifts.c.source == intake.source) & among(tx, shifts.c.external_id, external_ids)
        chosen = select(shifts.c.id).select_from(_JOINED).where(called, within(actor, organisations.c.area_id))
        ids = list(await tx.values(chosen))
        ahead = among(tx, shifts.c.id, ids) & (shifts.c.from_at > intake.at)
        await tx.execute(update(shifts).where(ahead).values(gone_at=intake.at))
        await _close(tx, ids, intake.at)
        await _take_over(tx, ids, intake.at)


def _kept(row: Row[Any], numbers: Mapping[int, tuple[int, str]]) -> dict[str, Any]:
    number = numbers.get(row.organisation_id, (0, ""))[1]
    names = ("organisation_id", "person_id", "backup_id", "from_at", "gone_at")
    return {name: getattr(row, name) for name in names} | {"room_phone": number}


def _is_another(entry: Entry) -> bool:
    return any(map(entry.says_otherwise, ("person_id", "backup_id", "gone_at", "organisation_id")))


async def _rewrite(tx: Transaction, entries: Sequence[Entry]) -> None:
    rows = [
        {
            "shift": entry.known.id,
            "who": entry.values["person_id"],
            "instead": entry.values.get("backup_id", entry.known.values["backup_id"]),
        }
        for entry in entries
        if entry.known
    ]
    if rows:
        values: dict[str, Any] = {"person_id": bindparam("who"), "backup_id": bindparam("instead"), "gone_at": None}
        await tx.execute(update(shifts).where(shifts.c.id == bindparam("shift")).values(values), rows)


async def _close(tx: Transaction, ids: Sequence[int], at: int) -> None:
    """Close those of the shifts that have begun: one that runs ends now, of one that is over another word holds."""
    begun = among(tx, shifts.c.id, ids) & (shifts.c.from_at <= at)
    over = shifts.c.until_at <= at
    ended = {
        "until_at": case((over, shifts.c.until_at), else_=at),
        "gone_at": func.coalesce(shifts.c.gone_at, case((over, at))),
    }
    await tx.execute(update(shifts).where(begun).values(external_id=None, **ended))


async def _take_over(tx: Transaction, ids: Sequence[int], at: int) -> None:
    """Let the shift that was written in the place of one that is now closed begin where that one ended."""
    closed = shifts.alias("closed")
    before = and_(
        among(tx, closed.c.id, ids),
        closed.c.until_at == at,
        closed.c.organisation_id == shifts.c.organisation_id,
        closed.c.role == shifts.c.role,
    )
    running = and_(shifts.c.external_id.is_not(None), shifts.c.from_at < at, shifts.c.until_at > at)
    await tx.execute(update(shifts).where(running, exists().where(before)).values(from_at=at))


async def _after_what_was(tx: Transaction, rows: Sequence[dict[str, Any]], at: int) -> Sequence[dict[str, Any]]:
    """Let a shift that should be running begin where the one that was closed in its place ended."""
    running = [row for row in rows if row["from_at"] <= at < row["until_at"]]
    if not running:
        return rows
    offices = among(tx, shifts.c.organisation_id, sorted({row["organisation_id"] for row in running}))
    closed = and_(shifts.c.external_id.is_(None), shifts.c.gone_at.is_(None), shifts.c.until_at <= at)
    until: dict[tuple[int, str], int] = {}
    recent = select(shifts).where(offices, closed, shifts.c.until_at > at - LONGEST)
    for ended in await tx.rows(recent):
        place = (ended.organisation_id, ended.role)
        until[place] = max(until.get(place, 0), ended.until_at)
    for row in running:
        row["from_at"] = max(row["from_at"], until.get((row["organisation_id"], row["role"]), 0))
    return rows


def _row(entry: Entry, source: str) -> dict[str, Any]:
    named = Named.read(entry.external_id)
    since, until = named.hours.on(named.day)
    kept = entry.known.values if entry.known else {}
    return {
        "source": source,
        "external_id": entry.external_id,
        "organisation_id": entry.values["organisation_id"],
        "role": named.role,
        "person_id": entry.values["person_id"],
        "backup_id": entry.values.get("backup_id", kept.get("backup_id")),
        "from_at": since,
        "until_at": until,
    }
