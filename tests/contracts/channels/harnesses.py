"""The harness of each channel: its provider in the sandbox, its settings, its troubles."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from broadcast.channels.base import Receipt, Word
from broadcast.channels.errors import Gone
from broadcast.channels.memory import MemoryChannel
from broadcast.channels.sms_twilio.channel import TwilioChannel
from broadcast.channels.sms_twilio.settings import TwilioSettings
from broadcast.channels.telegram.channel import TelegramChannel
from broadcast.channels.telegram.settings import TelegramSettings
from ground.clock import WallClock
from sandbox.telegram.limits import Limits
from sandbox.telegram.server import TelegramPeer
from sandbox.twilio.server import SENDER, TwilioPeer
from tests.contracts.channels.harness import Bench, Harness, Trouble
from tests.contracts.channels.peer_harness import PeerHarness, Provider, new_world, sink_into
from tests.contracts.channels.speaker_harness import speaker
from tests.contracts.channels.voice_harness import voice
from tests.contracts.channels.webchat_harness import webchat
from tests.hooks import Hooks


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
async def memory(_folder: Path, _patience: float) -> AsyncIterator[Harness]:
    harness = MemoryHarness()
    async with AsyncExitStack() as stack:
        await harness.channel.start(stack, sink_into(harness.receipts))
        yield harness


@asynccontextmanager
async def telegram(folder: Path, patience: float) -> AsyncIterator[Harness]:
    async with AsyncExitStack() as stack:
        provider = Provider(patience, await stack.enter_async_context(AsyncExitStack()), stack)
        world = new_world(folder, stack)
        peer = TelegramPeer(world, limits=Limits(None, None, None))
        told = await peer.start(provider.stack)
        provider.url = told["url"]
        settings = TelegramSettings(
            token=told["token"], base_url=told["url"], per_second=500, per_chat=500, patience=30, timeout=patience
        )
        channel = TelegramChannel(settings)
        harness = TelegramHarness(channel, [peer.token, channel.account.secret], world.ledger, peer.faults, provider)
        harness.peer = peer
        await channel.start(stack, sink_into(harness.receipts))
        yield harness


@asynccontextmanager
async def sms(folder: Path, patience: float) -> AsyncIterator[Harness]:
    async with AsyncExitStack() as stack:
        hooks = Hooks()
        await hooks.start(stack)
        provider = Provider(patience, await stack.enter_async_context(AsyncExitStack()), stack)
        world = new_world(folder, stack)
        peer = TwilioPeer(world)
        told = await peer.start(provider.stack)
        provider.url = told["url"]
        settings = TwilioSettings(
            peer.account, peer.token, SENDER, base_url=told["url"], per_second=500, patience=30, timeout=patience
        )
        channel = TwilioChannel(settings, hooks.url, WallClock())
        hooks.mount(channel.webhooks)
        harness = TwilioHarness(channel, [peer.token], world.ledger, peer.faults, provider)
        harness.peer = peer
        await channel.start(stack, sink_into(harness.receipts))
        yield harness


HARNESSES: Mapping[str, Bench] = {
    "memory": Bench(memory, receipts=True, provider=False, troubles=frozenset()),
    "sms": Bench(sms, receipts=True),
    "speaker": Bench(speaker, receipts=True, troubles=frozenset()),  # a broker has no answers of its own
    "telegram": Bench(telegram),
    "voice": Bench(voice, receipts=True),
    "webchat": Bench(webchat, receipts=True, provider=False, troubles=frozenset()),  # our own rows are its provider
}
