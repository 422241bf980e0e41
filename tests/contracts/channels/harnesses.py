"""The harness of each channel: its provider in the sandbox, its settings, its troubles."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from broadcast.channels.base import Channel, Receipt, ReceiptSink, Word
from broadcast.channels.errors import Gone
from broadcast.channels.memory import MemoryChannel
from broadcast.channels.sms_twilio.channel import TwilioChannel
from broadcast.channels.sms_twilio.settings import TwilioSettings
from broadcast.channels.telegram.channel import TelegramChannel
from broadcast.channels.telegram.settings import TelegramSettings
from ground.clock import WallClock
from sandbox.clock import StoryTime
from sandbox.faults import Fault, FaultKind, Faults
from sandbox.ledger import Ledger
from sandbox.serving import World
from sandbox.telegram.limits import Limits
from sandbox.telegram.server import TelegramPeer
from sandbox.twilio.server import SENDER, TwilioPeer
from tests.contracts.channels.harness import Bench, Harness, Trouble
from tests.contracts.channels.speaker_harness import speaker
from tests.contracts.channels.webchat_harness import webchat
from tests.hooks import Hooks

TIMEOUT = 0.4  # seconds
FAULTS = {
    Trouble.THROTTLED: Fault(FaultKind.THROTTLE, 1.0),
    Trouble.RUBBISH: Fault(FaultKind.RUBBISH),
    Trouble.CUT: Fault(FaultKind.DROP),
    Trouble.DOWN: Fault(FaultKind.ERROR),
    Trouble.SLOW: Fault(FaultKind.DELAY, 2 * TIMEOUT),
}


class MemoryHarness:
    secrets: Sequence[str] = ()

    def __init__(self) -> None:
        self.channel = MemoryChannel()
        self.receipts: list[Receipt] = []

    def address(self, number: int) -> str:
        return f"memory-address-{number}"

    async def lose(self, address: str) -> None:
        self.channel.always(address, Gone("nobody"))

    async def trouble(self, trouble: Trouble, times: int = 1) -> None:
        raise NotImplementedError

    async def unplug(self) -> None:
        """Do nothing: memory has no provider that could go away."""

    async def heard(self, address: str) -> Sequence[str]:
        return [each.message.text for each in self.channel.sent if each.address == address]

    async def settle(self) -> None:
        for number, each in enumerate(self.channel.sent, 1):
            await self.channel.say(Receipt("memory", f"{each.key}:{number}", Word.DELIVERED, "delivered", key=each.key))


class PeerHarness:
    """A channel whose provider is a peer with a ledger and faults."""

    def __init__(
        self, channel: Channel, secrets: Sequence[str], ledger: Ledger, faults: Faults, provider: AsyncExitStack
    ) -> None:
        self.channel = channel
        self.secrets = secrets
        self.receipts: list[Receipt] = []
        self._ledger = ledger
        self._faults = faults
        self._provider = provider

    async def trouble(self, trouble: Trouble, times: int = 1) -> None:
        self._faults.order(FAULTS[trouble], times)

    async def unplug(self) -> None:
        await self._provider.aclose()

    async def heard(self, address: str) -> Sequence[str]:
        return [entry.text for entry in self._ledger.entries(address=address)]


class TelegramHarness(PeerHarness):
    peer: TelegramPeer

    def address(self, number: int) -> str:
        return str(7_000_000_000 + number)

    async def lose(self, address: str) -> None:
        self.peer.chats.blocked.add(int(address))

    async def settle(self) -> None:
        """Telegram has no receipts to wait for."""


class TwilioHarness(PeerHarness):
    peer: TwilioPeer

    def address(self, number: int) -> str:
        return f"+9990000{number:05d}"

    async def lose(self, address: str) -> None:
        self.peer.phones.errors[address] = 21614

    async def settle(self) -> None:
        await self.peer.callbacks.quiet()


@asynccontextmanager
async def memory(_folder: Path) -> AsyncIterator[Harness]:
    harness = MemoryHarness()
    async with AsyncExitStack() as stack:
        await harness.channel.start(stack, sink_into(harness.receipts))
        yield harness


@asynccontextmanager
async def telegram(folder: Path) -> AsyncIterator[Harness]:
    async with AsyncExitStack() as stack:
        provider = await stack.enter_async_context(AsyncExitStack())
        world = new_world(folder, stack)
        peer = TelegramPeer(world, limits=Limits(None, None, None))
        told = await peer.start(provider)
        settings = TelegramSettings(
            token=told["token"], base_url=told["url"], per_second=500, per_chat=500, patience=3, timeout=TIMEOUT
        )
        channel = TelegramChannel(settings)
        harness = TelegramHarness(channel, [peer.token, channel.account.secret], world.ledger, peer.faults, provider)
        harness.peer = peer
        await channel.start(stack, sink_into(harness.receipts))
        yield harness


@asynccontextmanager
async def sms(folder: Path) -> AsyncIterator[Harness]:
    async with AsyncExitStack() as stack:
        hooks = Hooks()
        await hooks.start(stack)
        provider = await stack.enter_async_context(AsyncExitStack())
        world = new_world(folder, stack)
        peer = TwilioPeer(world)
        told = await peer.start(provider)
        settings = TwilioSettings(
            peer.account, peer.token, SENDER, base_url=told["url"], per_second=500, patience=3, timeout=TIMEOUT
        )
        channel = TwilioChannel(settings, hooks.url, WallClock())
        hooks.mount(channel.webhooks)
        harness = TwilioHarness(channel, [peer.token], world.ledger, peer.faults, provider)
        harness.peer = peer
        await channel.start(stack, sink_into(harness.receipts))
        yield harness


HARNESSES: Mapping[str, Bench] = {
    "memory": Bench(memory, receipts=True, troubles=frozenset()),
    "sms": Bench(sms, receipts=True),
    "speaker": Bench(speaker, receipts=True, troubles=frozenset()),  # a broker has no answers of its own
    "telegram": Bench(telegram),
    "webchat": Bench(webchat, receipts=True, troubles=frozenset()),  # our own rows are its provider
}


def new_world(folder: Path, stack: AsyncExitStack) -> World:
    time = StoryTime()
    return World(folder, time, stack.enter_context(Ledger(folder / "ledger.jsonl", time)))


def sink_into(kept: list[Receipt]) -> ReceiptSink:
    async def sink(receipts: Sequence[Receipt]) -> None:
        kept.extend(receipts)

    return sink
