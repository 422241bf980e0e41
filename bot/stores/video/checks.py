"""Video checks as they are kept: asked once, moved forward by what comes, overdue once, judged once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, func, insert, select, update

from audiences.errors import UnknownArea
from audiences.stores.scope import below, within
from audiences.stores.tables import areas
from bot.cases.video_check import JUDGED, WAITING, Result, State, Via, earlier
from bot.cases.video_errors import AlreadyJudged, CheckOver, UnknownCheck
from bot.stores.video.tables import video_checks, video_judgements
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.bulk import among, insert_rows
from ground.clock import machine_now
from ground.ids import new_id
from ground.transaction import Dialect, Transaction

ASKERS: Final = (Role.OFFICER, Role.APPROVER, Role.DUTY)
checks = video_checks.c


@dataclass(frozen=True, slots=True)
class CheckDraft:
    """Whom to ask to show what. `person` None: nobody holds the duty there."""

    site: int | None
    area: int
    person: int | None
    code: str
    due_at: int
    drill: bool = False
    draw: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A check as it is kept; `id` outside, `key` inside."""

    id: str
    key: int
    code: str
    site: int | None
    area: int
    person: int | None
    drill: bool
    draw: int | None
    asked_by: str
    asked_at: int
    due_at: int
    state: State
    opened_at: int | None
    showing_at: int | None
    answered_at: int | None
    via: Via | None
    overdue_at: int | None
    judged_at: int | None
    judged_by: str | None
    reason: str
    alert: str | None

    @property
    def result(self) -> Result | None:
        return Result(self.state) if self.state in JUDGED else None

    @property
    def open(self) -> bool:
        return self.state not in JUDGED


async def keep_all(tx: Transaction, actor: Actor, drafts: Sequence[CheckDraft], at: int) -> Sequence[Check]:
    """Keep new checks, in a constant number of statements; every area must lie in the actor's."""
    actor.require(*ASKERS)
    await _refuse_foreign(tx, actor, {each.area for each in drafts})
    rows = [_row(each, actor, at) for each in drafts]
    await insert_rows(tx, video_checks, rows)
    ids = [str(row["public_id"]) for row in rows]
    found = await tx.rows(select(video_checks).where(among(tx, checks.public_id, ids)).order_by(checks.public_id))
    await record_deed(tx, actor, "video_checks.asked", f"video_check:{ids[0] if ids else ''}", at, checks=ids)
    return [check_of(row) for row in found]


async def load(tx: Transaction, actor: Actor, public_id: str) -> Check:
    row = await tx.row(select(video_checks).where(checks.public_id == public_id, within(actor, checks.area_id)))
    if row is None:
        raise UnknownCheck(check=public_id)
    return check_of(row)


async def by_key(tx: Transaction, actor: Actor, check_id: int) -> Check:
    row = await tx.row(select(video_checks).where(checks.id == check_id, within(actor, checks.area_id)))
    if row is None:
        raise UnknownCheck(check=check_id)
    return check_of(row)


async def listed(
    tx: Transaction,
    actor: Actor,
    *,
    under: int | None = None,
    site: int | None = None,
    open_only: bool = False,
    before: str | None = None,
    limit: int = 50,
) -> Sequence[Check]:
    """Return checks of the actor's area, the newest first; `before` is the id of the last one seen."""
    wanted = select(video_checks).where(within(actor, checks.area_id)).order_by(checks.public_id.desc()).limit(limit)
    if under is not None:
        wanted = wanted.where(below(under, checks.area_id))
    if site is not None:
        wanted = wanted.where(checks.site_id == site)
    if open_only:
        wanted = wanted.where(checks.state.not_in(JUDGED))
    if before:
        wanted = wanted.where(checks.public_id < before)
    return [check_of(row) for row in await tx.rows(wanted)]


async def open_of(tx: Transaction, actor: Actor, person_ids: Sequence[int]) -> Sequence[Check]:
    """Return the open checks that these people were asked for, the newest first."""
    actor.require_hub()
    mine = among(tx, checks.person_id, list(person_ids)) & checks.state.not_in(JUDGED)
    return [check_of(row) for row in await tx.rows(select(video_checks).where(mine).order_by(checks.id.desc()))]


async def forward(
    tx: Transaction, actor: Actor, check_id: int, state: State, at: int, *, via: Via | None = None
) -> bool:
    """Move a check forward to a state before judgement; False if it was there, or further, already."""
    actor.require_hub()
    stamp: dict[str, Any] = {f"{state}_at": func.coalesce(checks[f"{state}_at"], at)}
    if via is not None:
        stamp["via"] = func.coalesce(checks.via, via)
    mine = (checks.id == check_id) & checks.state.in_(earlier(state))
    return (await tx.execute(update(video_checks).where(mine).values(state=state, **stamp))).rowcount == 1


async def hold(tx: Transaction, actor: Actor, check_id: int) -> Check:
    """Return an open check, for this transaction alone to write to; CheckOver if it was judged."""
    actor.require_hub()
    wanted = select(video_checks).where(checks.id == check_id)
    row = await tx.row(wanted.with_for_update(key_share=True) if tx.dialect is Dialect.POSTGRESQL else wanted)
    if row is None:
        raise UnknownCheck(check=check_id)
    if row.state in JUDGED:
        raise CheckOver
    return check_of(row)


async def unanswered(tx: Transaction, actor: Actor, now: int, limit: int) -> Sequence[int]:
    """Return checks to which nobody answered until the deadline, and of which nothing was said yet."""
    actor.require_hub()
    return list(await tx.values(select(checks.id).where(_late(now)).order_by(checks.due_at, checks.id).limit(limit)))


def _late(now: int) -> ColumnElement[bool]:
    return checks.overdue_at.is_(None) & checks.state.in_(WAITING) & (checks.due_at <= now)


async def overdue(tx: Transaction, actor: Actor, now: int, check_ids: Sequence[int]) -> Sequence[Check]:
    """Mark and return those of these checks that are overdue; each is returned once."""
    actor.require_hub()
    wanted = select(checks.id).where(_late(now), among(tx, checks.id, check_ids)).order_by(checks.id)
    if tx.dialect is Dialect.POSTGRESQL:
        wanted = wanted.with_for_update(skip_locked=True)
    found = list(await tx.values(wanted))
    if not found:
        return []
    marked = update(video_checks).where(among(tx, checks.id, found)).values(overdue_at=now)
    await tx.execute(marked)
    return [check_of(row) for row in await tx.rows(select(video_checks).where(among(tx, checks.id, found)))]


async def judge(tx: Transaction, actor: Actor, check_id: int, result: Result, reason: str, at: int) -> Check:
    """Say what a check came to; it is said once."""
    actor.require(*ASKERS)
    present = await by_key(tx, actor, check_id)
    mine = (checks.id == check_id) & checks.state.not_in(JUDGED) & within(actor, checks.area_id)
    said = {"state": result.value, "judged_at": at, "judged_by": actor.name, "reason": reason[:400]}
    if (await tx.execute(update(video_checks).where(mine).values(said))).rowcount == 0:
        raise AlreadyJudged(check=present.id, result=present.state)
    row = {"check_id": check_id, "area_id": present.area, "result": result.value, "reason": reason[:400]}
    row |= {"by": actor.name, "at": at, "learned_at": machine_now()}
    await tx.execute(insert(video_judgements).values(row))
    await record_deed(tx, actor, "video_check.judged", f"video_check:{present.id}", at, result=result.value)
    return await by_key(tx, actor, check_id)


async def note_alert(tx: Transaction, actor: Actor, check_id: int, alert_id: str) -> None:
    """Note the draft that a check opened."""
    actor.require(*ASKERS)
    mine = (checks.id == check_id) & within(actor, checks.area_id)
    await tx.execute(update(video_checks).where(mine).values(alert_id=alert_id))


async def _refuse_foreign(tx: Transaction, actor: Actor, area_ids: set[int]) -> None:
    mine = among(tx, areas.c.id, sorted(area_ids)) & within(actor, areas.c.id)
    foreign = area_ids - set(await tx.values(select(areas.c.id).where(mine)))
    if foreign:
        raise UnknownArea(area=min(foreign))


def _row(draft: CheckDraft, actor: Actor, at: int) -> dict[str, Any]:
    return {
        "public_id": new_id(),
        "code": draft.code,
        "site_id": draft.site,
        "area_id": draft.area,
        "person_id": draft.person,
        "drill": draft.drill,
        "draw_id": draft.draw,
        "asked_by": actor.name,
        "asked_at": at,
        "learned_at": machine_now(),
        "due_at": draft.due_at,
        "state": State.ASKED.value,
    }


def check_of(row: Row[Any]) -> Check:
    return Check(
        id=row.public_id,
        key=row.id,
        code=row.code,
        site=row.site_id,
        area=row.area_id,
        person=row.person_id,
        drill=row.drill,
        draw=row.draw_id,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        due_at=row.due_at,
        state=State(row.state),
        opened_at=row.opened_at,
        showing_at=row.showing_at,
        answered_at=row.answered_at,
        via=Via(row.via) if row.via else None,
        overdue_at=row.overdue_at,
        judged_at=row.judged_at,
        judged_by=row.judged_by,
        reason=row.reason,
        alert=row.alert_id,
    )
