"""A trace: rows of one table that keep something of somebody, found a slice at a time and wiped by their keys."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, ColumnElement, select

from bot.stores.erasing.subject import Subject
from ground.actor import Actor
from ground.transaction import Transaction

SLICE: Final = 200

Choose = Callable[[Transaction, Subject], ColumnElement[bool]]
Wipe = Callable[[Transaction, Subject, Sequence[int]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Trace:
    """`key` is a whole number by which the rows are found in order and wiped; what is wiped is chosen no more."""

    name: str
    key: Column[int]
    choose: Choose
    wipe: Wipe


async def find(tx: Transaction, actor: Actor, trace: Trace, subject: Subject, after: int) -> Sequence[int]:
    """Return the next keys of rows that keep something of them."""
    actor.require_hub()
    chosen = select(trace.key).where(trace.key > after, trace.choose(tx, subject)).distinct()
    return await tx.values(chosen.order_by(trace.key).limit(SLICE))


async def wipe(tx: Transaction, actor: Actor, trace: Trace, subject: Subject, keys: Sequence[int]) -> None:
    """Wipe what these rows keep of them."""
    actor.require_hub()
    await trace.wipe(tx, subject, keys)
