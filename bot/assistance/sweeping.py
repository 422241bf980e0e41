"""What is due: a notice that has hung its days, an objection that nobody heard, an appeal that nobody made."""

from bot.assistance.desk import ASSISTANCE, AssistanceDesk
from bot.assistance.handling import handle, of_hub
from bot.assistance.telling import tell_office
from bot.cases.assistance import Act, Stage
from bot.cases.assistance_values import Application, Deadline, Wait
from bot.cases.relief import Level
from bot.stores.assistance import appeals, applications, deadlines, objections
from ground import apart
from ground.clock import Clock
from ground.transaction import Database, Transaction

IN_ONE_SWEEP = 50


async def sweep(desk: AssistanceDesk, database: Database, clock: Clock) -> int:
    """Do what is due, each in a transaction of its own; return how many there were."""
    now = clock.now()
    async with database.reading() as tx:
        passed = await deadlines.due(tx, ASSISTANCE, now, IN_ONE_SWEEP)

    async def meet_one(deadline: Deadline) -> int:
        async with database.writing() as tx:
            await meet(desk, tx, deadline, now)
        return 1

    return (await apart.each(passed, meet_one)).done


async def meet(desk: AssistanceDesk, tx: Transaction, deadline: Deadline, now: int) -> None:
    """Do what one deadline brings; nothing if it was met meanwhile."""
    await applications.lock(tx, ASSISTANCE, deadline.application)
    if not await deadlines.raise_one(tx, ASSISTANCE, deadline.id, now):
        return
    application = await applications.load(tx, ASSISTANCE, deadline.application)
    match deadline.wait:
        case Wait.NOTICE:
            await _end_notice(desk, tx, application, deadline.due_at, now)
        case Wait.HEARING:
            for level in (Level.TOWNSHIP, Level.COUNTY):
                await tell_office(desk, tx, application, level, "not_heard", now)
        case Wait.APPEAL:
            await _end_appeal(desk, tx, application, deadline.due_at, now)


async def _end_notice(desk: AssistanceDesk, tx: Transaction, application: Application, at: int, now: int) -> None:
    if application.stage is Stage.PUBLIC_NOTICE:
        objected = await objections.count_open(tx, ASSISTANCE, application.id) > 0
        act = Act.OPEN_HEARING if objected else Act.OPEN_REVIEW
        await handle(desk, tx, ASSISTANCE, application, of_hub(act, at, now))


async def _end_appeal(desk: AssistanceDesk, tx: Transaction, application: Application, at: int, now: int) -> None:
    """A refusal becomes final; what was granted stays to be paid."""
    if application.stage is Stage.REFUSED:
        await handle(desk, tx, ASSISTANCE, application, of_hub(Act.LAPSE, at, now))
    elif application.stage in {Stage.GRANTED, Stage.PAID}:
        await appeals.answer(tx, ASSISTANCE, application.id, Act.LAPSE)
