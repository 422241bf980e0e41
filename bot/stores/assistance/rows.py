"""How rows of assistance become values."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select

from audiences.stores.scope import within
from bot.cases.assistance import Stage
from bot.cases.assistance_errors import UnknownApplication
from bot.cases.assistance_values import Application, Notice, Objection
from bot.cases.relief import Grade, Level
from bot.stores.assistance.tables import assistance_applications
from bot.stores.relief.tables import relief_requests
from ground.actor import Actor
from ground.transaction import Transaction

applications = assistance_applications.c


def chosen() -> Select[Any]:
    """Select applications with the tracking number of their request."""
    joined = assistance_applications.join(relief_requests, relief_requests.c.id == applications.request_id)
    return select(assistance_applications, relief_requests.c.code).select_from(joined)


async def one(tx: Transaction, actor: Actor, which: ColumnElement[bool], called: object) -> Application:
    row = await tx.row(chosen().where(which, within(actor, applications.area_id)))
    if row is None:
        raise UnknownApplication(application=called)
    return application_of(row)


def application_of(row: Row[Any]) -> Application:
    return Application(
        id=row.id,
        public_id=row.public_id,
        request=row.request_id,
        code=row.code,
        area=row.area_id,
        household=row.household_id,
        person=row.person_id,
        drill=row.drill,
        stage=Stage(row.stage),
        level=Level(row.level),
        round=row.round,
        grade=grade_of(row.grade),
        rooms=row.rooms,
        auxiliary=row.auxiliary,
        amount=row.amount,
        granted=row.granted,
        paid=row.paid,
        filed_at=row.filed_at,
        learned_at=row.learned_at,
    )


def grade_of(word: str | None) -> Grade | None:
    return None if word is None else Grade(word)


def notice_of(row: Row[Any]) -> Notice:
    return Notice(
        row.id, row.application_id, row.code, Grade(row.grade), row.rooms, row.amount, row.from_at, row.until_at,
        row.ended_at,
    )  # fmt: skip


def objection_of(row: Row[Any]) -> Objection:
    return Objection(
        row.id, row.public_id, row.application_id, row.notice_id, row.words, row.outcome, row.happened_at,
        row.learned_at,
    )  # fmt: skip
