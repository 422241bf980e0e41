"""Placing: at which address a notice reaches each chosen member of its audience, as SELECTs that name their values.

`the_audience`, `first` and `last` say which members are chosen, and are given when the statement is executed.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)

from audiences.addresses import SMS, VOICE
from audiences.stores.tables import address_owners, addresses, audience_members, gateways, households, opt_outs, people
from broadcast.content.rules import endangered
from broadcast.notices import WARNS, Notice, Purpose

SPEAKER = "speaker"
DEFAULT_LANGUAGE = "zh_CN"
OLD = ("feature", "landline")
ENDANGERED = endangered(0)
PLACED = ("audience_seq", "address_id", "person_id", "gateway_id", "area_id", "channel", "language", "rule", "why")


def usable(purpose: Purpose) -> ColumnElement[bool]:
    """An address that nothing forbids for a purpose."""
    opted_out = exists().where(opt_outs.c.address_id == addresses.c.id, opt_outs.c.purpose == purpose.value)
    return and_(addresses.c.closed_at.is_(None), addresses.c.stopped_at.is_(None), ~opted_out)


def channel_rank(channels: Sequence[str]) -> ColumnElement[int]:
    return case({name: place for place, name in enumerate(channels)}, value=addresses.c.channel, else_=len(channels))


def exposed() -> ColumnElement[bool]:
    """Say that one of `people` has an old telephone, and a household with a hazard or a danger spot of its own."""
    home = households.c.id == people.c.household_id
    danger = or_(households.c.site_id.is_not(None), households.c.hazard.is_not(None))
    return and_(people.c.phone_kind.in_(OLD), exists().where(home, danger))


def asks_the_exposed(notice: Notice) -> bool:
    """Say whether a notice has words of their own for old telephones in danger zones."""
    return notice.asks_answer and notice.kind in WARNS


def words_of(rule: ColumnElement[int], asks: bool) -> ColumnElement[int]:  # noqa: FBT001 - read once, above
    """Return by which number a person of `people` gets words at one of `addresses`; see content/rules.py."""
    if not asks:
        return rule
    in_danger = and_(addresses.c.channel.in_((SMS, VOICE)), rule >= 0, exposed())
    return case((in_danger, ENDANGERED - rule), else_=rule).label("rule")


def _chosen_members() -> ColumnElement[bool]:
    member = audience_members.c
    mine = member.audience_id == bindparam("the_audience", type_=BigInteger)
    return and_(mine, member.seq.between(bindparam("first", type_=Integer), bindparam("last", type_=Integer)))


def people_reached(purpose: Purpose, channels: Sequence[str], *, asks: bool) -> Select[Any]:
    """The first usable address of each chosen person."""
    open_ones = (
        _addresses_of_people(purpose, channels, asks=asks).where(addresses.c.closed_at.is_(None)).subquery("ranked")
    )
    return _as_placed(open_ones).where(open_ones.c.pick == 1)


def people_reached_everywhere(purpose: Purpose, channels: Sequence[str]) -> Select[Any]:
    """Every usable address of each chosen person."""
    return _as_placed(_addresses_of_people(purpose, channels).where(usable(purpose)).subquery("every"))


def _addresses_of_people(purpose: Purpose, channels: Sequence[str], *, asks: bool = False) -> Select[Any]:
    """The addresses of the chosen people on these channels; `pick` counts from the one that is preferred."""
    member = audience_members.c
    preferred = (case((usable(purpose), 0), else_=1), channel_rank(channels), address_owners.c.rank, addresses.c.id)
    return (
        select(
            member.seq.label("audience_seq"),
            addresses.c.id.label("address_id"),
            member.person_id,
            member.area_id,
            addresses.c.channel,
            people.c.language,
            words_of(member.rule, asks),
            _why(member.why),
            func.row_number().over(partition_by=member.person_id, order_by=preferred).label("pick"),
        )
        .join(people, people.c.id == member.person_id)
        .join(address_owners, and_(address_owners.c.person_id == member.person_id, address_owners.c.until_at.is_(None)))
        .join(addresses, addresses.c.id == address_owners.c.address_id)
        .where(_chosen_members(), addresses.c.channel.in_(channels))
    )


def _as_placed(ranked: Subquery) -> Select[Any]:
    columns = [ranked.c[name] if name != "gateway_id" else null().cast(Integer).label(name) for name in PLACED]
    return select(*columns)


def gateways_reached(wanted: bool) -> Select[Any]:  # noqa: FBT001 - read once, above
    member = audience_members.c
    return (
        select(
            member.seq,
            gateways.c.address_id,
            null().cast(Integer),
            member.gateway_id,
            member.area_id,
            literal(SPEAKER, String),
            literal(DEFAULT_LANGUAGE, String),
            member.rule,
            _why(member.why),
        )
        .join(gateways, gateways.c.id == member.gateway_id)
        .where(_chosen_members(), literal(wanted))
    )


def _why(member_why: ColumnElement[str]) -> ColumnElement[str]:
    return case((member_why == "frozen", "planned"), else_=member_why).label("why")


def further(why: str, at: ColumnElement[bool], notice: Notice) -> Select[Any]:
    """Return rows of PLACED for one more address of members of an audience; `at` says which addresses are theirs."""
    member = audience_members.c
    return (
        select(
            member.seq.label("audience_seq"),
            addresses.c.id.label("address_id"),
            member.person_id,
            null().cast(member.gateway_id.type).label("gateway_id"),
            member.area_id,
            addresses.c.channel,
            people.c.language,
            words_of(member.rule, asks_the_exposed(notice)),
            literal(why).label("why"),
        )
        .join(people, people.c.id == member.person_id)
        .join(addresses, at)
    )


def owned_by_member() -> ColumnElement[bool]:
    """Say that a member of the audience has the address now."""
    return exists().where(
        address_owners.c.address_id == addresses.c.id,
        address_owners.c.person_id == audience_members.c.person_id,
        address_owners.c.until_at.is_(None),
    )
