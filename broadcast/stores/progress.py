"""Progress by duty: of the people who hold one, who was told and who answered; there are few enough to ask the rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, and_, case, func, or_, select

from audiences.stores.scope import within
from audiences.stores.tables import audience_members, posts, terms
from broadcast.notices import Notice
from broadcast.stores.standing import answered, told
from ground.actor import Actor
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class DutyProgress:
    """Holders of one duty among the notice's audience; somebody with two duties counts under both."""

    duty: str
    people: int
    told: int  # at least one delivery was accepted, delivered or may have been
    answered: int


async def by_duty(tx: Transaction, actor: Actor, notice: Notice, now: int) -> Sequence[DutyProgress]:
    current = or_(terms.c.until_at.is_(None), terms.c.until_at > now)
    holders = (
        select(posts.c.duty, audience_members.c.person_id)
        .distinct()
        .join(terms, and_(terms.c.post_id == posts.c.id, terms.c.from_at <= now, current))
        .join(audience_members, audience_members.c.person_id == terms.c.holder_id)
        .where(audience_members.c.audience_id == notice.audience, posts.c.gone_at.is_(None))
        .where(within(actor, posts.c.area_id))
        .subquery("holders")
    )
    counted = select(
        holders.c.duty,
        func.count().label("people"),
        func.sum(case((told(notice.id, holders.c.person_id), 1), else_=0)).cast(Integer).label("told"),
        func.sum(case((answered(notice.id, holders.c.person_id), 1), else_=0)).cast(Integer).label("answered"),
    )
    rows = await tx.rows(counted.group_by(holders.c.duty).order_by(holders.c.duty))
    return [DutyProgress(row.duty, row.people, row.told, row.answered) for row in rows]
