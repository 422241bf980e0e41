"""What was said and photographed at somebody's door, or typed and photographed by whoever watches a site."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, delete, or_, select

from bot.stores.doors.tables import photos as door_photos
from bot.stores.doors.tables import steps as door_steps
from bot.stores.doors.tables import tasks as door_tasks
from bot.stores.doors.tables import words as door_words
from bot.stores.erasing.subject import Subject
from bot.stores.erasing.traces import Trace
from bot.stores.video.tables import (
    video_answers,
    video_checks,
    video_evidence,
    video_places,
    video_speakers,
    video_words,
)
from ground import media
from ground.bulk import among
from ground.transaction import Transaction


def _at_their_door(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    """Steps of tasks about them, and what they reported of others' doors."""
    about = select(door_tasks.c.id).where(door_tasks.c.person_id == subject.person)
    return or_(door_steps.c.task_id.in_(about), among(tx, door_steps.c.by, subject.called))


def _door_words(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    return door_words.c.step_id.in_(select(door_steps.c.id).where(_at_their_door(tx, subject)))


def _door_photos(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    return door_photos.c.step_id.in_(select(door_steps.c.id).where(_at_their_door(tx, subject)))


async def _forget_door_words(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    await tx.execute(delete(door_words).where(among(tx, door_words.c.step_id, keys)))


async def _forget_door_photos(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    mine = among(tx, door_photos.c.step_id, keys)
    await media.release(tx, door_photos.c.digest, mine)
    await tx.execute(delete(door_photos).where(mine))


def _typed(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    answers = select(video_answers.c.id).where(among(tx, video_answers.c.by, subject.called))
    return video_words.c.answer_id.in_(answers)


async def _forget_typed(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    await tx.execute(delete(video_words).where(among(tx, video_words.c.answer_id, keys)))


def _spoke(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    """Names that were written down as they, or somebody in their place, told of the water."""
    asked = select(video_checks.c.id).where(video_checks.c.person_id == subject.person)
    theirs = or_(video_answers.c.check_id.in_(asked), among(tx, video_answers.c.by, subject.called))
    return video_speakers.c.answer_id.in_(select(video_answers.c.id).where(theirs))


async def _forget_speakers(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    await tx.execute(delete(video_speakers).where(among(tx, video_speakers.c.answer_id, keys)))


def _stood_there(_tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    checks = select(video_checks.c.id).where(video_checks.c.person_id == subject.person)
    return video_places.c.evidence_id.in_(select(video_evidence.c.id).where(video_evidence.c.check_id.in_(checks)))


async def _forget_places(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    await tx.execute(delete(video_places).where(among(tx, video_places.c.evidence_id, keys)))


VISITS: Final[Sequence[Trace]] = (
    Trace("door words", door_words.c.step_id, _door_words, _forget_door_words),
    Trace("door photos", door_photos.c.step_id, _door_photos, _forget_door_photos),
    Trace("watch words", video_words.c.answer_id, _typed, _forget_typed),
    Trace("watch speakers", video_speakers.c.answer_id, _spoke, _forget_speakers),
    Trace("watch places", video_places.c.evidence_id, _stood_there, _forget_places),
)
