"""What was said by telephone: an officer writes it down for whoever is at the water; it counts like words by SMS."""

import hashlib
from dataclasses import dataclass, field

from audiences.stores import people
from bot.cases.video_check import Answers, Via
from bot.cases.video_errors import NothingSaid, SaidBeforeAsked, SaidInFuture, WhoSpoke
from bot.stores.video import checks
from bot.stores.video.answers import Said
from bot.stores.video.checks import Check
from bot.video import answering
from bot.video.desk import VideoDesk
from ground.actor import Actor
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Telephoned:
    """What an officer was told. `key` makes it count once; `said_at` None: now.

    Who said it: `person` of the directory, or `spoke`, a name that is not in it; neither: the one who was asked.
    """

    answers: Answers
    key: str
    said_at: int | None = None
    person: int | None = None
    spoke: str = field(repr=False, default="")
    words: str = field(repr=False, default="")


async def enter(desk: VideoDesk, tx: Transaction, actor: Actor, check: Check, told: Telephoned, now: int) -> Answers:
    """Enter what was said of a check of the actor's area; return what all its answers come to."""
    actor.require(*checks.ASKERS)
    if told.answers == Answers():
        raise NothingSaid
    by = await _speaker(tx, actor, check, told, now)
    said = Said(
        answers=told.answers,
        via=Via.PHONE,
        by=by,
        happened_at=_when(check, told, now),
        dedupe=f"phone:{actor.id}:{told.key}:{_digest(told, by)}",
        words=told.words.strip(),
        spoke=told.spoke.strip(),
    )
    return await answering.answer(desk, tx, check, said, now, officer=actor)


async def _speaker(tx: Transaction, actor: Actor, check: Check, told: Telephoned, now: int) -> str:
    """Return who said it, for evidence; of a stranger the officer stands for it, and the name is kept apart."""
    if told.spoke.strip():
        if told.person is not None:
            raise WhoSpoke
        return actor.name
    person = check.person if told.person is None else told.person
    if person is None:
        raise WhoSpoke
    if person != check.person:
        await people.load(tx, actor, person, now=now)
    return f"person:{person}"


def _when(check: Check, told: Telephoned, now: int) -> int:
    at = now if told.said_at is None else told.said_at
    if at > now:
        raise SaidInFuture
    if at < check.asked_at:
        raise SaidBeforeAsked
    return at


def _digest(told: Telephoned, by: str) -> str:
    """A form that was mended and sent again under its key says something else, and is not lost.

    Of names and words nothing goes in: this stays when they are erased.
    """
    said = repr((told.answers, told.said_at, by))
    return hashlib.sha256(said.encode()).hexdigest()[:16]
