"""Commands to loudspeakers as evidence, and their counter: it rises with every send, whoever sends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import REGCLASS

from broadcast.stores.tables import speaker_commands
from ground.actor import Actor
from ground.bulk import insert_rows
from ground.clock import machine_now
from ground.transaction import Dialect, Transaction


@dataclass(frozen=True, slots=True)
class Sending:
    """One command that is about to go out on `topic`."""

    command_id: str
    kind: str
    topic: str
    notice: int | None = None


async def allot(tx: Transaction, actor: Actor, sendings: Sequence[Sending], at: int) -> Sequence[int]:
    """Write down what is about to go out; return one counter each, rising, above all that were ever given out."""
    actor.require_hub()
    if not sendings:
        return []
    counters = await _next_counters(tx, len(sendings))
    learned = machine_now()
    rows = [
        {
            "counter": counter,
            "command_id": each.command_id,
            "notice_id": each.notice,
            "topic": each.topic,
            "kind": each.kind,
            "at": at,
            "learned_at": learned,
        }
        for counter, each in zip(counters, sendings, strict=True)
    ]
    await insert_rows(tx, speaker_commands, rows)
    return counters


async def raise_counter(tx: Transaction, actor: Actor, to: int, at: int) -> None:
    """Let the next counter be above `to`, unless it is already.

    Gateways refuse a counter that is not above their last. After a database came back from a backup every counter
    would be refused, so the hub starts above the machine's milliseconds, which outrun any number of sendings.
    """
    actor.require_hub()
    if await _highest(tx) >= to:
        return
    if tx.dialect is Dialect.POSTGRESQL:
        await tx.execute(select(func.setval(_sequence(), literal(to, BigInteger))))
    row = {"counter": to, "command_id": "", "notice_id": None, "topic": "", "kind": "start", "at": at}
    await insert_rows(tx, speaker_commands, [row | {"learned_at": machine_now()}], ignore_known=True)


async def _next_counters(tx: Transaction, count: int) -> Sequence[int]:
    if tx.dialect is Dialect.SQLITE:  # one writer: nobody comes between reading and writing
        highest = await _highest(tx)
        return range(highest + 1, highest + 1 + count)
    each = func.generate_series(1, count).table_valued("n")
    return sorted(await tx.values(select(func.nextval(_sequence())).select_from(each)))


async def _highest(tx: Transaction) -> int:
    if tx.dialect is Dialect.POSTGRESQL:  # what another process took a moment ago counts, committed or not
        return int(await tx.value(select(func.coalesce(func.pg_sequence_last_value(_sequence()), 0))))
    return int(await tx.value(select(func.coalesce(func.max(speaker_commands.c.counter), 0))))


def _sequence() -> ColumnElement[Any]:
    name = func.pg_get_serial_sequence(literal("speaker_commands", Text), literal("counter", Text))
    return cast(name, REGCLASS)
