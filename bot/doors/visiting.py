"""What somebody found at a door: kept, told as news, and an answer to the warning for whoever lives there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import select

from audiences.stores import offices
from audiences.stores.tables import audience_members, people
from bot.cases.door_errors import NotAVisit
from bot.cases.door_task import VISITS, Act, Outcome
from bot.cases.door_values import Deed, DoorTask
from bot.doors.opening import DOORS, DoorDesk
from bot.doors.telling import SPOKEN, shown
from bot.lines import Line, Spoken
from bot.stores.doors import names, steps
from bot.stores.doors.holders import OFFICE_OF
from bot.stores.doors.steps import Taken
from bot.telling import News, Told
from broadcast.answers import AnswerKind, Entry, Means, Spoke
from broadcast.notices import Lane, Notice
from broadcast.notices import State as NoticeState
from broadcast.stores import alerts, notices
from broadcast.stores.returns import entering
from ground.actor import Actor, Role
from ground.transaction import Transaction

ANSWERS: Final[Mapping[Outcome, AnswerKind]] = {
    Outcome.ANSWERED_SAFE: AnswerKind.SAFE,
    Outcome.ANSWERED_HELP: AnswerKind.NEED_HELP,
    Outcome.ANSWERED_INFORMED: AnswerKind.RECEIVED,
}
"""What is said at the door as an answer to the warning; who found nobody has heard none."""


async def act(desk: DoorDesk, tx: Transaction, actor: Actor, task: DoorTask, deed: Deed) -> Taken:
    """Take a step on a door task and do what follows from it."""
    if deed.act is Act.REPORT and deed.outcome not in VISITS:
        raise NotAVisit(outcome=deed.outcome, known=", ".join(VISITS))
    taken = await steps.take(tx, actor, task.key, deed)
    if taken.new and deed.act is Act.REPORT:
        await _reported(desk, tx, actor, taken.before, deed)
    return taken


async def _reported(desk: DoorDesk, tx: Transaction, actor: Actor, task: DoorTask, deed: Deed) -> None:
    outcome = deed.outcome
    assert outcome is not None  # noqa: S101 - a visit has one
    facts = {
        "task": task.key,
        "person": task.person,
        "household": task.household,
        "area": task.area,
        "outcome": outcome.value,
        "by": deed.by,
        "verified": deed.verified,
        "origin": task.origin,
        "drill": task.drill,
    }
    await desk.news.tell(tx, "door.reported", task.id, deed.happened_at, **facts)
    answered = deed.verified and await _answer(desk, tx, actor, task, deed)
    if (
        outcome is Outcome.ANSWERED_HELP and not answered
    ):  # a call for help that is an answer raises the alarm by itself
        await _call_for_help(desk, tx, task, deed.now)


async def _answer(desk: DoorDesk, tx: Transaction, actor: Actor, task: DoorTask, deed: Deed) -> bool:
    """Enter what was said as the answer of everybody behind the door to the warning; say whether there was one."""
    kind = ANSWERS.get(deed.outcome) if deed.outcome else None
    notice = await _asked(tx, task) if kind is not None else None
    if kind is None or notice is None or not notice.asks_answer:
        return False
    clerk = replace(actor, area=None, roles=frozenset({Role.DUTY}))  # bounded by the door, which was found in the area
    behind = await _behind(tx, task, notice)
    for person in behind:
        spoke = Spoke.SELF if len(behind) == 1 else Spoke.FAMILY
        entry = Entry(notice.id, person, kind, Means(deed.means), spoke, deed.happened_at, deed.words)
        await entering.enter(tx, clerk, desk.news, notice, entry, at=deed.now)
    return bool(behind)


async def _asked(tx: Transaction, task: DoorTask) -> Notice | None:
    """Return the notice to which it is an answer: the one that was named, else the newest of the warning's chain."""
    if task.notice is not None:
        return await notices.load(tx, DOORS, task.notice)
    if task.alert is None:
        return None
    newest = await alerts.standing_for(tx, DOORS, task.alert)
    chain = [each.id for each in await alerts.chain(tx, DOORS, newest.id)]
    said = await notices.of_origin(tx, DOORS, *(f"alert:{each}" for each in chain))
    asking = [each for each in said if each.asks_answer and each.state is not NoticeState.PREPARED]
    return asking[-1] if asking else None


async def _behind(tx: Transaction, task: DoorTask, notice: Notice) -> Sequence[int]:
    """Return who of those behind the door the warning was for."""
    if task.person is None and task.household is None:
        return []  # a whole village is reached by one of it: each still answers for themselves
    member = audience_members.c
    living = people.c.id == task.person if task.person else people.c.household_id == task.household
    at_home = people.c.gone_at.is_(None) & ((people.c.whereabouts != "away") | (people.c.id == (task.person or 0)))
    meant = select(member.person_id).join(people, people.c.id == member.person_id)
    return await tx.values(meant.where(member.audience_id == notice.audience, living, at_home).order_by(people.c.id))


async def _call_for_help(desk: DoorDesk, tx: Transaction, task: DoorTask, now: int) -> None:
    """Tell the committee and the township that somebody behind a door needs help."""
    found = [await offices.nearest(tx, DOORS, task.area, kind) for kind in OFFICE_OF.values()]
    nearest = [each for each in found if each is not None and each.members][:2]
    (door,) = await names.of_tasks(tx, DOORS, [task])
    told = Told(
        list(dict.fromkeys(person for each in nearest for person in each.members)),
        [Spoken(SPOKEN, Line("help", dict(shown(door))))],
    )
    news = News(f"door_help:{task.id}", Lane.IMMEDIATE, [told], task.area, drill=task.drill)
    await desk.teller.tell(tx, news, now)
