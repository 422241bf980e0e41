"""Recalling: an answer stops what is still under way to whoever gave it, where a channel can call it back.

It is a courtesy: nothing depends on it, and a telephone that rings on after a crash is answered like any other.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Final

import structlog

from broadcast.channels.base import Recalling
from broadcast.dispatch.hub import Hub
from broadcast.stores.returns import under_way
from broadcast.stores.returns.under_way import UnderWay
from ground.actor import system
from ground.events import Event, Subscription
from ground.transaction import Transaction

log = structlog.get_logger()
CALLER: Final = system("recalling")
ANSWERED: Final = "answer.recorded"
AT_REST: Final = frozenset({"ladder.answered", "ladder.closed"})


@dataclass(slots=True)
class Recaller:
    """Reads answers; the provider is asked beside the transaction, never in it."""

    hub: Hub
    asking: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def subscription(self) -> Subscription:
        return Subscription("recalling", AT_REST | {ANSWERED}, self.read)

    async def read(self, tx: Transaction, event: Event) -> None:
        if not any(isinstance(channel, Recalling) for channel in self.hub.channels.values()):
            return
        for each in await _still_out(tx, event):
            channel = self.hub.channels.get(each.channel)
            if isinstance(channel, Recalling):
                task = asyncio.create_task(_recall(channel, each))
                self.asking.add(task)
                task.add_done_callback(self.asking.discard)


async def _still_out(tx: Transaction, event: Event) -> list[UnderWay]:
    if event.kind in AT_REST:
        return await under_way.of_ladder(tx, CALLER, event.subject)
    facts = event.facts
    return await under_way.of_answered(tx, CALLER, int(facts["notice"]), facts.get("address"), facts.get("person"))


async def _recall(channel: Recalling, sending: UnderWay) -> None:
    try:
        recalled = await channel.cancel(sending.account, sending.provider_id)
    except Exception as fault:  # noqa: BLE001 - a courtesy that fails must hurt nobody
        log.error("recall.broken", fault=type(fault).__name__)  # noqa: TRY400 - a traceback may hold a number
        return
    log.info("sending.recalled", channel=sending.channel, recalled=recalled)
