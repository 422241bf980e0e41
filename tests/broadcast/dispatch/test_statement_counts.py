"""A batch costs the same number of statements for ten recipients and for a thousand, whatever becomes of them."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from sqlalchemy import delete, event, select, update

from broadcast.channels.base import Abilities, Accepted, Outgoing, Receipt, Word
from broadcast.channels.errors import Gone, Rejected, SendError, Throttled, Unreachable
from broadcast.channels.memory import MemoryChannel
from broadcast.content.message import Message
from broadcast.deliveries import Key
from broadcast.dispatch import plan, sweep
from broadcast.dispatch.hub import Pace
from broadcast.notices import Kind, Notice, Policy
from broadcast.stores import missing
from broadcast.stores.sending import replies
from broadcast.stores.tables import attempts, fallbacks, ranges, retries
from ground.clock import HOUR, SECOND
from ground.transaction import Database
from tests.broadcast.dispatch.crowds import crowd
from tests.builders import World
from tests.dispatching import TESTER, Stage

SIZES = (10, 1_000)
WHOLE = Abilities(receipts=True, batch=2_000)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the statements that the database is sent meanwhile; many rows for one statement count once."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


class Uniform(MemoryChannel):
    """Answers everybody alike."""

    error: SendError | None = None

    def _result(self, outgoing: Outgoing) -> Accepted | SendError:
        return self.error or super()._result(outgoing)


class Batch:
    """A notice to a crowd in one slice and one range, walked through step by step."""

    def __init__(self, database: Database) -> None:
        self.stage = Stage(database, pace=Pace(slice=2_000))
        self.sms, self.chat = Uniform(name="sms", abilities=WHOLE), Uniform(name="telegram", abilities=WHOLE)
        self.stage.channels |= {"sms": self.sms, "telegram": self.chat}
        self.policy = Policy(("sms", "telegram"))

    async def notice(self, code: str, size: int, *channels: str) -> Notice:
        await crowd(self.stage.database, await World(self.stage.database).area(code), size, *(channels or ("sms",)))
        return await self.stage.notice(f"residents({code})", policy=self.policy)

    async def planned(self, code: str, size: int, *channels: str) -> Notice:
        notice = await self.notice(code, size, *channels)
        await self.stage.plan()
        return notice

    async def sent(self, code: str, size: int, *channels: str) -> Notice:
        notice = await self.planned(code, size, *channels)
        await self.stage.send()
        return notice


Costly = Callable[[Batch, str, int], Awaitable[Callable[[], Awaitable[object]]]]
"""Prepares a batch of a size and returns what is to be counted."""


async def _planning(batch: Batch, code: str, size: int) -> Callable[[], Awaitable[object]]:
    await batch.notice(code, size)
    return batch.stage.plan


async def _sending(batch: Batch, code: str, size: int) -> Callable[[], Awaitable[object]]:
    await batch.planned(code, size, "sms", "telegram")
    return batch.stage.send


def _sending_into(error: SendError) -> Costly:
    async def prepare(batch: Batch, code: str, size: int) -> Callable[[], Awaitable[object]]:
        batch.sms.error = error
        return await _sending(batch, code, size)

    return prepare


def _receiving(word: Word, error: SendError | None = None, *, marked: bool = True) -> Costly:
    async def prepare(batch: Batch, code: str, size: int) -> Callable[[], Awaitable[object]]:
        notice = await batch.sent(code, size, "sms", "telegram")
        async with batch.stage.database.reading() as tx:
            rows = await tx.rows(select(attempts).where(attempts.c.notice_id == notice.id))
        arrived = [
            Receipt(
                row.account,
                row.provider_id,
                word,
                word.value,
                key=Key(row.notice_id, row.seq) if marked else None,
                error=error,
            )
            for row in rows
        ]
        assert len(arrived) == size
        return lambda: batch.stage.receipts._keep(arrived)

    return prepare


async def _receiving_for_replies(batch: Batch, code: str, size: int) -> Callable[[], Awaitable[object]]:
    """Every receipt is of a notice of its own."""
    address = await World(batch.stage.database).address("telegram", f"chat-{code}")
    keys = []
    async with batch.stage.database.writing() as tx:
        for _ in range(min(size, 200)):
            notice = await replies.reply(tx, TESTER, address, "telegram", Message("ok"), batch.stage.clock.now())
            keys.append(Key(notice, 1))
    arrived = [Receipt("memory", f"reply-{key}", Word.DELIVERED, "delivered", key=key) for key in keys]
    return lambda: batch.stage.receipts._keep(arrived)


async def _receiving_early(batch: Batch, code: str, size: int) -> Callable[[], Awaitable[object]]:
    """The receipts are here, without a mark, before our own record of the sendings."""
    notice = await batch.planned(code, size)
    [ticket] = await batch.stage.tickets()
    hand = await batch.stage.engine._claim(ticket)
    assert hand is not None
    ids = [f"{Key(notice.id, seq)}:{batch.sms._count + seq}" for seq in range(1, size + 1)]
    await batch.stage.receipts._keep([Receipt("memory", each, Word.DELIVERED, "delivered") for each in ids])
    return lambda: batch.stage.engine._send(batch.sms, hand)


async def _lapsing(batch: Batch, code: str, size: int) -> Callable[[], Awaitable[object]]:
    await batch.planned(code, size)
    [ticket] = await batch.stage.tickets()
    await batch.stage.engine._claim(ticket)
    await batch.stage.let_leases_lapse()
    return lambda: sweep.take_back_lapsed(batch.stage.hub)


async def _expiring(batch: Batch, code: str, size: int) -> Callable[[], Awaitable[object]]:
    await batch.planned(code, size)
    batch.stage.clock.pass_by(7 * HOUR)
    return lambda: sweep.end_closed(batch.stage.hub)


async def _trying_again(batch: Batch, code: str, size: int) -> Callable[[], Awaitable[object]]:
    batch.sms.error = Unreachable("down")
    await batch.sent(code, size)
    await batch.stage.let_retries_be_due()
    return lambda: sweep.try_again(batch.stage.hub)


async def _falling_back(batch: Batch, code: str, size: int) -> Callable[[], Awaitable[object]]:
    await batch.sent(code, size, "sms", "telegram")
    batch.stage.clock.pass_by(60 * SECOND)
    return lambda: sweep.fall_back(batch.stage.hub)


async def _telling_hearers(batch: Batch, code: str, size: int) -> Callable[[], Awaitable[object]]:
    alarm = await batch.sent(code, size)
    ending = await batch.stage.notice(kind=Kind.LIFTED, supersedes=[alarm.id], tells_heard_of=[alarm.id], expires=None)
    return lambda: plan.plan_slice(batch.stage.hub, ending.id)


async def _listing(batch: Batch, code: str, size: int) -> Callable[[], Awaitable[object]]:
    notice = await batch.sent(code, size)

    async def listed() -> Sequence[object]:
        async with batch.stage.database.reading() as tx:
            return await missing.missing(tx, TESTER, notice, limit=2_000)

    return listed


async def forget_what_was_left(database: Database) -> None:
    """What the round before left on its way is none of this one's."""
    async with database.writing() as tx:
        await tx.execute(delete(retries))
        await tx.execute(delete(fallbacks))
        await tx.execute(update(ranges).values(state="done"))


@pytest.mark.parametrize(
    "prepare",
    [
        pytest.param(_planning, id="planning"),
        pytest.param(_sending, id="accepted"),
        pytest.param(_sending_into(Gone("21211")), id="gone"),
        pytest.param(_sending_into(Gone("21610", stopped=True)), id="stopped"),
        pytest.param(_sending_into(Rejected("30007")), id="rejected"),
        pytest.param(_sending_into(Throttled("busy")), id="throttled"),
        pytest.param(_sending_into(Unreachable("down", maybe_accepted=True)), id="unreachable"),
        pytest.param(_receiving(Word.DELIVERED), id="delivered"),
        pytest.param(_receiving(Word.DELIVERED, marked=False), id="delivered, unmarked"),
        pytest.param(_receiving(Word.PROGRESS), id="further"),
        pytest.param(_receiving(Word.FAILED, Unreachable("undelivered")), id="undelivered"),
        pytest.param(_receiving(Word.FAILED, Gone("21211")), id="dead numbers"),
        pytest.param(_receiving_for_replies, id="replies"),
        pytest.param(_receiving_early, id="before our record"),
        pytest.param(_lapsing, id="a lapsed lease"),
        pytest.param(_expiring, id="expiry"),
        pytest.param(_trying_again, id="retries"),
        pytest.param(_falling_back, id="fallback"),
        pytest.param(_telling_hearers, id="hearers of an alarm"),
        pytest.param(_listing, id="the missing list"),
    ],
)
async def test_a_thousand_cost_as_many_statements_as_ten(database: Database, prepare: Costly) -> None:
    costs: list[list[str]] = []
    for place, size in enumerate((SIZES[0], *SIZES)):  # the first finds every table empty: it is only a rehearsal
        await forget_what_was_left(database)
        work = await prepare(Batch(database), f"36{place}", size)
        with counted(database) as statements:
            await work()
        costs.append(list(statements))
    _, ten, thousand = costs
    assert ten
    assert len(thousand) == len(ten), "\n".join(thousand)
