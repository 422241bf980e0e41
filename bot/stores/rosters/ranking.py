"""What a contact test came to: numbers by outcome, and the townships ranked by how many answer, and how soon."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, Subquery, and_, case, func, select

from audiences.stores.scope import within
from audiences.stores.tables import areas
from bot.cases.contact_test import Outcome, Stage
from bot.stores.rosters.contact_tests import ContactTest
from bot.stores.rosters.numbers import seen
from bot.stores.rosters.tables import contact_test_people, contact_test_results
from ground.actor import Actor
from ground.clock import SECOND
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Rank:
    """How one township answers: people asked, those who answered in time, and the middle one of their seconds."""

    area: int
    name: str
    people: int
    answered: int
    median: int | None

    @property
    def share(self) -> float:
        return self.answered / self.people if self.people else 0.0


async def ranked(tx: Transaction, actor: Actor, test: ContactTest) -> Sequence[Rank]:
    """Rank the townships of the actor's area: the larger share first, of equal ones the faster."""
    people = _people(actor, test).subquery("people")
    together: dict[str, Any] = {"partition_by": people.c.township_id}
    counted = select(
        people,
        func.count(people.c.seconds).over(**together).label("answered"),
        func.row_number()
        .over(order_by=(case((people.c.seconds.is_(None), 1), else_=0), people.c.seconds), **together)
        .label("place"),
    ).subquery("counted")
    middle = (counted.c.place * 2).between(counted.c.answered, counted.c.answered + 2)  # the one or two in the middle
    median = func.avg(case((and_(middle, counted.c.seconds.is_not(None)), counted.c.seconds)))
    answered = func.count(counted.c.seconds).label("answered")
    columns = (areas.c.id, areas.c.name, func.count().label("people"), answered, median.label("median"))
    rows = await tx.rows(
        select(*columns).join(counted, counted.c.township_id == areas.c.id).group_by(areas.c.id, areas.c.name)
    )
    found = [
        Rank(row.id, row.name, row.people, row.answered, None if row.median is None else round(row.median))
        for row in rows
    ]
    return sorted(found, key=lambda each: (-each.share, each.median or 0, each.area))


async def totals(tx: Transaction, actor: Actor, test: ContactTest) -> Mapping[Outcome, int]:
    """Count the numbers of a test that is over by outcome, in the actor's area; nothing before it is over."""
    kept = contact_test_results.c
    mine = (kept.test_id == test.key) & within(actor, kept.area_id)
    rows = await tx.rows(select(kept.outcome, func.count().label("numbers")).where(mine).group_by(kept.outcome))
    return {Outcome(row.outcome): row.numbers for row in rows}


def _people(actor: Actor, test: ContactTest) -> Select[Any]:
    """Everybody who was asked, with the seconds until the first answer: (person, township, seconds)."""
    if test.stage is Stage.OVER:
        kept = contact_test_results.c
        mine = (kept.test_id == test.key) & within(actor, kept.area_id)
        chosen = select(kept.person_id, kept.township_id, func.min(kept.seconds).label("seconds")).where(mine)
        return chosen.group_by(kept.person_id, kept.township_id)
    numbers: Subquery = seen(test).where(within(actor, contact_test_people.c.area_id)).subquery("numbers")
    seconds = func.min(case((numbers.c.after < 0, 0), else_=numbers.c.after) / SECOND).cast(Integer).label("seconds")
    chosen = select(numbers.c.person_id, numbers.c.township_id, seconds)
    return chosen.group_by(numbers.c.person_id, numbers.c.township_id)
