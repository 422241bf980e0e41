"""At issue of a grave warning: whoever lives in its danger zones and is not reached for sure becomes a door task."""

from functools import partial

from bot.cases.door_task import Kind, Reason, Task
from bot.doors.opening import DOORS, Doorkeeper, keep, resolve
from bot.stores.doors import moving, runs
from bot.stores.doors.runs import BEGINNING, ENDING, LOOKING, Home, Run
from broadcast.stores import alerts
from ground import apart
from ground.transaction import Transaction

HOMES_AT_ONCE = 100
DOORS_AT_ONCE = 200
SLICES_AT_ONCE = 500


async def look(keeper: Doorkeeper) -> int:
    """Take every look as far as it comes, and close what is over; return how many slices were worked on."""
    async with keeper.database.reading() as tx:
        waiting = [*await runs.at_stage(tx, DOORS, ENDING), *await runs.at_stage(tx, DOORS, LOOKING)]
    return (await apart.each(waiting, partial(_work_on, keeper))).done


async def _work_on(keeper: Doorkeeper, run: Run) -> int:
    raised = 0
    while run.stage == LOOKING and run.cursor == BEGINNING and await _raise(keeper, run):
        raised += 1
    step = _end if run.stage == ENDING else _look
    for slices in range(SLICES_AT_ONCE):
        if not await step(keeper, run.id):
            return raised + slices
    return raised + SLICES_AT_ONCE


async def _raise(keeper: Doorkeeper, run: Run) -> bool:
    """Let one slice of the doors that stand open show how grave the warning has become; False if all do."""
    async with keeper.database.reading() as tx:
        chain = [each.id for each in await alerts.chain(tx, DOORS, run.alert)]
        found = await moving.less_grave(tx, DOORS, chain, run.level, DOORS_AT_ONCE, drill=run.drill)
    if not found:
        return False
    async with keeper.database.writing() as tx:
        await moving.raise_level(tx, DOORS, found, run.level)
    return True


async def _look(keeper: Doorkeeper, run_id: int) -> bool:
    """Look at one slice without holding the writer, then open its doors; False once there is nothing to do for now."""
    now = keeper.clock.now()
    async with keeper.database.reading() as tx:
        run = next((each for each in await runs.at_stage(tx, DOORS, LOOKING) if each.id == run_id), None)
        if run is None or not await runs.ready(tx, DOORS, run):
            return False
        homes = await runs.next_homes(tx, DOORS, run, HOMES_AT_ONCE, now)
        resolved = await resolve(tx, [_task(run, home) for home in homes if home.frail or not home.reached])
    async with keeper.database.writing() as tx:
        if run.round > 1 and await moving.end(tx, DOORS, run_id, now, DOORS_AT_ONCE, but=run.origin):
            return True  # what stood open from before it was over
        held = await runs.hold(tx, DOORS, run_id)
        if held != run:  # another worker was faster, or the warning was updated or ended meanwhile
            return held is not None and held.stage == LOOKING
        await keep(tx, resolved, now)
        await runs.reached(tx, DOORS, run, homes[-1] if homes else None, len(resolved.wished))
    return bool(homes)


def _task(run: Run, home: Home) -> Task:
    return Task(
        kind=Kind.UNREACHED,
        origin=run.origin,
        reason=Reason.SPECIAL_NEEDS if home.reached else Reason.NO_PROVEN_ADDRESS,
        household=home.household,
        level=run.level,
        drill=run.drill,
        alert=run.alert,
        run=run.id,
    )


async def _end(keeper: Doorkeeper, run_id: int) -> bool:
    """Close one slice of the doors of a warning that is over."""
    async with keeper.database.writing() as tx:
        held = await runs.hold(tx, DOORS, run_id)
        if held is None or held.stage != ENDING:
            return False
        return await _close(tx, run_id, keeper.clock.now())


async def _close(tx: Transaction, run_id: int, now: int) -> bool:
    if await moving.end(tx, DOORS, run_id, now, DOORS_AT_ONCE):
        return True
    await runs.over(tx, DOORS, run_id)
    return False
