"""Entering an answer on behalf of somebody (代录): it counts, is marked, and their own answer is kept beside it."""

from sqlalchemy import insert, select

from audiences.stores.scope import within
from audiences.stores.tables import audience_members
from broadcast.answers import Answer, Entry
from broadcast.errors import NotAsked, WasNotMeant
from broadcast.notices import Notice
from broadcast.stores.returns import answers
from broadcast.stores.tables import answer_entries
from ground.actor import Actor, Role, system
from ground.audit import record_deed
from ground.events import NewsDesk
from ground.transaction import Transaction

CLERK = system("entry clerk")
ENTERED = "entered"  # the channel of such an answer


async def enter(tx: Transaction, actor: Actor, desk: NewsDesk, notice: Notice, entry: Entry, *, at: int) -> int | None:
    """Keep what somebody said by other means, and return the answer's id; None if it was entered already."""
    actor.require(Role.DUTY)
    if not notice.asks_answer:
        raise NotAsked(notice=notice.public_id)
    area = await _area_of(tx, actor, notice, entry.person)
    answer = Answer(
        notice=notice.id,
        address=None,
        person=entry.person,
        kind=entry.kind,
        channel=ENTERED,
        happened_at=min(entry.said_at, at),
        words=entry.words,
        dedupe=f"{ENTERED}:{notice.id}:{entry.person}:{entry.kind}:{entry.said_at}",
    )
    answer_id = await answers.record(tx, CLERK, desk, answer, area=area)
    if answer_id is None:
        return None
    how = {"means": entry.means.value, "spoke": entry.spoke.value, "entered_by": actor.name, "entered_at": at}
    await tx.execute(insert(answer_entries).values(answer_id=answer_id, **how))
    await record_deed(tx, actor, "answer.entered", f"answer:{answer_id}", at, notice=notice.id, person=entry.person)
    return answer_id


async def _area_of(tx: Transaction, actor: Actor, notice: Notice, person: int) -> int:
    """Return where the person belongs to the notice's audience; refuse whom it was not for, or who is out of sight."""
    member = audience_members.c
    mine = (member.audience_id == notice.audience) & (member.person_id == person) & within(actor, member.area_id)
    area = await tx.value(select(member.area_id).where(mine))
    if area is None:
        raise WasNotMeant(notice=notice.public_id, person=person)
    return int(area)
