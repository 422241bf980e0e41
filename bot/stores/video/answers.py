"""What was said of a check: append-only; of each thing the last word counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, insert, select

from audiences.stores.scope import within
from bot.cases.video_check import Answers, Seepage, Spillway, Trend, Via
from bot.stores.video import checks
from bot.stores.video.checks import Check
from bot.stores.video.tables import video_answers, video_heard, video_speakers, video_words
from ground.actor import Actor
from ground.audit import record_deed
from ground.bulk import insert_rows
from ground.clock import machine_now
from ground.transaction import Transaction

answers = video_answers.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One answer, whole or in part. `dedupe` makes it count once; `spoke` names somebody without an id."""

    answers: Answers
    via: Via
    by: str
    happened_at: int
    dedupe: str
    words: str = field(repr=False, default="")
    spoke: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """An answer as it is kept. `typed_by`: the officer who wrote down what was said by telephone."""

    answers: Answers
    via: Via
    by: str
    happened_at: int
    learned_at: int
    words: str = field(repr=False)
    typed_by: str | None = None
    spoke: str = field(repr=False, default="")


async def keep(tx: Transaction, actor: Actor, check: Check, said: Said) -> bool:
    """Keep an answer; False if the same came before."""
    actor.require_hub()
    return await _written(tx, check, said) is not None


async def enter(tx: Transaction, actor: Actor, check: Check, said: Said, at: int) -> bool:
    """Keep what somebody said to an officer of the area, who writes it down; False if the same was entered before."""
    actor.require(*checks.ASKERS)
    mine = await checks.by_key(tx, actor, check.key)
    key = await _written(tx, mine, said)
    if key is None:
        return False
    await insert_rows(tx, video_heard, [{"answer_id": key, "typed_by": actor.name}])
    if said.spoke:
        await insert_rows(tx, video_speakers, [{"answer_id": key, "name": said.spoke[:120]}])
    await record_deed(tx, actor, "video_check.entered", f"video_check:{mine.id}", at, answer=key)
    return True


async def _written(tx: Transaction, check: Check, said: Said) -> int | None:
    """Write an answer down; None if the same came before."""
    row = {
        "check_id": check.key,
        "area_id": check.area,
        "level_cm": said.answers.level_cm,
        "trend": said.answers.trend,
        "spillway": said.answers.spillway,
        "seepage": said.answers.seepage,
        "cracks": said.answers.cracks,
        "via": said.via.value,
        "by": said.by,
        "happened_at": said.happened_at,
        "learned_at": machine_now(),
        "dedupe": said.dedupe[:200],
    }
    known = select(answers.id).where(answers.check_id == check.key, answers.dedupe == row["dedupe"])
    if await tx.value(known) is not None:
        return None
    key = int(await tx.value(insert(video_answers).values(row).returning(answers.id)))
    if said.words:
        await insert_rows(tx, video_words, [{"answer_id": key, "words": said.words[:1000]}])
    return key


async def of_check(tx: Transaction, actor: Actor, check_id: int) -> Sequence[SaidBefore]:
    """Return all that was said, in the order in which it came."""
    joined = (
        video_answers.outerjoin(video_words, video_words.c.answer_id == answers.id)
        .outerjoin(video_heard, video_heard.c.answer_id == answers.id)
        .outerjoin(video_speakers, video_speakers.c.answer_id == answers.id)
    )
    mine = (answers.check_id == check_id) & within(actor, answers.area_id)
    wanted = (
        select(video_answers, video_words.c.words, video_heard.c.typed_by, video_speakers.c.name)
        .select_from(joined)
        .where(mine)
    )
    return [_said(row) for row in await tx.rows(wanted.order_by(answers.id))]


def together(said: Sequence[SaidBefore]) -> Answers:
    """Return what all answers come to: of each thing the last word that was said, however late it was entered."""
    last: dict[str, Any] = {}
    for each in sorted(said, key=lambda one: one.happened_at):
        for name in ("level_cm", "trend", "spillway", "seepage", "cracks"):
            value = getattr(each.answers, name)
            if value is not None:
                last[name] = value
    return Answers(**last)


def _said(row: Row[Any]) -> SaidBefore:
    said = Answers(
        level_cm=row.level_cm,
        trend=Trend(row.trend) if row.trend else None,
        spillway=Spillway(row.spillway) if row.spillway else None,
        seepage=Seepage(row.seepage) if row.seepage else None,
        cracks=row.cracks,
    )
    how = (Via(row.via), row.by, row.happened_at, row.learned_at, row.words or "")
    return SaidBefore(said, *how, row.typed_by, row.name or "")
