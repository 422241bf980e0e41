"""One thing entered by hand: read, compared and written as one row of a file would be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from audiences.entering.errors import AlreadyEntered, EntryRefused, Fault
from audiences.entering.forms import CALLED, Form
from audiences.importing.errors import Refused
from audiences.importing.kind import Kind
from audiences.importing.parsing import BadCell, value_of
from audiences.importing.report import shown
from audiences.importing.slices import compare
from audiences.stores.intake.registers.base import Entry, Intake
from audiences.stores.intake.registers.origins import ids_in, origin_of
from audiences.stores.intake.staging import StagedRow
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.events import NewsDesk
from ground.ids import new_id
from ground.transaction import Transaction

CONSOLE = "console"  # the source of what no office's file has brought
Cells = Mapping[str, str]  # field by field, as text; empty: nothing is there


@dataclass(frozen=True, slots=True)
class Origin:
    """What a thing is known by outside; without an id of its own it gets one."""

    source: str = CONSOLE
    external_id: str = field(default_factory=new_id)


async def enter(
    tx: Transaction, actor: Actor, desk: NewsDesk, form: Form, cells: Cells, origin: Origin, *, at: int
) -> int:
    """Enter what is not known yet, or is gone, and return its id."""
    actor.require(Role.ADMIN)
    known = await ids_in(tx, actor, form.table, origin.source, [origin.external_id])
    if known:
        raise AlreadyEntered(what=form.what, source=origin.source)
    named = {**cells, CALLED: origin.external_id}
    await _write(tx, actor, form, named, origin, Intake(origin.source, at, desk))
    made = await ids_in(tx, actor, form.table, origin.source, [origin.external_id])
    await record_deed(tx, actor, f"{form.what}.entered", f"{form.what}:{made[origin.external_id]}", at)
    return made[origin.external_id]


async def change(
    tx: Transaction, actor: Actor, desk: NewsDesk, form: Form, cells: Cells, thing: int, *, at: int
) -> bool:
    """Change the given fields of what is known, under the name its source gave it; return whether anything differs."""
    actor.require(Role.ADMIN)
    found = await origin_of(tx, actor, form.table, thing)
    if found is None:
        raise form.unknown(**{form.what: thing})
    changed = await _write(tx, actor, form, cells, Origin(*found), Intake(found[0], at, desk))
    if changed:
        await record_deed(tx, actor, f"{form.what}.changed", f"{form.what}:{thing}", at, fields=sorted(cells))
    return changed


async def _write(tx: Transaction, actor: Actor, form: Form, cells: Cells, origin: Origin, intake: Intake) -> bool:
    """Write the fields kind by kind; return whether anything is new."""
    news: list[Entry] = []
    for kind, row in _read(form, cells, origin):
        compared = await compare(tx, actor, kind, [row], intake)
        _refuse(compared.bad)
        await kind.register.write(tx, actor, intake, compared.news)
        news += compared.news
    return bool(news)


def _read(form: Form, cells: Cells, origin: Origin) -> Sequence[tuple[Kind, StagedRow]]:
    """Return a row for the first kind, and for each other one that any field belongs to."""
    read: list[tuple[Kind, StagedRow]] = []
    bad: list[BadCell] = []
    for kind in form.kinds:
        values = _values(kind, cells, bad)
        if values or not read:
            read.append((kind, StagedRow(1, origin.external_id, values)))
    _refuse(bad)
    return read


def _values(kind: Kind, cells: Cells, bad: list[BadCell]) -> Mapping[str, Any]:
    """Read the fields of one kind; those that cannot be read are added to `bad`."""
    values: dict[str, Any] = {}
    for column in kind.columns:
        if column.name not in cells:
            continue
        try:
            values[column.name] = value_of(column, cells[column.name].strip())
        except Refused as error:
            bad.append(BadCell(1, column.name, shown(column, cells[column.name]), error))
    return values


def _refuse(bad: Sequence[BadCell]) -> None:
    if bad:
        faults = [Fault(each.column or CALLED, each.value, each.error.reason, each.error.advised) for each in bad]
        raise EntryRefused(faults)
