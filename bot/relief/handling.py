"""Handling: each step of an office or of the reporter, with what follows: deadlines, and whoever is told."""

from collections.abc import Awaitable, Callable, Mapping

from audiences.stores import offices
from bot.cases.relief import HANDLING, Act, Level, Side
from bot.cases.relief_errors import NotOfThisOffice
from bot.cases.relief_values import Deed, Request, Words
from bot.relief.desk import RELIEF, ReliefDesk, first_turn
from bot.relief.filing import become_urgent, hand_to
from bot.relief.telling import ask_reporter, tell_office, tell_reporter, why
from bot.stores.relief import deadlines, requests, steps, twins
from ground.actor import Actor
from ground.transaction import Transaction

STAYS = frozenset({Act.ASK, Act.ADD, Act.CORRECT, Act.ANSWER})  # somebody must still accept it


async def handle(desk: ReliefDesk, tx: Transaction, actor: Actor, request: Request, deed: Deed) -> Request:
    """Take a step on a request and do what follows from it; return the request as it is then."""
    if deed.act is Act.MERGE:
        return await _merge(desk, tx, actor, request, deed)
    if deed.act is Act.ASSIGN:
        await _require_member(tx, request, deed.assign_to)
    after = await steps.take(tx, actor, request.id, deed)
    if deed.act not in STAYS:
        await deadlines.close(tx, RELIEF, request.id, deed.now)
    await FOLLOWS[deed.act](desk, tx, request, after, deed)
    await _say_stepped(desk, tx, after, deed)
    return await requests.load(tx, RELIEF, request.id)


async def members_for(tx: Transaction, request: Request) -> list[int]:
    """Return who may be given a request: the members of the office whose turn it is, or of the next above."""
    turn = await first_turn(tx, request.area, request.level)
    return [] if turn is None else list(turn.office.members)


async def _merge(desk: ReliefDesk, tx: Transaction, actor: Actor, request: Request, deed: Deed) -> Request:
    merged = await twins.merge(tx, actor, request.id, deed.into or 0, deed.at, deed.now)
    await deadlines.close(tx, RELIEF, request.id, deed.now)
    await tell_reporter(desk, tx, request, why("told_merged", into=merged.code), deed.now)
    await _say_stepped(desk, tx, request, deed)
    return merged


async def _say_stepped(desk: ReliefDesk, tx: Transaction, after: Request, deed: Deed) -> None:
    facts = {"request": after.id, "act": deed.act.value, "state": after.state.value}
    await desk.news.tell(tx, "relief.stepped", after.public_id, deed.at, **facts)


async def _accepted(desk: ReliefDesk, tx: Transaction, _before: Request, after: Request, deed: Deed) -> None:
    await tell_reporter(desk, tx, after, why("told_accepted"), deed.now)


async def _asked(desk: ReliefDesk, tx: Transaction, _before: Request, after: Request, deed: Deed) -> None:
    await ask_reporter(desk, tx, after, deed.told.words.get(Words.QUESTION, ""), deed.now)


async def _answered(desk: ReliefDesk, tx: Transaction, before: Request, after: Request, deed: Deed) -> None:
    answer = deed.told.words.get(Words.ANSWER, "")
    await tell_office(desk, tx, after, await _whom(tx, after), why("answer_came", answer=answer), deed.now)
    await become_urgent(desk, tx, before, after, deed.now)


async def _assigned(desk: ReliefDesk, tx: Transaction, _before: Request, after: Request, deed: Deed) -> None:
    await tell_reporter(desk, tx, after, why("told_under_way"), deed.now)
    if deed.assign_to is not None:
        await tell_office(desk, tx, after, [deed.assign_to], why("assigned_to_you"), deed.now)


async def _settled(desk: ReliefDesk, tx: Transaction, _before: Request, after: Request, deed: Deed) -> None:
    note = deed.told.words.get(Words.NOTE, "")
    await tell_reporter(desk, tx, after, why("told_settled", note=note), deed.now)


async def _declined(desk: ReliefDesk, tx: Transaction, before: Request, after: Request, deed: Deed) -> None:
    """The reporter hears the reason; a village's refusal is seen by the township, which may open it again."""
    reason = deed.told.words.get(Words.REASON, "")
    await tell_reporter(desk, tx, after, why("told_declined", reason=reason), deed.now)
    turn = await first_turn(tx, after.area, Level.TOWNSHIP) if before.level is Level.VILLAGE else None
    if turn is not None:
        await tell_office(desk, tx, after, turn.office.members, why("declined_below", reason=reason), deed.now)


async def _told_more(desk: ReliefDesk, tx: Transaction, before: Request, after: Request, deed: Deed) -> None:
    """What is added goes to whoever handles it; another place may mean another office."""
    if after.area != before.area:
        await _move(desk, tx, after, deed.now)
    elif deed.side is Side.REPORTER and not deed.quiet:
        more = deed.told.words.get(Words.NOTE, "")
        block = "corrected" if deed.act is Act.CORRECT else "added"
        await tell_office(desk, tx, after, await _whom(tx, after), why(block, more=more), deed.now)
    await become_urgent(desk, tx, before, after, deed.now)


async def _move(desk: ReliefDesk, tx: Transaction, after: Request, now: int) -> None:
    """Hand a request to the office of the place where it turned out to be."""
    turn = await first_turn(tx, after.area)
    if turn is not None:
        await requests.place_office(tx, RELIEF, after.id, turn.office.organisation, turn.level.value)
    placed = await requests.load(tx, RELIEF, after.id)
    await hand_to(desk, tx, placed, now, why("urgent" if placed.urgent else "new"))


async def _withdrawn(desk: ReliefDesk, tx: Transaction, _before: Request, after: Request, deed: Deed) -> None:
    await tell_office(desk, tx, after, await _whom(tx, after), why("withdrawn"), deed.now)


async def _reopened(desk: ReliefDesk, tx: Transaction, _before: Request, after: Request, deed: Deed) -> None:
    """It is the office's turn again, and a new time runs."""
    reason = deed.told.words.get(Words.REASON, "")
    await hand_to(desk, tx, after, deed.now, why("reopened", reason=reason))
    if deed.side is not Side.REPORTER:
        await tell_reporter(desk, tx, after, why("told_reopened"), deed.now)


Follow = Callable[[ReliefDesk, Transaction, Request, Request, Deed], Awaitable[None]]
FOLLOWS: Mapping[Act, Follow] = {
    Act.ACCEPT: _accepted,
    Act.ASK: _asked,
    Act.ANSWER: _answered,
    Act.ASSIGN: _assigned,
    Act.SETTLE: _settled,
    Act.DECLINE: _declined,
    Act.ADD: _told_more,
    Act.CORRECT: _told_more,
    Act.WITHDRAW: _withdrawn,
    Act.REOPEN: _reopened,
}


async def _require_member(tx: Transaction, request: Request, person: int | None) -> None:
    """Somebody of an office that answers for the place: the one whose turn it is, or one above it."""
    for kind in sorted(HANDLING):
        office = await offices.nearest(tx, RELIEF, request.area, kind)
        if office is not None and person in office.members:
            return
    raise NotOfThisOffice(person=person)


async def _whom(tx: Transaction, request: Request) -> list[int]:
    """Whoever has been given it, else the office that was told last."""
    if request.assigned_to is not None:
        return [request.assigned_to]
    office = None if request.office is None else await offices.by_id(tx, RELIEF, request.office)
    return list(office.members) if office is not None else await members_for(tx, request)
