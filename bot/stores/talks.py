"""Talks as they are kept: what is open at an address, newest first; what was gathered goes when a talk ends."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update

from audiences.stores.tables import addresses, people
from bot.conversing import Facts, Talk
from bot.stores.tables import talks
from broadcast.content.message import Choice
from ground.actor import Actor
from ground.transaction import Dialect, Transaction

DEEPEST = 20  # steps back that are remembered


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
    mine = (talks.c.address_id == address_id) & talks.c.ended_at.is_(None)
    rows = await tx.rows(select(talks).where(mine).order_by(talks.c.turn.desc(), talks.c.id.desc()))
    return [_talk(row) for row in rows]


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
    times = {"opened_at": at, "touched_at": at, "turn": await _next_turn(tx, address_id)}
    talk_id = int(await tx.value(insert(talks).values(row | times).returning(talks.c.id)))
    return Talk(talk_id, flow, "", {})


async def keep(tx: Transaction, actor: Actor, talk: Talk, trail: Sequence[tuple[str, Facts]], at: int) -> None:
    """Keep how far a talk came; it is the one that asked last now."""
    actor.require_hub()
    address = select(talks.c.address_id).where(talks.c.id == talk.id)
    values: dict[str, Any] = {
        "step": talk.step,
        "facts": dict(talk.facts),
        "trail": [[step, dict(facts)] for step, facts in trail[-DEEPEST:]],
        "about": talk.about,
        "offered": [{"key": each.key, "label": each.label} for each in talk.offered],
        "many": talk.many,
        "touched_at": at,
        "turn": await _next_turn(tx, int(await tx.value(address))),
    }
    await tx.execute(update(talks).where(talks.c.id == talk.id).values(values))


async def trail_of(tx: Transaction, actor: Actor, talk_id: int) -> Sequence[tuple[str, Facts]]:
    """Return the steps that lie behind, the oldest first, with what was known at each."""
    actor.require_hub()
    kept = await tx.value(select(talks.c.trail).where(talks.c.id == talk_id))
    return [(str(step), facts) for step, facts in kept or ()]


async def asked(tx: Transaction, actor: Actor, talk_id: int, notice: int) -> None:
    """Note which notice carries the question."""
    actor.require_hub()
    await tx.execute(update(talks).where(talks.c.id == talk_id).values(asked_notice=notice))


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


async def _next_turn(tx: Transaction, address_id: int) -> int:
    newest = select(talks.c.turn).where(talks.c.address_id == address_id).order_by(talks.c.turn.desc()).limit(1)
    return 1 + int(await tx.value(newest) or 0)


def _talk(row: Row[Any]) -> Talk:
    offered = tuple(Choice(each["key"], each["label"]) for each in row.offered)
    return Talk(row.id, row.flow, row.step, row.facts, row.about, offered, row.many, row.asked_notice)
