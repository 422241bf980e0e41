"""Posts and terms as they are kept: a term is closed and another opened, never overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, select, update

from audiences.duties import Post, Term
from audiences.errors import UnknownPost
from audiences.stores.reach.owners import refuse_strangers
from audiences.stores.scope import below, lasting, within
from audiences.stores.tables import posts, terms
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.bulk import among, insert_rows
from ground.events import NewsDesk
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Handover:
    """A post given to somebody, from an instant on; `until` open unless it is known beforehand."""

    post: int
    holder: int
    deputy: int | None
    since: int
    until: int | None = None


async def load(tx: Transaction, actor: Actor, post_id: int, *, now: int) -> Post:
    row = await tx.row(_posts_with_terms(now).where(posts.c.id == post_id, within(actor, posts.c.area_id)))
    if row is None:
        raise UnknownPost(post=post_id)
    return _post(row)


async def in_area(
    tx: Transaction, actor: Actor, area: int, *, now: int, duty: str | None = None, after: int = 0, limit: int = 100
) -> Sequence[Post]:
    """Return the posts of an area and below with the terms that last, a page at a time in the order of their ids."""
    chosen = below(area, posts.c.area_id) & within(actor, posts.c.area_id) & posts.c.gone_at.is_(None)
    if duty is not None:
        chosen &= posts.c.duty == duty
    page = _posts_with_terms(now).where(chosen, posts.c.id > after).order_by(posts.c.id).limit(limit)
    return [_post(row) for row in await tx.rows(page)]


async def hand_over(
    tx: Transaction, actor: Actor, desk: NewsDesk, post_id: int, holder: int, *, at: int, deputy: int | None = None
) -> None:
    """Close the present term of a post and open the next; told as `duty.handed_over`."""
    await hand_over_many(tx, actor, desk, [Handover(post_id, holder, deputy, at)], at=at)
    await record_deed(tx, actor, "duty.handed_over", f"post:{post_id}", at, to=holder, deputy=deputy)


async def hand_over_many(
    tx: Transaction, actor: Actor, desk: NewsDesk, handovers: Sequence[Handover], *, at: int
) -> None:
    """Hand over posts, in a constant number of statements; a holder must live or serve within the actor's area.

    A term ends where the next begins, also one that was arranged before.
    """
    actor.require(Role.ADMIN, Role.DUTY)
    if not handovers:
        return
    await _refuse_foreign_posts(tx, actor, {each.post for each in handovers})
    people = {each.holder for each in handovers} | {each.deputy for each in handovers if each.deputy is not None}
    await refuse_strangers(tx, actor, people, at)
    present, following = await _around(tx, handovers)
    await _close(tx, [(present[each.post], each.since) for each in handovers if each.post in present])
    await insert_rows(tx, terms, [_term_row(each, following.get(each.post)) for each in handovers])
    await desk.tell_many(tx, "duty.handed_over", [_news(each, present.get(each.post)) for each in handovers], at)


async def vacate(tx: Transaction, actor: Actor, post_ids: Sequence[int], *, at: int) -> None:
    """Close the present terms of posts that nobody takes over."""
    actor.require(Role.ADMIN, Role.DUTY)
    mine = select(posts.c.id).where(among(tx, posts.c.id, post_ids), within(actor, posts.c.area_id))
    await tx.execute(update(terms).where(terms.c.post_id.in_(mine), lasting(at)).values(until_at=at))


async def _refuse_foreign_posts(tx: Transaction, actor: Actor, post_ids: set[int]) -> None:
    seen = select(posts.c.id).where(among(tx, posts.c.id, sorted(post_ids)), within(actor, posts.c.area_id))
    foreign = post_ids - set(await tx.values(seen))
    if foreign:
        raise UnknownPost(post=min(foreign))


async def _around(tx: Transaction, handovers: Sequence[Handover]) -> tuple[Mapping[int, Term], Mapping[int, int]]:
    """Return the term of each post into which the new one falls, and the instant at which a later one begins."""
    since = {each.post: each.since for each in handovers}
    listed = select(terms).where(among(tx, terms.c.post_id, list(since))).order_by(terms.c.from_at.desc())
    present: dict[int, Term] = {}
    following: dict[int, int] = {}
    for row in await tx.rows(listed):
        term = Term(row.id, row.post_id, row.holder_id, row.deputy_id, row.from_at, row.until_at)
        if term.since > since[term.post]:
            following[term.post] = term.since
        elif term.lasts(since[term.post]):
            present[term.post] = term
    return present, following


async def _close(tx: Transaction, ends: Sequence[tuple[Term, int]]) -> None:
    if ends:
        closing = update(terms).where(terms.c.id == bindparam("term")).values(until_at=bindparam("moment"))
        await tx.execute(closing, [{"term": term.id, "moment": at} for term, at in ends])


def _term_row(each: Handover, following: int | None) -> dict[str, int | None]:
    ends = [at for at in (each.until, following) if at is not None]
    return {
        "post_id": each.post,
        "holder_id": each.holder,
        "deputy_id": each.deputy,
        "from_at": each.since,
        "until_at": min(ends, default=None),
    }


def _news(each: Handover, present: Term | None) -> tuple[str, dict[str, Any]]:
    before = None if present is None else present.holder
    return str(each.post), {"post": each.post, "from": before, "to": each.holder, "deputy": each.deputy}


def _posts_with_terms(now: int) -> Select[Any]:
    present: ColumnElement[bool] = and_(terms.c.post_id == posts.c.id, lasting(now))
    term = (terms.c.id.label("term_id"), terms.c.holder_id, terms.c.deputy_id, terms.c.from_at, terms.c.until_at)
    return select(posts, *term).select_from(posts.outerjoin(terms, present))


def _post(row: Row[Any]) -> Post:
    term = None
    if row.term_id is not None:
        term = Term(row.term_id, row.id, row.holder_id, row.deputy_id, row.from_at, row.until_at)
    return Post(row.id, row.duty, row.area_id, row.site_id, row.organisation_id, row.rank, term)
