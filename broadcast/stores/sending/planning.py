"""Planning: a slice of a frozen audience becomes deliveries and ranges by INSERT … SELECT, one per address.

Each person gets the first usable address in the policy's order of channels. An address that somebody in this notice
has already is not written to twice: whoever shares it is marked beside the delivery. Nothing usable at all, but an
address that is opted out or stopped: the delivery is planned and suppressed at its claim, so that it is seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Insert,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from audiences.stores.tables import address_owners, addresses, audience_members
from broadcast.notices import Notice, Purpose
from broadcast.stores import counters
from broadcast.stores.sending.placing import (
    PLACED,
    SPEAKER,
    asks_the_exposed,
    gateways_reached,
    people_reached,
    people_reached_everywhere,
    usable,
)
from broadcast.stores.tables import deliveries, delivery_sharers, notices, ranges
from ground.actor import Actor
from ground.bulk import insert_chosen, insert_rows
from ground.transaction import Transaction


async def planned_through(tx: Transaction, actor: Actor, notice: Notice) -> int:
    """Return the seq of the audience up to which members are planned."""
    actor.require_hub()
    return int(await tx.value(select(notices.c.planned_through).where(notices.c.id == notice.id)))


async def plan_members(tx: Transaction, actor: Actor, notice: Notice, last: int, batches: Mapping[str, int]) -> int:
    """Plan the audience members with seq up to `last` that are not planned yet; return how many deliveries came of it.

    `batches` says for each channel that may be used how many deliveries one range holds.
    """
    actor.require_hub()
    first = 1 + await planned_through(tx, actor, notice)
    channels = tuple(each for each in notice.policy.channels if each in batches)
    how = _how_to_plan(notice.purpose, channels, asks_the_exposed(notice))
    whom = {"the_audience": notice.audience, "first": first, "last": last}
    planned = await _number_on(tx, actor, notice, how.insertion, whom, batches)
    if planned < last - first + 1:  # else everybody has a message of their own, and nobody shares one
        await _mark_sharers(tx, notice, how.reached, whom)
    await _count_people(tx, actor, notice, first, last)
    await tx.execute(update(notices).where(notices.c.id == notice.id).values(planned_through=last))
    return planned


async def plan_everywhere(tx: Transaction, actor: Actor, notice: Notice, last: int, batches: Mapping[str, int]) -> int:
    """Plan every usable address of the members with seq up to `last`: where each number is to be tried."""
    actor.require_hub()
    channels = tuple(each for each in notice.policy.channels if each in batches)
    reached = people_reached_everywhere(notice.purpose, channels).cte("reached")
    whom = {"the_audience": notice.audience, "first": 1, "last": last}
    planned = await _number_on(tx, actor, notice, _insertion(reached), whom, batches)
    await _mark_sharers(tx, notice, reached, whom)
    await _count_people(tx, actor, notice, 1, last)
    await tx.execute(update(notices).where(notices.c.id == notice.id).values(planned_through=last))
    return planned


async def insert_placed(tx: Transaction, actor: Actor, notice: Notice, placed: CTE, batches: Mapping[str, int]) -> int:
    """Write deliveries for rows of PLACED, numbered on densely, with their counters and ranges; return how many."""
    actor.require_hub()
    return await _number_on(tx, actor, notice, _insertion(placed), {}, batches)


@dataclass(frozen=True, slots=True)
class Planning:
    """The large statements of planning: put together once, then only given their values."""

    reached: CTE
    insertion: Insert


@lru_cache(maxsize=32)
def _how_to_plan(purpose: Purpose, channels: tuple[str, ...], asks: bool) -> Planning:  # noqa: FBT001 - a cache's key
    reached = people_reached(purpose, channels, asks=asks).cte("reached")
    placed = select(reached).union_all(gateways_reached(SPEAKER in channels)).cte("placed")
    return Planning(reached, _insertion(placed))


def _insertion(placed: CTE) -> Insert:
    this = bindparam("the_notice", type_=BigInteger)
    known = exists().where(deliveries.c.notice_id == this, deliveries.c.address_id == placed.c.address_id)
    turn = func.row_number().over(partition_by=placed.c.address_id, order_by=placed.c.audience_seq)
    fresh = select(placed, turn.label("turn")).where(~known).subquery("fresh")
    number = func.row_number().over(order_by=(fresh.c.channel, fresh.c.audience_seq, fresh.c.address_id))
    chosen = select(
        this,
        (bindparam("numbered", type_=Integer) + number).cast(Integer),
        *(fresh.c[name] for name in PLACED[1:]),
        bindparam("the_lane", type_=String),
        literal("planned", String),
    ).where(fresh.c.turn == 1)
    return insert(deliveries).from_select(["notice_id", "seq", *PLACED[1:], "lane", "state"], chosen)


async def _number_on(
    tx: Transaction,
    actor: Actor,
    notice: Notice,
    insertion: Insert,
    whom: Mapping[str, Any],
    batches: Mapping[str, int],
) -> int:
    size = int(await tx.value(select(notices.c.size).where(notices.c.id == notice.id).with_for_update()))
    await tx.execute(insertion, {"the_notice": notice.id, "numbered": size, "the_lane": notice.lane.value, **whom})
    spans = await tx.rows(_spans(notice, size))
    if not spans:
        return 0
    newest = max(span.last for span in spans)
    await tx.execute(update(notices).where(notices.c.id == notice.id).values(size=newest))
    await _count_planned(tx, actor, notice, size)
    await _cut_ranges(tx, notice, spans, batches)
    return int(newest - size)


async def _mark_sharers(tx: Transaction, notice: Notice, reached: CTE, whom: Mapping[str, Any]) -> None:
    """Whoever's address carries a delivery for somebody else is marked beside it."""
    mine = and_(deliveries.c.notice_id == notice.id, deliveries.c.address_id == reached.c.address_id)
    beside = (
        select(deliveries.c.notice_id, deliveries.c.seq, reached.c.person_id, reached.c.area_id)
        .join(deliveries, mine)
        .where(or_(deliveries.c.person_id.is_(None), deliveries.c.person_id != reached.c.person_id))
    )
    await insert_chosen(tx, delivery_sharers, ["notice_id", "seq", "person_id", "area_id"], beside, whom)


async def _count_planned(tx: Transaction, actor: Actor, notice: Notice, after: int) -> None:
    area = func.coalesce(deliveries.c.area_id, counters.NO_AREA)
    grouped = (
        select(deliveries.c.notice_id, deliveries.c.channel, area, literal("planned", String), func.count())
        .where(deliveries.c.notice_id == notice.id, deliveries.c.seq > after)
        .group_by(deliveries.c.notice_id, deliveries.c.channel, area)
        .order_by(deliveries.c.channel, area)
    )
    await counters.add_selected(tx, actor, grouped)


async def _count_people(tx: Transaction, actor: Actor, notice: Notice, first: int, last: int) -> None:
    """How many people are meant, and how many of them nothing reaches, by area."""
    member = audience_members.c
    mine = and_(member.audience_id == notice.audience, member.seq.between(first, last), member.person_id.is_not(None))
    reached = (
        select(address_owners.c.person_id)
        .join(addresses, addresses.c.id == address_owners.c.address_id)
        .where(
            address_owners.c.person_id == member.person_id, address_owners.c.until_at.is_(None), usable(notice.purpose)
        )
        .where(addresses.c.channel.in_(notice.policy.channels))
    )
    counted = select(member.area_id, case((reached.exists(), 1), else_=0).label("is_reached")).where(mine).subquery()
    unreached = (func.count() - func.sum(counted.c.is_reached)).cast(Integer).label("unreached")
    by_area = select(counted.c.area_id, func.count().label("people"), unreached).group_by(counted.c.area_id)
    tally: dict[counters.Place, int] = {}
    for row in await tx.rows(by_area):
        tally[notice.id, "", row.area_id, "people"] = row.people
        tally[notice.id, "", row.area_id, "unreachable"] = row.unreached
    await counters.add(tx, actor, tally)


def _spans(notice: Notice, after: int) -> Select[Any]:
    """The first and the last new key of each channel: one channel's keys lie side by side."""
    first, last = func.min(deliveries.c.seq).label("first"), func.max(deliveries.c.seq).label("last")
    mine = and_(deliveries.c.notice_id == notice.id, deliveries.c.seq > after)
    return select(deliveries.c.channel, first, last).where(mine).group_by(deliveries.c.channel)


async def _cut_ranges(tx: Transaction, notice: Notice, spans: Sequence[Row[Any]], batches: Mapping[str, int]) -> None:
    rows = [
        {
            "notice_id": notice.id,
            "channel": span.channel,
            "lane": notice.lane.value,
            "first_seq": start,
            "last_seq": min(start + batches[span.channel] - 1, span.last),
            "state": "planned",
        }
        for span in spans
        for start in range(span.first, span.last + 1, batches[span.channel])
    ]
    await insert_rows(tx, ranges, rows)
