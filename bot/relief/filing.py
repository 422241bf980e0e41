"""Filing: a request is written down, its deadlines are set, and whoever must know is told, all in one transaction."""

from dataclasses import replace

from audiences.stores import offices
from bot.cases.relief import OFFICES, ForWhom, Level
from bot.cases.relief_values import Draft, Request
from bot.relief.desk import RELIEF, ReliefDesk, first_turn
from bot.relief.telling import Why, tell_office, tell_reporter, why
from bot.stores.relief import deadlines, reports, requests, twins
from ground.actor import Actor
from ground.transaction import Transaction


async def file(desk: ReliefDesk, tx: Transaction, actor: Actor, draft: Draft, now: int) -> Request:
    """File a request and tell its office; the same turn or call that comes again changes nothing."""
    turn = await first_turn(tx, draft.area)
    placed = draft if turn is None else replace(draft, level=turn.level, office=turn.office.organisation)
    request, new = await requests.file(tx, actor, placed, now)
    if not new:
        return request
    await hand_to(desk, tx, request, now, why("urgent" if request.urgent else "new"))
    if request.for_whom is ForWhom.ENTERED:
        await tell_reporter(desk, tx, request, why("told_entered"), now)
    await _owe_first_report(desk, tx, request, now)
    facts = {"request": request.id, "area": request.area, "urgent": request.urgent, "drill": request.drill}
    await desk.news.tell(tx, "relief.filed", request.public_id, request.filed_at, **facts)
    return request


async def hand_to(desk: ReliefDesk, tx: Transaction, request: Request, now: int, because: Why) -> None:
    """Give the office its turn: until when it must have accepted, and the news; danger goes to the county at once, too.

    What may be another report of the same household is said along.
    """
    patience = desk.patience.to_accept(urgent=request.urgent)
    await deadlines.open_for(tx, RELIEF, request.id, request.level, now + patience, now)
    alike = [each.code for each in await twins.likely(tx, RELIEF, request.id)]
    await tell_office(desk, tx, request, await _people(tx, request), because.along(twins=alike), now)


async def become_urgent(desk: ReliefDesk, tx: Transaction, before: Request, request: Request, now: int) -> None:
    """Somebody is hurt or trapped after all: whoever has it and the command centre hear of it at once."""
    if request.urgent and not before.urgent:
        await tell_office(desk, tx, request, await _people(tx, request), why("urgent", twins=[]), now)


async def _people(tx: Transaction, request: Request) -> list[int]:
    """The office whose turn it is, and the command centre where somebody is in danger."""
    turn = await first_turn(tx, request.area, request.level)
    people = [] if turn is None else list(turn.office.members)
    return people + (await centre_of(tx, request.area) if request.urgent else [])


async def centre_of(tx: Transaction, area: int) -> list[int]:
    """Return the people of the command centre that answers for a place."""
    centre = await offices.nearest(tx, RELIEF, area, OFFICES[Level.COUNTY])
    return [] if centre is None else list(centre.members)


async def _owe_first_report(desk: ReliefDesk, tx: Transaction, request: Request, now: int) -> None:
    """The township (or, where there is none, the county) owes a first report on this event; a drill owes nothing."""
    turn = None if request.drill else await first_turn(tx, request.area, Level.TOWNSHIP)
    if turn is not None:
        await reports.owe(tx, RELIEF, turn.office.area, request, now, desk.patience)
