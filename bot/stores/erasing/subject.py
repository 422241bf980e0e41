"""Who is being forgotten, as far as the rows of cases and messages tell: their reports, talks, words."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import ColumnElement, or_, select

from audiences.people import Erasure
from audiences.stores.tables import area_closure, areas
from bot.stores.evacuation.tables import lines, report_words, reports
from bot.stores.relief.tables import relief_entries, relief_requests
from bot.stores.tables import talks
from broadcast.stores.tables import answer_words, answers
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

SHORTEST_NAME: Final = 2  # signs: one alone stands in every other sentence
SHORTEST_QUOTE: Final = 4
LONGEST_QUOTE: Final = 60  # as much as news of a case ever quotes
QUOTES: Final = 500
GROUP: Final = "group"


@dataclass(frozen=True, slots=True)
class Subject:
    """What there is to be looked for."""

    person: int
    household: int | None
    village: int  # where namesakes are taken to be the same person, in words that say no more than a name
    above: tuple[int, ...]  # the areas that hold it
    addresses: tuple[int, ...]
    requests: tuple[int, ...]
    codes: tuple[str, ...]
    talks: tuple[int, ...]
    names: tuple[str, ...] = field(repr=False)
    numbers: tuple[str, ...] = field(repr=False)
    quotes: tuple[str, ...] = field(repr=False)  # what they said that a message may quote

    @property
    def called(self) -> tuple[str, ...]:
        """How evidence names them as somebody who says something."""
        return (f"person:{self.person}", *(f"address:{each}" for each in self.addresses))


async def subject_of(tx: Transaction, actor: Actor, erasure: Erasure) -> Subject:
    """Look up what is theirs."""
    actor.require_hub()
    here = await tx.row(select(areas.c.level, areas.c.parent_id).where(areas.c.id == erasure.area))
    in_group = here is not None and here.level == GROUP and here.parent_id is not None
    village = int(here.parent_id) if here is not None and in_group else erasure.area
    over = select(area_closure.c.ancestor_id).where(area_closure.c.descendant_id == village)
    entered = select(relief_entries.c.request_id).where(relief_entries.c.for_person_id == erasure.person)
    table = relief_requests.c
    own = table.person_id == erasure.person
    own |= among(tx, table.address_id, erasure.addresses) | table.id.in_(entered)
    found = await tx.rows(select(table.id, table.code).where(own).order_by(table.id))
    codes = [row.code for row in found]
    about = among(tx, talks.c.address_id, erasure.addresses) | among(tx, talks.c.about, codes)
    subject = Subject(
        person=erasure.person,
        household=erasure.household,
        village=village,
        above=tuple(await tx.values(over.where(area_closure.c.depth > 0))),
        addresses=erasure.addresses,
        requests=tuple(row.id for row in found),
        codes=tuple(codes),
        talks=tuple(await tx.values(select(talks.c.id).where(about))),
        names=(erasure.name,) if len(erasure.name) >= SHORTEST_NAME else (),
        numbers=_spellings(erasure.numbers),
        quotes=(),
    )
    return _quoting(subject, [*await _answered(tx, subject), *await _reported(tx, subject)])


def reports_of(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    """Choose the reports of a roll that are of them, or were said by them."""
    theirs = select(lines.c.id).where(lines.c.person_id == subject.person)
    return or_(reports.c.line_id.in_(theirs), among(tx, reports.c.by, subject.called))


def answers_of(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    """Choose their answers to warnings."""
    return or_(answers.c.person_id == subject.person, among(tx, answers.c.address_id, subject.addresses))


async def _answered(tx: Transaction, subject: Subject) -> Sequence[str]:
    joined = answer_words.join(answers, answers.c.id == answer_words.c.answer_id)
    mine = select(answer_words.c.words).select_from(joined).where(answers_of(tx, subject))
    return await tx.values(mine.order_by(answers.c.id.desc()).limit(QUOTES))


async def _reported(tx: Transaction, subject: Subject) -> Sequence[str]:
    joined = report_words.join(reports, reports.c.id == report_words.c.report_id)
    mine = select(report_words.c.words).select_from(joined).where(reports_of(tx, subject))
    return await tx.values(mine.order_by(reports.c.id.desc()).limit(QUOTES))


def _quoting(subject: Subject, words: Sequence[str]) -> Subject:
    quotes = dict.fromkeys(each.strip()[:LONGEST_QUOTE] for each in words)
    return replace(subject, quotes=tuple(each for each in quotes if len(each) >= SHORTEST_QUOTE))


def _spellings(numbers: Sequence[str]) -> tuple[str, ...]:
    """Return telephone numbers as people write them, the longest first; a chat's own number is in no sentence."""
    called = [each for each in numbers if each.startswith("+")]
    home = [each.removeprefix("+86") for each in called if each.startswith("+86")]
    return tuple(dict.fromkeys([*called, *(each.removeprefix("+") for each in called), *home]))
