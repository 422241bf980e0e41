"""What somebody said or sent themselves: reports and their words, photos, talks, answers; evidence keeps the ids."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Column, ColumnElement, Table, and_, delete, func, or_, select, update

from bot.cases.assistance import Part
from bot.cases.relief import Act
from bot.cases.relief_values import Words
from bot.stores.assistance import steps as assistance_steps
from bot.stores.assistance.tables import assistance_objections, assistance_objectors, assistance_words
from bot.stores.assistance.tables import assistance_steps as assistance_step_rows
from bot.stores.erasing.subject import Subject, answers_of, reports_of
from bot.stores.erasing.traces import Choose, Trace
from bot.stores.evacuation.tables import link_sessions, links, report_photos, report_words, reports
from bot.stores.relief import steps as relief_steps
from bot.stores.relief.tables import relief_entries, relief_photos, relief_requests, relief_words
from bot.stores.relief.tables import relief_steps as relief_step_rows
from bot.stores.tables import newcomers, talks, turns
from broadcast.stores.tables import answer_words, answers
from ground import media
from ground.actor import system
from ground.bulk import among
from ground.transaction import Transaction

ERASER = system("eraser")
OF_REPORTERS: Final = [each.value for each in (Act.FILE, Act.ANSWER, Act.ADD, Act.CORRECT, Act.WITHDRAW, Act.REOPEN)]


def _at_theirs(column: Column[int]) -> Choose:
    return lambda tx, subject: among(tx, column, subject.addresses)


async def _end_talks(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    mine = among(tx, talks.c.id, keys)
    gathered = await tx.values(select(talks.c.facts).where(mine))
    await media.release_all(tx, [photo for facts in gathered for photo in facts.get("photos") or ()])
    emptied = {"facts": {}, "trail": [], "offered": [], "ended_at": func.coalesce(talks.c.ended_at, talks.c.touched_at)}
    await tx.execute(update(talks).where(mine).values(emptied))


def _open_or_full(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    return among(tx, talks.c.address_id, subject.addresses) & talks.c.ended_at.is_(None)


async def _drop_newcomers(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    await tx.execute(delete(newcomers).where(among(tx, newcomers.c.address_id, keys)))


async def _drop_turns(tx: Transaction, subject: Subject, keys: Sequence[int]) -> None:
    theirs = among(tx, turns.c.address_id, subject.addresses)
    await tx.execute(delete(turns).where(among(tx, turns.c.learned_at, keys), theirs))


async def _revoke_links(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    theirs = among(tx, links.c.person_id, keys)
    opened = select(links.c.id).where(theirs)
    await tx.execute(delete(link_sessions).where(link_sessions.c.link_id.in_(opened)))
    await tx.execute(update(links).where(theirs).values(digest=None))


def _revocable(_tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    return (links.c.person_id == subject.person) & links.c.digest.is_not(None)


async def _forget_requests(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    await relief_steps.erase_all(tx, ERASER, keys)
    await assistance_steps.erase_on(tx, ERASER, keys)


def _requests(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    return among(tx, relief_requests.c.id, subject.requests)


def _said_with(table: Table) -> Choose:
    """Choose what they told with a step of somebody else's report, or were named as the one who spoke."""

    def choose(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
        steps = relief_step_rows.c
        theirs = select(steps.id).where(among(tx, steps.actor, subject.called), steps.act.in_(OF_REPORTERS))
        mine: ColumnElement[bool] = table.c.step_id.in_(theirs)
        return mine

    return choose


def _relief_words(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    spoken = select(relief_entries.c.request_id).where(relief_entries.c.spoke_person_id == subject.person)
    spoke = and_(relief_words.c.kind == Words.SPOKE.value, relief_words.c.request_id.in_(spoken))
    return or_(_said_with(relief_words)(tx, subject), spoke) & relief_words.c.words.is_not(None)


async def _forget_relief_words(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    await tx.execute(update(relief_words).where(among(tx, relief_words.c.id, keys)).values(words=None))


async def _forget_relief_photos(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    mine = among(tx, relief_photos.c.id, keys)
    await media.release(tx, relief_photos.c.digest, mine)
    await tx.execute(update(relief_photos).where(mine).values(digest=None))


def _assistance_words(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    steps = assistance_step_rows.c
    applicant = among(tx, steps.actor, subject.called) & (steps.part == Part.APPLICANT.value)
    return assistance_words.c.step_id.in_(select(steps.id).where(applicant)) & assistance_words.c.words.is_not(None)


async def _forget_assistance_words(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    await tx.execute(update(assistance_words).where(among(tx, assistance_words.c.id, keys)).values(words=None))


def _objected(_tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    return assistance_objectors.c.person_id == subject.person


async def _forget_objections(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    nobody = {"name": None, "phone": None, "person_id": None}
    await tx.execute(
        update(assistance_objections).where(among(tx, assistance_objections.c.id, keys)).values(words=None)
    )
    mine = among(tx, assistance_objectors.c.objection_id, keys)
    await tx.execute(update(assistance_objectors).where(mine).values(nobody))


def _reports(table: Table) -> Choose:
    return lambda tx, subject: table.c.report_id.in_(select(reports.c.id).where(reports_of(tx, subject)))


async def _forget_report_words(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    await tx.execute(delete(report_words).where(among(tx, report_words.c.report_id, keys)))


async def _forget_report_photos(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    mine = among(tx, report_photos.c.report_id, keys)
    await media.release(tx, report_photos.c.digest, mine)
    await tx.execute(delete(report_photos).where(mine))


def _answered(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    return answer_words.c.answer_id.in_(select(answers.c.id).where(answers_of(tx, subject)))


async def _forget_answers(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    await tx.execute(delete(answer_words).where(among(tx, answer_words.c.answer_id, keys)))


def _words_left(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    return _said_with(relief_photos)(tx, subject) & relief_photos.c.digest.is_not(None)


OWN: Final[Sequence[Trace]] = (
    Trace("talks", talks.c.id, _open_or_full, _end_talks),
    Trace("newcomers", newcomers.c.address_id, _at_theirs(newcomers.c.address_id), _drop_newcomers),
    Trace("turns", turns.c.learned_at, _at_theirs(turns.c.address_id), _drop_turns),
    Trace("links", links.c.person_id, _revocable, _revoke_links),
    Trace("requests", relief_requests.c.id, _requests, _forget_requests),
    Trace("relief words", relief_words.c.id, _relief_words, _forget_relief_words),
    Trace("relief photos", relief_photos.c.id, _words_left, _forget_relief_photos),
    Trace("assistance words", assistance_words.c.id, _assistance_words, _forget_assistance_words),
    Trace("objections", assistance_objectors.c.objection_id, _objected, _forget_objections),
    Trace("roll words", report_words.c.report_id, _reports(report_words), _forget_report_words),
    Trace("roll photos", report_photos.c.report_id, _reports(report_photos), _forget_report_photos),
    Trace("answers", answer_words.c.answer_id, _answered, _forget_answers),
)
