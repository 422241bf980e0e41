"""Applications: filed once per relief request, found by their number, listed by area and stage."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, insert, or_, select

from audiences.stores.scope import below, within
from bot.cases.assistance import Act, Part, Stage, Standing
from bot.cases.assistance_errors import AppliedAlready, NothingToApplyFor
from bot.cases.assistance_values import Application, Deed, Words
from bot.cases.relief import ForWhom, Level, State
from bot.stores.assistance.rows import application_of, chosen, one
from bot.stores.assistance.tables import assistance_applications
from bot.stores.assistance.writing import Stepped, write_step
from bot.stores.relief import requests
from bot.stores.relief.tables import relief_requests
from ground.actor import Actor, ActorKind, Role
from ground.ids import new_id
from ground.transaction import Transaction

applications = assistance_applications.c
NOTHING_TO_APPLY_FOR = frozenset({State.DECLINED, State.WITHDRAWN, State.MERGED})


async def apply(
    tx: Transaction, actor: Actor, request_id: int, at: int, now: int, head: str = "", by: str = ""
) -> Application:
    """File an application for a relief request with its first step; the same request is applied for once."""
    actor.require(Role.DUTY, Role.OFFICER)
    request = await requests.load(tx, actor, request_id)
    if request.state in NOTHING_TO_APPLY_FOR:
        raise NothingToApplyFor(state=request.state.value)
    known = await tx.row(chosen().where(applications.request_id == request.id))
    if known is not None:
        raise AppliedAlready(application=known.public_id)
    standing = Standing(Stage.HOUSEHOLD_REPORT, Level.VILLAGE)
    row = {
        "public_id": new_id(),
        "request_id": request.id,
        "area_id": request.area,
        "household_id": request.household,
        "person_id": None if request.for_whom is ForWhom.NEIGHBOUR else request.person,
        "drill": request.drill,
        "stage": standing.stage.value,
        "level": standing.level.value,
        "round": standing.round,
        "filed_at": at,
        "learned_at": now,
    }
    made = int(await tx.value(insert(assistance_applications).values(row).returning(applications.id)))
    deed = Deed(Act.FILE, Part.APPLICANT, at, now, words={Words.HEAD: head})
    who = by if by and actor.kind is ActorKind.SYSTEM else actor.name
    await write_step(tx, Stepped(made, "", standing, who), deed)
    return await load(tx, actor, made)


async def load(tx: Transaction, actor: Actor, application_id: int) -> Application:
    return await one(tx, actor, applications.id == application_id, application_id)


async def named(tx: Transaction, actor: Actor, name: str) -> Application:
    """Return an application by its public id, or by the tracking number of its request."""
    return await one(tx, actor, or_(applications.public_id == name, relief_requests.c.code == name), name)


async def of_request(tx: Transaction, actor: Actor, request_id: int) -> Application | None:
    """Return what was applied for on a request, or nothing."""
    mine = (applications.request_id == request_id) & within(actor, applications.area_id)
    row = await tx.row(chosen().where(mine))
    return None if row is None else application_of(row)


async def listed(
    tx: Transaction, actor: Actor, area: int, *, stages: Sequence[Stage] = (), after: int = 0, limit: int = 100
) -> Sequence[Application]:
    """Return the applications of an area and below, in the order in which they were filed, a page at a time."""
    here: ColumnElement[bool] = (
        below(area, applications.area_id) & within(actor, applications.area_id) & (applications.id > after)
    )
    if stages:
        here &= applications.stage.in_([stage.value for stage in stages])
    return [application_of(row) for row in await tx.rows(chosen().where(here).order_by(applications.id).limit(limit))]


async def lock(tx: Transaction, actor: Actor, application_id: int) -> None:
    """Hold an application until the transaction ends, so that nobody objects while its notice is being closed."""
    actor.require_hub()
    await tx.execute(select(applications.id).where(applications.id == application_id).with_for_update())
