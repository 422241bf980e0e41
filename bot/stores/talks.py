"""Talks as they are kept: what is open at an address, newest first; what was gathered goes when a talk ends."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, insert, select, update

from audiences.stores.tables import addresses, people
from bot.conversing import Talk
from bot.stores.tables import talks
from broadcast.content.message import Choice
from ground.actor import Actor
from ground.transaction import Dialect, Transaction

DEEPEST = 20  # steps back that are remembered


def _next_turn(address: ColumnElement[int]) -> ColumnElement[int]:
    """Return one more than the newest turn at an address."""
    earlier = talks.alias("earlier")
    newest = select(func.max(earlier.c.turn)).where(earlier.c.address_id == address)
    return func.coalesce(newest.scalar_subquery(), 0) + 1


OPEN_AT = (
    select(talks)
    .where(talks.c.address_id == bindparam("address"), talks.c.ended_at.is_(None))
    .order_by(talks.c.turn.desc(), talks.c.id.desc())
)
BEGUN = insert(talks).values(turn=_next_turn(bindparam("address"))).returning(talks.c.id)
KEPT = update(talks).where(talks.c.id == bindparam("talk")).values(turn=_next_turn(talks.c.address_id))
ASKED = update(talks).where(talks.c.id == bindparam("talk"))


async def lock(tx: Transaction, actor: Actor, address_id: int, owners: Sequence[int]) -> None:
    """Let one turn of an address, and of the people who have it, be heard at a time; SQLite has one writer anyway."""
    actor.require_hub()
    if tx.dialect is Dialect.SQLITE:
        return
    mine = select(addresses.c.id).where(addresses.c.id == address_id)
    await tx.execute(mine.with_for_update(key_share=True))
    theirs = select(people.c.id).where(people.c.id.in_(owners)).order_by(people.c.id)
    await tx.execute(theirs.with_for_update(key_share=True))


async def open_at(tx: Transaction, actor: Actor, address_id: int) -> Sequence[Talk]:
    """Return what is open at an address; the first is the one that asked last."""
    actor.require_hub()
    return [_talk(row) for row in await tx.rows(OPEN_AT, {"address": address_id})]


async def open_one(tx: Transaction, actor: Actor, address_id: int, talk_id: int) -> Talk | None:
    """Return one talk of this address if it is still open."""
    actor.require_hub()
    mine = (talks.c.id == talk_id) & (talks.c.address_id == address_id) & talks.c.ended_at.is_(None)
    row = await tx.row(select(talks).where(mine))
    return None if row is None else _talk(row)


async def begin(tx: Transaction, actor: Actor, address_id: int, flow: str, at: int) -> Talk:
    """Open a talk that has not asked anything yet."""
    actor.require_hub()
    row = {"address_id": address_id, "flow": flow, "step": "", "facts": {}, "trail": [], "offered": []}
    times = {"opened_at": at, "touched_at": at, "address": address_id}
    return Talk(int(await tx.value(BEGUN, row | times)), flow, "", {})


async def keep(tx: Transaction, actor: Actor, talk: Talk, at: int) -> None:
    """Keep how far a talk came, and what carried its question; it is the one that asked last now."""
    actor.require_hub()
    values: dict[str, Any] = {
        "talk": talk.id,
        "step": talk.step,
        "facts": dict(talk.facts),
        "trail": [[step, dict(facts)] for step, facts in talk.trail[-DEEPEST:]],
        "about": talk.about,
        "offered": [{"key": each.key, "label": each.label} for each in talk.offered],
        "many": talk.many,
        "asked_notice": talk.asked_notice,
        "touched_at": at,
    }
    await tx.execute(KEPT, values)


async def asked(tx: Transaction, actor: Actor, talk_id: int, notice: int) -> None:
    """Note which notice carries the question."""
    actor.require_hub()
    await tx.execute(ASKED, {"talk": talk_id, "asked_notice": notice})


async def end(tx: Transaction, actor: Actor, talk_id: int, at: int) -> None:
    """End a talk and forget what it gathered: what counts of it stands in a case."""
    actor.require_hub()
    emptied: Mapping[str, Any] = {"facts": {}, "trail": [], "offered": [], "ended_at": at}
    await tx.execute(update(talks).where(talks.c.id == talk_id).values(emptied))


async def end_silent(tx: Transaction, actor: Actor, before: int, at: int) -> int:
    """End what nobody went on with since `before` (story time)."""
    actor.require_hub()
    silent = talks.c.ended_at.is_(None) & (talks.c.touched_at < before)
    ended = update(talks).where(silent).values(facts={}, trail=[], offered=[], ended_at=at)
    return (await tx.execute(ended)).rowcount


def _talk(row: Row[Any]) -> Talk:
    offered = tuple(Choice(each["key"], each["label"]) for each in row.offered)
    trail = tuple((str(step), facts) for step, facts in row.trail)
    return Talk(row.id, row.flow, row.step, row.facts, row.about, offered, row.many, row.asked_notice, trail)
