"""What others said in which somebody is named: the name and the number are withheld, the rest is theirs who said it.

A number is looked for everywhere; a name in words from the own village, where a namesake loses no more than a word.
As the head of a household a name is withheld only where it is their own household, or nobody knows whose it is.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Select, Table, or_, select, update

from audiences.stores.scope import below
from bot.cases.relief_values import Words
from bot.stores.assistance.tables import (
    assistance_applications,
    assistance_objections,
    assistance_objectors,
    assistance_words,
)
from bot.stores.erasing.subject import Subject
from bot.stores.erasing.texts import saying, without
from bot.stores.erasing.traces import Choose, Trace, Wipe
from bot.stores.evacuation.tables import added_names, lines, report_words, reports
from bot.stores.relief.tables import relief_requests, relief_words
from broadcast.stores.tables import answer_words, answers
from ground.bulk import among
from ground.transaction import Transaction

Scope = Callable[[Transaction, Subject], ColumnElement[bool]]


def _here(tx: Transaction, subject: Subject, area: Column[int]) -> ColumnElement[bool]:
    return or_(below(subject.village, area), among(tx, area, subject.above))


def _in_case(key: Column[int], ids: Column[int], area: Column[int]) -> Scope:
    """Say that a row belongs to a case, a roll or an answer around the village."""
    return lambda tx, subject: key.in_(select(ids).where(_here(tx, subject, area)))


def _relief(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    around = select(relief_requests.c.id).where(_here(tx, subject, relief_requests.c.area_id))
    theirs = _not_of_others(around, relief_requests, subject)
    head = relief_words.c.kind == Words.HEAD.value
    return relief_words.c.request_id.in_(around) & (~head | relief_words.c.request_id.in_(theirs))


def _assistance(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    around = select(assistance_applications.c.id).where(_here(tx, subject, assistance_applications.c.area_id))
    theirs = _not_of_others(around, assistance_applications, subject)
    head = assistance_words.c.kind == Words.HEAD.value
    return assistance_words.c.application_id.in_(around) & (~head | assistance_words.c.application_id.in_(theirs))


def _not_of_others(around: Select[Any], table: Table, subject: Subject) -> Select[Any]:
    return around.where(or_(table.c.household_id.is_(None), table.c.household_id == subject.household))


def _objected(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    made = select(assistance_objections.c.id)
    return assistance_objectors.c.objection_id.in_(made.where(_objections(tx, subject)))


_objections: Scope = _in_case(
    assistance_objections.c.application_id, assistance_applications.c.id, assistance_applications.c.area_id
)


def _mention(name: str, key: Column[int], columns: Sequence[Column[Any]], scope: Scope) -> Trace:
    """Return the trace of a table in whose columns somebody may be named."""
    return Trace(name, key, _naming(columns, scope), _withholding(key, columns))


def _naming(columns: Sequence[Column[Any]], scope: Scope) -> Choose:
    def choose(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
        numbered = or_(*(saying(tx, column, subject.numbers) for column in columns))
        named = or_(*(saying(tx, column, subject.names) for column in columns))
        return or_(numbered, named & scope(tx, subject))

    return choose


def _withholding(key: Column[int], columns: Sequence[Column[Any]]) -> Wipe:
    async def wipe(tx: Transaction, subject: Subject, keys: Sequence[int]) -> None:
        looked_for = [*subject.numbers, *subject.names]
        withheld = {column.name: without(tx, column, looked_for) for column in columns}
        await tx.execute(update(key.table).where(among(tx, key, keys)).values(withheld))

    return wipe


_roll: Scope = _in_case(report_words.c.report_id, reports.c.id, reports.c.area_id)
_guests: Scope = _in_case(added_names.c.line_id, lines.c.id, lines.c.area_id)
_answers: Scope = _in_case(answer_words.c.answer_id, answers.c.id, answers.c.area_id)

MENTIONS: Final[Sequence[Trace]] = (
    _mention("relief mentions", relief_words.c.id, [relief_words.c.words], _relief),
    _mention("assistance mentions", assistance_words.c.id, [assistance_words.c.words], _assistance),
    _mention("objection mentions", assistance_objections.c.id, [assistance_objections.c.words], _objections),
    _mention(
        "objectors",
        assistance_objectors.c.objection_id,
        [assistance_objectors.c.name, assistance_objectors.c.phone],
        _objected,
    ),
    _mention("roll mentions", report_words.c.report_id, [report_words.c.spoke, report_words.c.words], _roll),
    _mention("guests", added_names.c.line_id, [added_names.c.name], _guests),
    _mention("answer mentions", answer_words.c.answer_id, [answer_words.c.words], _answers),
)
