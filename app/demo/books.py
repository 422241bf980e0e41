"""Reading the two witnesses: the hub's rows, and the lines of the sandbox's ledger."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select

from app.demo.evidence import Believed, Books, Heard, Said
from audiences.stores.tables import addresses
from broadcast.channels.telegram.buttons import read_press
from broadcast.deliveries import Key, State
from broadcast.notices import Kind
from broadcast.notices import State as NoticeState
from broadcast.stores.tables import attempts, counters, deliveries, notice_words, notices
from ground.transaction import Database, Transaction

TALK = "voice_talk"  # what was said in a call after the message, which is no delivery of its own


async def read_books(database: Database) -> Books:
    """Return everything that the hub wrote down of its sendings, as it stands in one transaction."""
    async with database.reading() as tx:
        return Books(
            notices=await _notices(tx),
            deliveries=await _deliveries(tx),
            counters=await _counters(tx),
            provider_ids=await _provider_ids(tx),
        )


def read_ledger(lines: Iterable[Mapping[str, Any]]) -> list[Heard]:
    """Return lines of the ledger as the sandbox's control address gives them."""
    return [
        Heard(line["channel"], line["address"], line["provider_id"], _digest(line), tuple(_marks(line)))
        for line in lines
        if line["channel"] != TALK
    ]


def _digest(line: Mapping[str, Any]) -> str:
    """Return the digest of the words; in a call they follow a greeting that is not the notice's."""
    said = line["facts"].get("said")
    return hashlib.sha256(said[-1].encode()).hexdigest() if said else str(line["digest"])


def _marks(line: Mapping[str, Any]) -> Iterable[str]:
    """A call-back's address, a notice's id in a speaker's command, the buttons below a message: each carries one."""
    if line["mark"]:
        yield line["mark"]
    for carried in line["facts"].get("buttons", ()):
        press = read_press(carried)
        if press is not None:
            yield str(press.key)


async def _notices(tx: Transaction) -> Mapping[int, Said]:
    texts: defaultdict[int, set[str]] = defaultdict(set)
    for row in await tx.rows(select(notice_words.c.notice_id, notice_words.c.message)):
        texts[row.notice_id].add(hashlib.sha256(row.message["text"].encode()).hexdigest())
    told = select(notices).where(notices.c.state != NoticeState.PREPARED)
    return {
        row.id: Said(
            id=row.id,
            public_id=row.public_id,
            kind=Kind(row.kind),
            size=row.size,
            tells_heard_of=frozenset(row.tells_heard_of),
            texts=frozenset(texts[row.id]),
        )
        for row in await tx.rows(told)
    }


async def _deliveries(tx: Transaction) -> list[Believed]:
    joined = select(deliveries, addresses.c.value).join(addresses, addresses.c.id == deliveries.c.address_id)
    return [
        Believed(
            key=Key(row.notice_id, row.seq),
            channel=row.channel,
            address=row.value or "",  # erased: nothing can be heard there any more
            state=State(row.state),
            maybe_twice=row.maybe_twice,
        )
        for row in await tx.rows(joined.order_by(deliveries.c.notice_id, deliveries.c.seq))
    ]


async def _counters(tx: Transaction) -> Mapping[str, int]:
    summed = select(counters.c.state, func.sum(counters.c.n).label("n")).group_by(counters.c.state)
    return {row.state: int(row.n) for row in await tx.rows(summed)}


async def _provider_ids(tx: Transaction) -> Mapping[tuple[str, str], Key]:
    """A message of Telegram is numbered within its chat: what follows the number stands for the chat."""
    joined = select(attempts, deliveries.c.channel).join(
        deliveries, (deliveries.c.notice_id == attempts.c.notice_id) & (deliveries.c.seq == attempts.c.seq)
    )
    return {
        (row.channel, row.provider_id.partition(".")[0] if row.channel == "telegram" else row.provider_id): Key(
            row.notice_id, row.seq
        )
        for row in await tx.rows(joined)
    }
