"""Where receipts come in: those that arrive together are kept in one transaction, and each caller waits for its own."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

import structlog

from broadcast.channels.base import Receipt
from broadcast.dispatch.hub import Hub
from broadcast.stores.returns import proving, receipts
from ground.actor import system

log = structlog.get_logger()
DESK = system("receipts")
TOGETHER = 500
Waiting = tuple[Sequence[Receipt], asyncio.Future[None]]


class ReceiptDesk:
    """Takes receipts from every channel. A caller is answered only when its receipts are safe."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._waiting: asyncio.Queue[Waiting] = asyncio.Queue()

    async def start(self, stack: AsyncExitStack) -> None:
        clerk = asyncio.create_task(self._work(), name="receipts")

        async def dismiss() -> None:
            clerk.cancel()
            await asyncio.gather(clerk, return_exceptions=True)

        stack.push_async_callback(dismiss)

    async def take(self, arrived: Sequence[Receipt]) -> None:
        """Keep receipts and what they prove; a `ReceiptSink`. Raises if they could not be kept: say them again."""
        if not arrived:
            return
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await self._waiting.put((arrived, kept))
        await kept

    async def _work(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while not self._waiting.empty() and sum(len(each) for each, _ in batch) < TOGETHER:
                batch.append(self._waiting.get_nowait())
            try:
                await self._keep([receipt for arrived, _ in batch for receipt in arrived])
            except Exception as fault:
                log.exception("receipts.failed", callers=len(batch))
                await self._keep_apart(batch, fault)
            else:
                _answer(batch, None)

    async def _keep_apart(self, batch: Sequence[Waiting], fault: Exception) -> None:
        """One caller's receipts that cannot be kept must not cost the others theirs."""
        if len(batch) == 1:
            _answer(batch, fault)
            return
        for one in batch:
            try:
                await self._keep(one[0])
            except Exception as own_fault:  # noqa: BLE001 - handed to the caller whose receipts they are
                _answer([one], own_fault)
            else:
                _answer([one], None)

    async def _keep(self, arrived: Sequence[Receipt]) -> None:
        now = self._hub.clock.now()
        async with self._hub.database.writing() as tx:
            proofs = await receipts.keep(tx, DESK, arrived, now)
            await proving.apply(tx, DESK, self._hub.desk, proofs, now)


def _answer(batch: Sequence[Waiting], fault: Exception | None) -> None:
    for _, kept in batch:
        if not kept.done():
            kept.set_exception(fault) if fault else kept.set_result(None)
