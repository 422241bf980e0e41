"""A channel whose provider is a peer of the sandbox that answers by HTTP, with a ledger and faults."""

from collections.abc import Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from broadcast.channels.base import Channel, Receipt, ReceiptSink
from sandbox.clock import StoryTime
from sandbox.faults import Fault, FaultKind, Faults
from sandbox.ledger import Ledger
from sandbox.serving import World
from tests.brokers import taken
from tests.contracts.channels.harness import Trouble

FAULTS = {
    Trouble.THROTTLED: Fault(FaultKind.THROTTLE, 1.0),
    Trouble.RUBBISH: Fault(FaultKind.RUBBISH),
    Trouble.CUT: Fault(FaultKind.DROP),
    Trouble.DOWN: Fault(FaultKind.ERROR),
}


@dataclass(slots=True)
class Provider:
    """Whoever answers a channel by HTTP: where, how soon, and how it goes away."""

    patience: float  # seconds after which its answer comes too late
    stack: AsyncExitStack
    gone: AsyncExitStack
    url: str = ""

    async def go_away(self) -> None:
        """Close, and let no other test's server take the place meanwhile."""
        await self.stack.aclose()
        self.gone.enter_context(closing(taken(urlsplit(self.url).port or 0)))


class PeerHarness:
    """A channel whose provider is a peer with a ledger and faults."""

    def __init__(
        self, channel: Channel, secrets: Sequence[str], ledger: Ledger, faults: Faults, provider: Provider
    ) -> None:
        self.channel = channel
        self.secrets = secrets
        self.receipts: list[Receipt] = []
        self._ledger = ledger
        self._faults = faults
        self._provider = provider

    async def trouble(self, trouble: Trouble, times: int = 1) -> None:
        self._faults.order(FAULTS.get(trouble, Fault(FaultKind.DELAY, 2 * self._provider.patience)), times)

    async def unplug(self) -> None:
        await self._provider.go_away()

    async def heard(self, address: str) -> Sequence[str]:
        return [entry.text for entry in self._ledger.entries(address=address)]


def new_world(folder: Path, stack: AsyncExitStack) -> World:
    time = StoryTime()
    return World(folder, time, stack.enter_context(Ledger(folder / "ledger.jsonl", time)))


def sink_into(kept: list[Receipt]) -> ReceiptSink:
    async def sink(receipts: Sequence[Receipt]) -> None:
        kept.extend(receipts)

    return sink
