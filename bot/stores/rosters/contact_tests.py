"""Contact tests as they are kept: started within bounds, held by one worker at a time, found by their public id."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, insert, or_, select, update

from audiences.stores.scope import below, within
from audiences.stores.tables import area_closure
from bot.cases.contact_test import LONGEST, MOST_PEOPLE, Asked, Stage
from bot.cases.roster_errors import (
    AlreadyTesting,
    DeadlineOutOfRange,
    NobodyChosen,
    NobodyToTest,
    TooManyToTest,
    UnknownContactTest,
    WarningUnderWay,
)
from bot.stores.rosters import choosing
from bot.stores.rosters.tables import contact_tests
from broadcast.notices import Lane, Purpose
from broadcast.stores.tables import notices
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.clock import machine_now
from ground.ids import new_id
from ground.transaction import Dialect, Transaction

TESTERS = (Role.DUTY, Role.OFFICER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class ContactTest:
    """A contact test; `key` inside, `id` outside."""

    key: int
    id: str
    area: int
    duties: tuple[str, ...]
    on_shift: bool
    size: int
    made_by: str
    started_at: int
    deadline_at: int
    stage: Stage
    cursor: int
    over_at: int | None

    @property
    def asked(self) -> Asked:
        return Asked(area=self.area, duties=self.duties, on_shift=self.on_shift)


async def start(tx: Transaction, actor: Actor, asked: Asked, now: int) -> ContactTest:
    """Start a test; people are asked within seconds. Refused while a grave real warning waits for answers there."""
    actor.require(*TESTERS)
    if not asked.duties and not asked.on_shift:
        raise NobodyChosen
    if not 1 <= asked.minutes <= LONGEST:
        raise DeadlineOutOfRange(longest=LONGEST)
    size = await choosing.count(tx, actor, asked, now)
    if size == 0:
        raise NobodyToTest
    if size > MOST_PEOPLE:
        raise TooManyToTest(people=size, most=MOST_PEOPLE)
    await _require_quiet(tx, asked.area, now)
    row = {
        "public_id": new_id(),
        "area_id": asked.area,
        "duties": list(asked.duties),
        "on_shift": asked.on_shift,
        "size": size,
        "made_by": actor.name,
        "started_at": now,
        "learned_at": machine_now(),
        "deadline_at": now + asked.waits,
        "stage": Stage.ASKING,
    }
    await tx.execute(insert(contact_tests).values(row))
    await record_deed(tx, actor, "contact_test.started", f"contact_test:{row['public_id']}", now, people=size)
    return await load(tx, actor, str(row["public_id"]))


async def load(tx: Transaction, actor: Actor, public_id: str) -> ContactTest:
    """Return a test that an area of the actor's took part in: one's own, or one of an office above."""
    row = await tx.row(select(contact_tests).where(contact_tests.c.public_id == public_id, _in_sight(actor)))
    if row is None:
        raise UnknownContactTest(test=public_id)
    return _test(row)


async def listed(tx: Transaction, actor: Actor, *, before: str | None = None, limit: int = 50) -> Sequence[ContactTest]:
    """Return the tests that an area of the actor's took part in, the newest first."""
    mine = _in_sight(actor)
    if before is not None:
        key = select(contact_tests.c.id).where(contact_tests.c.public_id == before).scalar_subquery()
        mine = and_(mine, contact_tests.c.id < key)
    page = select(contact_tests).where(mine).order_by(contact_tests.c.id.desc()).limit(limit)
    return [_test(row) for row in await tx.rows(page)]


async def waiting(tx: Transaction, actor: Actor, now: int) -> Sequence[int]:
    """Return the tests that have a next step due."""
    actor.require_hub()
    due = or_(
        contact_tests.c.stage.in_([Stage.ASKING, Stage.COUNTING]),
        and_(contact_tests.c.stage == Stage.ASKED, contact_tests.c.deadline_at <= now),
    )
    return await tx.values(select(contact_tests.c.id).where(due).order_by(contact_tests.c.id).limit(20))


async def hold(tx: Transaction, actor: Actor, key: int) -> ContactTest | None:
    """Return a test for this worker alone, or none if another has it."""
    actor.require_hub()
    wanted = select(contact_tests).where(contact_tests.c.id == key)
    if tx.dialect is Dialect.POSTGRESQL:
        wanted = wanted.with_for_update(skip_locked=True)
    row = await tx.row(wanted)
    return row and _test(row)


async def move(
    tx: Transaction, actor: Actor, key: int, stage: Stage, cursor: int = 0, over_at: int | None = None
) -> None:
    actor.require_hub()
    values = {"stage": stage, "cursor_id": cursor, "over_at": over_at}
    await tx.execute(update(contact_tests).where(contact_tests.c.id == key).values(values))


def _in_sight(actor: Actor) -> ColumnElement[bool]:
    """A test of the actor's area or below it, or of an area above: each sees the own part of it."""
    if actor.area is None:
        return within(actor, contact_tests.c.area_id)
    above = select(area_closure.c.ancestor_id).where(area_closure.c.descendant_id == actor.area)
    return or_(within(actor, contact_tests.c.area_id), contact_tests.c.area_id.in_(above))


async def _require_quiet(tx: Transaction, area: int, now: int) -> None:
    def around(column: ColumnElement[int]) -> ColumnElement[bool]:
        above = select(area_closure.c.ancestor_id).where(area_closure.c.descendant_id == area)
        return or_(below(area, column), column.in_(above))

    under_way = and_(contact_tests.c.stage != Stage.OVER, around(contact_tests.c.area_id))
    if await tx.value(select(exists().where(under_way))):
        raise AlreadyTesting
    open_warning = and_(
        notices.c.purpose == Purpose.WARNINGS,
        notices.c.lane == Lane.IMMEDIATE,
        notices.c.asks_answer,
        notices.c.drill.is_(False),
        notices.c.superseded_at.is_(None),
        or_(notices.c.expires.is_(None), notices.c.expires > now),
    )
    if await tx.value(select(exists().where(open_warning, around(notices.c.area_id)))):
        raise WarningUnderWay


def _test(row: Row[Any]) -> ContactTest:
    return ContactTest(
        key=row.id,
        id=row.public_id,
        area=row.area_id,
        duties=tuple(row.duties),
        on_shift=row.on_shift,
        size=row.size,
        made_by=row.made_by,
        started_at=row.started_at,
        deadline_at=row.deadline_at,
        stage=Stage(row.stage),
        cursor=row.cursor_id,
        over_at=row.over_at,
    )
