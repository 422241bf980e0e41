"""What duty terms mean in SQL: who holds or deputises which posts, and where those posts are."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, false, or_, select, true

from audiences.stores.tables import people, posts, sites, terms
from audiences.targeting.expression import Duty, Holders
from audiences.targeting.sql.standpoint import Standpoint, holds_now, lies_below

DutyTerm = Duty | Holders


def has_duty(term: DutyTerm, standpoint: Standpoint) -> ColumnElement[bool]:
    """Say that the person of `people` holds (for Duty also: deputises) a post that the term names."""
    chosen = is_post_of(term, standpoint)
    held = exists(_terms_at_posts(standpoint).where(terms.c.holder_id == people.c.id, chosen))
    if isinstance(term, Holders):
        return held
    return or_(held, exists(_terms_at_posts(standpoint).where(terms.c.deputy_id == people.c.id, chosen)))


def is_post_of(term: DutyTerm, standpoint: Standpoint) -> ColumnElement[bool]:
    """Say that the post of `posts` is one the term names."""
    kind = true() if term.kind is None else posts.c.duty == term.kind
    there = lies_below(standpoint.root(term.area), posts.c.area_id)
    if term.site is None:
        return kind & there
    at_site = sites.c.id == posts.c.site_id
    return kind & there & exists(select(1).where(at_site, sites.c.kind == term.site, sites.c.gone_at.is_(None)))


def in_scope(standpoint: Standpoint) -> ColumnElement[bool]:
    """Scope follows the duty: who holds or deputises a post in the scope may be reached, wherever they live."""
    return has_duty(Duty(), standpoint)


def place_of_duty(terms_named: Iterable[DutyTerm], standpoint: Standpoint) -> ScalarSelect[int]:
    """Return where the person of `people` has the first of the duties that the terms name; NULL without one."""
    holder = terms.c.holder_id == people.c.id
    named = [
        is_post_of(term, standpoint) & (holder if isinstance(term, Holders) else holder | _deputises())
        for term in terms_named
    ]
    theirs = select(posts.c.area_id).select_from(terms.join(posts, posts.c.id == terms.c.post_id))
    return (
        theirs.where(holds_now(standpoint.at), holder | _deputises(), or_(false(), *named))
        .order_by(posts.c.rank, posts.c.id)
        .limit(1)
        .correlate(people)
        .scalar_subquery()
    )


def _deputises() -> ColumnElement[bool]:
    return terms.c.deputy_id == people.c.id


def _terms_at_posts(standpoint: Standpoint) -> Select[int]:
    joined = terms.join(posts, posts.c.id == terms.c.post_id)
    return select(1).select_from(joined).where(holds_now(standpoint.at)).correlate(people)
