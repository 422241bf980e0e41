"""Steps of an application: each moves it from one stage to the next, once, whoever else tries at the same time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import insert, select, update

from bot.cases.assistance import (
    FIGURED,
    JUDGING,
    REASONED,
    Act,
    Judged,
    Part,
    Stage,
    Standing,
    after,
    require_amount,
)
from bot.cases.assistance_errors import (
    AmountDiffers,
    FiguresMissing,
    LessThanPaid,
    NotAtThisStage,
    PaidWhen,
    WordsMissing,
)
from bot.cases.assistance_values import Application, Deed, Step, Words
from bot.cases.relief import Level
from bot.stores.assistance import applications
from bot.stores.assistance.offices import require_able
from bot.stores.assistance.rows import grade_of
from bot.stores.assistance.tables import (
    assistance_applications,
    assistance_assessors,
    assistance_objections,
    assistance_objectors,
    assistance_payments,
    assistance_photos,
    assistance_steps,
    assistance_words,
)
from bot.stores.assistance.writing import Stepped, write_step
from ground import media
from ground.actor import Actor, ActorKind, Role
from ground.bulk import among
from ground.transaction import Transaction

OFFICES_ALONE = frozenset({Part.VILLAGE, Part.TOWNSHIP, Part.COUNTY})


async def take(tx: Transaction, actor: Actor, application_id: int, deed: Deed) -> tuple[Application, int]:
    """Take a step and return the application as it is then, with the step's id.

    Offices act through their operators and members; for the household, for anybody and for itself it is the hub.
    """
    actor.require(Role.DUTY, Role.OFFICER)
    if deed.part not in OFFICES_ALONE:
        actor.require_hub()
    before = await applications.load(tx, actor, application_id)
    if actor.kind is ActorKind.PERSON and deed.act in JUDGING:  # whoever judges in chat is one of the assessors
        deed = replace(deed, assessors=tuple(dict.fromkeys((int(actor.id), *deed.assessors))))
    to = after(before.standing, deed.act, deed.part)
    if deed.act is Act.GRANT and deed.amount == before.paid:  # decided anew, and no more is to be paid
        to = replace(to, stage=Stage.PAID)
    _require_whole(before, deed)
    await require_able(tx, actor, before, deed, await _judged(tx, application_id))
    if deed.act is Act.PAY:
        await _require_payable(tx, before, deed)
    table = assistance_applications.c
    still = (table.id == application_id) & (table.stage == before.stage.value)
    changed = await tx.execute(update(assistance_applications).where(still).values(_changes(before, deed, to)))
    if changed.rowcount == 0:  # somebody was quicker
        raise NotAtThisStage(act=deed.act.value, stage=(await applications.load(tx, actor, application_id)).stage.value)
    by = deed.by if deed.by and actor.kind is ActorKind.SYSTEM else actor.name
    step = await write_step(tx, Stepped(application_id, before.stage.value, to, by), deed)
    if deed.act is Act.PAY:
        paid = {"application_id": application_id, "step_id": step, "amount": deed.amount}
        await tx.execute(insert(assistance_payments).values(paid | {"paid_at": deed.at, "learned_at": deed.now}))
    return await applications.load(tx, actor, application_id), step


async def history(tx: Transaction, actor: Actor, application_id: int) -> Sequence[Step]:
    """Return every step of an application, oldest first, with who judged and why, in a fixed number of statements."""
    await applications.load(tx, actor, application_id)
    rows = await _of(tx, assistance_steps, application_id)
    assessors: dict[int, list[int]] = {row.id: [] for row in rows}
    words: dict[int, dict[str, str | None]] = {row.id: {} for row in rows}
    photos: dict[int, list[str]] = {row.id: [] for row in rows}
    mine = assistance_assessors.c.application_id == application_id
    for row in await tx.rows(select(assistance_assessors).where(mine).order_by(assistance_assessors.c.person_id)):
        assessors[row.step_id].append(row.person_id)
    for row in await _of(tx, assistance_words, application_id):
        words[row.step_id][row.kind] = row.words
    for row in await _of(tx, assistance_photos, application_id):
        photos[row.step_id].extend([row.digest] if row.digest else [])
    return [_step(row, tuple(assessors[row.id]), words[row.id], tuple(photos[row.id])) for row in rows]


async def words_of(tx: Transaction, actor: Actor, application_id: int) -> Mapping[Words, str]:
    """Return the newest words of each kind that are not erased."""
    await applications.load(tx, actor, application_id)
    rows = await _of(tx, assistance_words, application_id)
    return {Words(row.kind): row.words for row in rows if row.words is not None}


async def erase(tx: Transaction, actor: Actor, application_id: int) -> None:
    """Forget names, words, photos and who objected; that there were some, and digests of words, stays."""
    actor.require(Role.ADMIN)
    await applications.load(tx, actor, application_id)
    await _forget(tx, [application_id])


async def erase_on(tx: Transaction, actor: Actor, request_ids: Sequence[int]) -> None:
    """Forget the same of every application on these requests: whoever made them is forgotten."""
    actor.require_hub()
    table = assistance_applications.c
    await _forget(tx, await tx.values(select(table.id).where(among(tx, table.request_id, request_ids))))


async def _forget(tx: Transaction, application_ids: Sequence[int]) -> None:
    objections, photos = assistance_objections.c, assistance_photos.c
    theirs = select(objections.id).where(among(tx, objections.application_id, application_ids))
    nobody = {"name": None, "phone": None, "person_id": None}
    objectors = assistance_objectors.c.objection_id.in_(theirs)
    await tx.execute(update(assistance_objectors).where(objectors).values(nobody))
    await media.release(tx, photos.digest, among(tx, photos.application_id, application_ids))
    for column, nothing in (
        (assistance_words.c.application_id, {"words": None}),
        (photos.application_id, {"digest": None}),
        (objections.application_id, {"words": None}),
    ):
        await tx.execute(update(column.table).where(among(tx, column, application_ids)).values(nothing))


def _require_whole(before: Application, deed: Deed) -> None:
    """Refuse a step that lacks what it is made of."""
    if deed.act in FIGURED:
        if deed.figures is None:
            raise FiguresMissing
        deed.figures.require_possible()
    if deed.act is Act.GRANT:
        require_amount(deed.amount or 0)
        if (deed.amount or 0) < before.paid:
            raise LessThanPaid(paid=before.paid)
    said = deed.words.get(Words.APPEAL if deed.act is Act.APPEAL else Words.REASON, "").strip()
    if deed.act in REASONED and deed.act is not Act.OBJECT and not said:
        raise WordsMissing  # what an objection says is kept apart
    if deed.act is Act.PAY and deed.amount != before.due:
        raise AmountDiffers(due=before.due, amount=deed.amount)


async def _require_payable(tx: Transaction, before: Application, deed: Deed) -> None:
    """It is paid after the county's decision, and not in the future."""
    steps = assistance_steps.c
    granted = (steps.application_id == before.id) & (steps.act == Act.GRANT.value)
    at = await tx.value(select(steps.happened_at).where(granted).order_by(steps.id.desc()).limit(1))
    if at is None or not at <= deed.at <= deed.now:
        raise PaidWhen


def _changes(before: Application, deed: Deed, to: Standing) -> dict[str, Any]:
    changes: dict[str, Any] = {"stage": to.stage.value, "level": to.level.value, "round": to.round}
    if deed.figures is not None:
        figures = deed.figures
        changes |= {"grade": figures.grade.value, "rooms": figures.rooms}
        changes |= {"amount": figures.amount, "auxiliary": figures.auxiliary}
    if deed.act is Act.GRANT:
        changes["granted"] = deed.amount
    if deed.act is Act.ALLOW:
        changes["granted"] = None
    if deed.act is Act.PAY:
        changes["paid"] = before.paid + (deed.amount or 0)
    return changes


async def _judged(tx: Transaction, application_id: int) -> tuple[Judged, ...]:
    """Return the story as the rules read it."""
    rows = await _of(tx, assistance_steps, application_id)
    named: dict[int, set[str]] = {row.id: set() for row in rows}
    mine = assistance_assessors.c.application_id == application_id
    for row in await tx.rows(select(assistance_assessors).where(mine)):
        named[row.step_id].add(f"person:{row.person_id}")
    return tuple(
        Judged(Act(row.act), Part(row.part), frozenset(named[row.id] | {row.actor}), frozenset(named[row.id]))
        for row in rows
    )


async def _of(tx: Transaction, table: Any, application_id: int) -> Sequence[Any]:
    return await tx.rows(select(table).where(table.c.application_id == application_id).order_by(table.c.id))


def _step(row: Any, assessors: tuple[int, ...], words: dict[str, str | None], photos: tuple[str, ...]) -> Step:
    return Step(
        id=row.id,
        act=Act(row.act),
        from_stage=row.from_stage,
        to_stage=Stage(row.to_stage),
        level=Level(row.level),
        part=Part(row.part),
        actor=row.actor,
        round=row.round,
        grade=grade_of(row.grade),
        rooms=row.rooms,
        auxiliary=row.auxiliary,
        amount=row.amount,
        happened_at=row.happened_at,
        learned_at=row.learned_at,
        assessors=assessors,
        words=words,
        photos=photos,
    )
