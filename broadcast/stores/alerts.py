"""Warnings as they are kept: drafted, edited, found again by id, by identity and by the chain they belong to."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select, update

from audiences.stores.scope import within
from audiences.stores.tables import areas, audiences
from broadcast.alerts.lifecycle import State, Step, next_state
from broadcast.alerts.model import Alert, AlertDraft, Identity
from broadcast.alerts.packing import packed, packed_identity, unpacked
from broadcast.errors import KnownAlready, NeverReal, OutsideYourArea, StaleEdit, UnknownAlert
from broadcast.stores.tables import alerts
from ground.actor import Actor, Role
from ground.bulk import insert_rows
from ground.ids import new_id
from ground.transaction import Transaction

LONGEST_CHAIN = 100
"""Warnings that update one another: more than any storm has had, and an end for the recursion."""


async def keep(tx: Transaction, actor: Actor, draft: AlertDraft, at: int) -> Alert:
    """Keep a new draft; an identity that a CAP file gave is fixed with it, else a placeholder stands there."""
    actor.require(Role.OFFICER, Role.APPROVER)
    await _require_area(tx, actor, draft.area)
    if draft.replaces is not None:
        await load(tx, actor, draft.replaces)
    alert_id = new_id()
    row = packed(draft) | {
        "id": alert_id,
        **packed_identity(draft.identity or Identity(alert_id, "", at, "")),
        "status": draft.status,
        "msg_type": draft.msg_type,
        "ending": draft.ending,
        "state": State.DRAFT,
        "replaces_id": draft.replaces,
        "author": actor.name,
        "made_at": at,
        "cap_digest": draft.cap_digest,
        "source": draft.source,
    }
    await insert_rows(tx, alerts, [row], ignore_known=True)
    if await tx.value(select(alerts.c.id).where(alerts.c.id == alert_id)) is None:
        raise KnownAlready(identifier=row["identifier"], sender=row["sender"])
    return await load(tx, actor, alert_id)


async def overwrite(tx: Transaction, actor: Actor, alert_id: str, version: int, draft: AlertDraft) -> Alert:
    """Change a draft of which the editor has read `version`; what it is (drill or real, of which type) stays."""
    actor.require(Role.OFFICER)
    kept = await load(tx, actor, alert_id)
    if draft.status is not kept.status:
        raise NeverReal(status=kept.status)
    await _require_area(tx, actor, draft.area)
    mine = (alerts.c.id == alert_id) & (alerts.c.state == State.DRAFT) & (alerts.c.version == version)
    changed = update(alerts).where(mine, within(actor, alerts.c.area_id)).values(**packed(draft), version=version + 1)
    if (await tx.execute(changed)).rowcount == 0:
        present = await load(tx, actor, alert_id)
        next_state(present.state, Step.EDIT)
        raise StaleEdit(given=version, present=present.version)
    return await load(tx, actor, alert_id)


async def set_audience(tx: Transaction, actor: Actor, alert_id: str, audience: int) -> Alert:
    """Remember to whom a warning goes: an audience that was asked for in the actor's area."""
    actor.require(Role.APPROVER, Role.OFFICER)
    asked_here = exists().where(audiences.c.id == audience, within(actor, audiences.c.actor_area_id))
    if not await tx.value(select(asked_here)):
        raise OutsideYourArea
    mine = (alerts.c.id == alert_id) & within(actor, alerts.c.area_id)
    await tx.execute(update(alerts).where(mine).values(audience_id=audience))
    return await load(tx, actor, alert_id)


async def load(tx: Transaction, actor: Actor, alert_id: str) -> Alert:
    row = await tx.row(select(alerts).where(alerts.c.id == alert_id, within(actor, alerts.c.area_id)))
    if row is None:
        raise UnknownAlert(alert=alert_id)
    return unpacked(row)


async def listed(
    tx: Transaction, actor: Actor, *, states: Collection[State] = (), before: str | None = None, limit: int = 50
) -> Sequence[Alert]:
    """Return warnings, the newest first; `before` is the id of the last one of the page before."""
    wanted = select(alerts).where(within(actor, alerts.c.area_id)).order_by(alerts.c.id.desc()).limit(limit)
    if states:
        wanted = wanted.where(alerts.c.state.in_([state.value for state in states]))
    if before is not None:
        wanted = wanted.where(alerts.c.id < before)
    return [unpacked(row) for row in await tx.rows(wanted)]


async def with_identity(tx: Transaction, actor: Actor, identity: Identity) -> Alert | None:
    """Return the warning with that sender, identifier and instant: the same message, however its file was spaced."""
    named = [alerts.c.sender == identity.sender, alerts.c.identifier == identity.identifier]
    row = await tx.row(select(alerts).where(*named, alerts.c.sent == identity.sent, within(actor, alerts.c.area_id)))
    return unpacked(row) if row else None


async def referred_to(tx: Transaction, actor: Actor, identities: Sequence[Identity]) -> Sequence[Alert]:
    """Return those of our warnings that the identities name, the newest first."""
    if not identities:
        return []
    named = [
        and_(alerts.c.sender == each.sender, alerts.c.identifier == each.identifier, alerts.c.sent == each.sent)
        for each in identities[:LONGEST_CHAIN]
    ]
    wanted = select(alerts).where(or_(*named), within(actor, alerts.c.area_id)).order_by(alerts.c.sent.desc())
    return [unpacked(row) for row in await tx.rows(wanted)]


async def chain(tx: Transaction, actor: Actor, alert_id: str) -> Sequence[Alert]:
    """Return the warning and all that it replaces, one after the other, the newest first."""
    own = select(alerts.c.id, alerts.c.replaces_id, literal(0).label("depth")).where(alerts.c.id == alert_id)
    line = own.cte("line", recursive=True)
    earlier = alerts.alias("earlier")
    line = line.union_all(
        select(earlier.c.id, earlier.c.replaces_id, line.c.depth + 1)
        .join(line, earlier.c.id == line.c.replaces_id)
        .where(line.c.depth < LONGEST_CHAIN)
    )
    wanted = select(alerts).join(line, line.c.id == alerts.c.id).order_by(line.c.depth)
    return [unpacked(row) for row in await tx.rows(wanted.where(within(actor, alerts.c.area_id)))]


async def standing_for(tx: Transaction, actor: Actor, alert_id: str) -> Alert:
    """Return what was issued last in place of a warning: itself, or the end of the line of its updates."""
    line = select(alerts.c.id, literal(0).label("depth")).where(alerts.c.id == alert_id).cte("line", recursive=True)
    later = alerts.alias("later")
    gone = [State.DRAFT.value, State.SUBMITTED.value, State.APPROVED.value, State.WITHDRAWN.value]
    line = line.union_all(
        select(later.c.id, line.c.depth + 1)
        .join(line, later.c.replaces_id == line.c.id)
        .where(later.c.state.not_in(gone), line.c.depth < LONGEST_CHAIN)
    )
    wanted = select(alerts).join(line, line.c.id == alerts.c.id).where(within(actor, alerts.c.area_id))
    row = await tx.row(wanted.order_by(line.c.depth.desc()).limit(1))
    if row is None:
        raise UnknownAlert(alert=alert_id)
    return unpacked(row)


async def unconfirmed(tx: Transaction, actor: Actor) -> Sequence[Alert]:
    """Return what one person issued alone, a correction or in an emergency, and no second has confirmed yet."""
    mine = and_(unconfirmed_yet(), within(actor, alerts.c.area_id))
    rows = await tx.rows(select(alerts).where(mine).order_by(alerts.c.sent))
    return [unpacked(row) for row in rows]


def unconfirmed_yet() -> ColumnElement[bool]:
    """Say that people were told at one person's word; a warning that went the usual way has an approver."""
    alone = or_(alerts.c.ending == "correction", alerts.c.approver.is_(None))
    told = alerts.c.state.not_in([State.DRAFT, State.SUBMITTED, State.APPROVED, State.WITHDRAWN])
    return and_(alone, told, alerts.c.confirmer.is_(None))


async def identifiers_from(tx: Transaction, actor: Actor, sender: str, stem: str) -> Sequence[str]:
    """Return the identifiers of a sender that begin with `stem`, whatever area they belong to."""
    actor.require(Role.OFFICER, Role.APPROVER)
    named = (alerts.c.sender == sender) & alerts.c.identifier.startswith(stem, autoescape=True)
    return await tx.values(select(alerts.c.identifier).where(named))


async def _require_area(tx: Transaction, actor: Actor, area: int) -> None:
    if await tx.value(select(areas.c.id).where(areas.c.id == area, within(actor, areas.c.id))) is None:
        raise OutsideYourArea
