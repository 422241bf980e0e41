"""What browsers are told: written once per delivery, numbered for each browser, read from any number on, forgotten."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Select,
    String,
    and_,
    delete,
    exists,
    func,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from audiences.stores.tables import addresses
from broadcast.deliveries import Key
from broadcast.stores.tables import webchat_messages, webchat_sessions
from ground.actor import Actor
from ground.bulk import among, insert_rows
from ground.clock import machine_now
from ground.ids import new_id
from ground.transaction import Dialect, Transaction

CHANNEL = "webchat"
SHOWN = 50  # the most that a page is given at once: what is older, it has or does without

sessions, messages = webchat_sessions.c, webchat_messages.c


@dataclass(frozen=True, slots=True)
class Line:
    """One message as a page is given it. `id` is where to go on from: the browser's tag and the number there."""

    tag: str
    seq: int
    key: Key
    message: Mapping[str, Any] = field(repr=False)
    at: int

    @property
    def id(self) -> str:
        return f"{self.tag}.{self.seq}"


@dataclass(frozen=True, slots=True)
class Told:
    """One delivery to be written for a browser."""

    key: Key
    address: str = field(repr=False)
    message: Mapping[str, Any] = field(repr=False)


async def write(tx: Transaction, actor: Actor, told: Sequence[Told], now: int) -> set[str]:
    """Write what is told, in its order for each browser; return the addresses whose owner has ended the chat.

    A delivery that is there already stays as it is: sending it again shows it once.
    """
    actor.require_hub()
    wanted = Counter(each.address for each in told)
    reached = await _advance(tx, wanted)
    learned, rows = machine_now(), []
    for each in told:
        if each.address not in reached:
            continue
        reached[each.address] += 1
        row = {"address": each.address, "seq": reached[each.address], "notice_id": each.key.notice}
        row |= {"delivery_seq": each.key.seq, "at": now, "learned_at": learned, "message": each.message}
        rows.append(row)
    await insert_rows(tx, webchat_messages, rows, ignore_known=True)
    return wanted.keys() - reached.keys()


async def lines_after(tx: Transaction, actor: Actor, address: str, after: str) -> Sequence[Line]:
    """Return what a browser was told after the line of this id, oldest first; what it does not know is the beginning.

    At most the newest `SHOWN`.
    """
    actor.require_hub()
    tag, _, number = after.partition(".")
    seq = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0  # noqa: PLR2004 - an Integer
    newer = and_(messages.address == address, (messages.seq > seq) | (sessions.tag != tag))
    joined = webchat_messages.join(webchat_sessions, sessions.address == messages.address)
    newest = select(webchat_messages, sessions.tag).select_from(joined).where(newer, sessions.ended_at.is_(None))
    rows = await tx.rows(newest.order_by(messages.seq.desc()).limit(SHOWN))
    return [Line(row.tag, row.seq, Key(row.notice_id, row.delivery_seq), row.message, row.at) for row in reversed(rows)]


async def unseen(tx: Transaction, actor: Actor, address: str, seqs: Sequence[int]) -> Sequence[Key]:
    """Return the deliveries behind these numbers of a browser that it has not said to have yet."""
    actor.require_hub()
    mine = and_(messages.address == address, among(tx, messages.seq, seqs), messages.seen_at.is_(None))
    rows = await tx.rows(select(messages.notice_id, messages.delivery_seq).where(mine).order_by(messages.seq))
    return [Key(row.notice_id, row.delivery_seq) for row in rows]


async def seen(tx: Transaction, actor: Actor, address: str, seqs: Sequence[int], now: int) -> None:
    """Note that the browser has these."""
    actor.require_hub()
    mine = and_(messages.address == address, among(tx, messages.seq, seqs), messages.seen_at.is_(None))
    await tx.execute(update(webchat_messages).where(mine).values(seen_at=now))


async def newly_told(tx: Transaction, actor: Actor, listening: Sequence[str], since: int) -> Mapping[str, int]:
    """Return which of these browsers were written to since this machine time, by whatever process, and how far."""
    actor.require_hub()
    mine = and_(messages.learned_at >= since, among(tx, messages.address, listening))
    newest = func.max(messages.seq).label("newest")
    rows = await tx.rows(select(messages.address, newest).where(mine).group_by(messages.address))
    return {row.address: row.newest for row in rows}


async def end(tx: Transaction, actor: Actor, address: str) -> None:
    """The owner cleared the browser: what was told there is erased, and nothing is written there any more."""
    actor.require_hub()
    ended = {"ended_at": machine_now()}
    statement = _inserting(tx).values(address=address, tag=_new_tag(), last_seq=0, **ended)
    await tx.execute(statement.on_conflict_do_update(index_elements=[sessions.address], set_=ended))
    await tx.execute(delete(webchat_messages).where(messages.address == address))


async def ownerless(tx: Transaction, actor: Actor, limit: int) -> Sequence[str]:
    """Return browsers that were written to, but whose address is known no more: its value was erased."""
    actor.require_hub()
    known = exists().where(addresses.c.channel == CHANNEL, addresses.c.value == sessions.address)
    return await tx.values(select(sessions.address).where(~known, sessions.ended_at.is_(None)).limit(limit))


async def erase(tx: Transaction, actor: Actor, erased: Sequence[str]) -> None:
    """Erase these browsers and all that they were told."""
    actor.require_hub()
    await tx.execute(delete(webchat_messages).where(among(tx, messages.address, erased)))
    await tx.execute(delete(webchat_sessions).where(among(tx, sessions.address, erased)))


async def forget_before(tx: Transaction, actor: Actor, instant: int, limit: int) -> int:
    """Erase up to `limit` messages told before `instant` (machine time), the oldest first; return how many."""
    actor.require_hub()
    oldest = select(messages.address, messages.seq).where(messages.learned_at < instant)
    oldest = oldest.order_by(messages.learned_at).limit(limit)
    old = tuple_(messages.address, messages.seq).in_(oldest)
    return (await tx.execute(delete(webchat_messages).where(old))).rowcount


async def _advance(tx: Transaction, wanted: Mapping[str, int]) -> dict[str, int]:
    """Take so many numbers of each browser; return from where on, without those that have ended."""
    taken = _inserting(tx).from_select(["address", "tag", "last_seq"], _counted(tx, wanted))
    further = taken.on_conflict_do_update(
        index_elements=[sessions.address],
        set_={"last_seq": sessions.last_seq + taken.excluded.last_seq},
        where=sessions.ended_at.is_(None),
    )
    rows = await tx.rows(further.returning(sessions.address, sessions.last_seq))
    return {row.address: row.last_seq - wanted[row.address] for row in rows}


def _counted(tx: Transaction, wanted: Mapping[str, int]) -> Select[Any]:
    """Return addresses and numbers as rows, always in one order: two that write at once do not wait in a ring."""
    tag, names = literal(_new_tag()), sorted(wanted)
    if tx.dialect is Dialect.POSTGRESQL:
        columns = literal(names, ARRAY(String)), literal([wanted[name] for name in names], ARRAY(BigInteger))
        given = func.unnest(*columns).table_valued("address", "size").render_derived(name="given")
        return select(given.c.address, tag, given.c.size).order_by(given.c.address)
    each = func.json_each(json.dumps(wanted)).table_valued("key", "value")
    return select(each.c.key, tag, each.c.value).where(literal(1) == 1).order_by(each.c.key)


def _inserting(tx: Transaction) -> Any:
    return (insert_postgresql if tx.dialect is Dialect.POSTGRESQL else insert_sqlite)(webchat_sessions)


def _new_tag() -> str:
    return new_id().replace("-", "")[-8:]
