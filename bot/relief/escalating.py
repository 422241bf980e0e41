"""What nobody accepted in time goes one level up, and is told there; a first report that is late is raised."""

from bot.cases.relief import Act, Level, Side, State, above
from bot.cases.relief_values import Deed, Request
from bot.lines import Line, Spoken
from bot.relief.describing import place_of
from bot.relief.desk import CASE, RELIEF, ReliefDesk, Turn, first_turn
from bot.relief.filing import centre_of, hand_to
from bot.relief.telling import tell_office, why
from bot.stores.relief import deadlines, reports, requests, steps
from bot.stores.relief.deadlines import Deadline
from bot.stores.relief.reports import Report
from bot.telling import News, Told
from broadcast.notices import Lane
from ground import apart
from ground.clock import Clock
from ground.transaction import Database, Transaction

IN_ONE_SWEEP = 50


async def sweep(desk: ReliefDesk, database: Database, clock: Clock) -> int:
    """Raise what is due, each in a transaction of its own; return how many there were."""
    now = clock.now()
    async with database.reading() as tx:
        late = await deadlines.due(tx, RELIEF, now, IN_ONE_SWEEP)
        owed = await reports.overdue(tx, RELIEF, now, IN_ONE_SWEEP)

    async def escalate(deadline: Deadline) -> int:
        async with database.writing() as tx:
            await _escalate(desk, tx, deadline, now)
        return 1

    async def raise_report(report: Report) -> int:
        async with database.writing() as tx:
            await _raise_report(desk, tx, report, now)
        return 1

    return (await apart.each(late, escalate)).done + (await apart.each(owed, raise_report)).done


async def _escalate(desk: ReliefDesk, tx: Transaction, deadline: Deadline, now: int) -> None:
    """Hand a request that nobody accepted to the next office up; at the top it is said once more."""
    if not await deadlines.raise_one(tx, RELIEF, deadline.id, now):
        return
    request = await requests.load(tx, RELIEF, deadline.request)
    if request.state is not State.SUBMITTED:
        return
    turn = await _next_turn(tx, request)
    if turn is None:
        await _say_again(desk, tx, request, now)
        return
    up = Deed(Act.ESCALATE, now, now, side=Side.HUB, level=turn.level, office=turn.office.organisation)
    raised = await steps.take(tx, RELIEF, request.id, up)
    await hand_to(desk, tx, raised, now, why("not_accepted"))
    facts = {"request": request.id, "from": request.level.value, "to": turn.level.value}
    await desk.news.tell(tx, "relief.escalated", request.public_id, now, **facts)


async def _raise_report(desk: ReliefDesk, tx: Transaction, report: Report, now: int) -> None:
    """Say to the township and to the command centre that a first report is late."""
    if not await reports.raise_one(tx, RELIEF, report.id, now):
        return
    turn = await first_turn(tx, report.area, Level.TOWNSHIP)
    people = [*(turn.office.members if turn else ()), *await centre_of(tx, report.area)]
    place = await place_of(tx, report.area)
    line = Line("report_overdue", {"place": place, "hazard": report.hazard, "opened_at": report.opened_at})
    told = [Told(people, [Spoken(CASE, line)])]
    await desk.teller.tell(tx, News(f"relief_report:{report.public_id}", Lane.NORMAL, told, report.area), now)
    await desk.news.tell(tx, "relief_report.overdue", report.public_id, now, area=report.area)


async def _next_turn(tx: Transaction, request: Request) -> Turn | None:
    higher = above(request.level)
    return None if higher is None else await first_turn(tx, request.area, higher)


async def _say_again(desk: ReliefDesk, tx: Transaction, request: Request, now: int) -> None:
    turn = await first_turn(tx, request.area, request.level)
    if turn is not None:
        await tell_office(desk, tx, request, turn.office.members, why("not_accepted", twins=[]), now)
