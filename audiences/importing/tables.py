"""A month's table as a whole: shifts that overlap, two landlines for one room, and which months it speaks of."""

from collections.abc import Callable, Sequence
from typing import Final

from audiences.importing.errors import Overlaps, OverlapsKept, PhoneDiffers, Refused
from audiences.importing.kind import WholeFaults
from audiences.stores.intake import rosters, staging
from audiences.stores.intake.registers.shifts import Named
from audiences.stores.intake.rosters import Clash
from audiences.stores.intake.staging import Run
from ground.actor import Actor
from ground.transaction import Database, Transaction

SLICE: Final = 2_000


async def check_tables(database: Database, run: Run) -> WholeFaults:
    """Refuse, slice by slice, rows that do not go together with an earlier one or with what another source keeps."""
    faults: list[tuple[int, str, str, Refused]] = []
    for look in (rosters.other_phones, rosters.overlapping, rosters.overlapping_kept):
        while found := await _next(database, run, look):
            faults += [_fault(each) for each in found]
            async with database.writing() as tx:
                await staging.mark_faulty(tx, run.actor, run, [each.line for each in found])
    return faults


async def speaks_of(tx: Transaction, actor: Actor, run: Run) -> Callable[[str], bool]:
    """Return what says of a shift whether the file has its room's table of that month: only there it can be gone."""
    months = await rosters.months(tx, actor, run)
    return lambda external_id: Named.read(external_id).month in months


async def _next(
    database: Database, run: Run, look: "Callable[[Transaction, Actor, Run, int], rosters.Found]"
) -> Sequence[Clash]:
    async with database.reading() as tx:
        return await look(tx, run.actor, run, SLICE)


def _fault(clash: Clash) -> tuple[int, str, str, Refused]:
    match clash.what:
        case "phone":
            return clash.line, "room_phone", "", PhoneDiffers(first=clash.first)
        case "kept":
            return clash.line, "shift", clash.value, OverlapsKept(source=clash.source)
        case _:
            return clash.line, "shift", clash.value, Overlaps(first=clash.first)
