"""The channel of calls as it stands to be tried: telephones of the sandbox, which listen to the end."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from broadcast.channels.kind import Surroundings
from broadcast.channels.voice_twilio.channel import VoiceChannel
from broadcast.channels.voice_twilio.settings import VoiceSettings
from ground.clock import WallClock
from ground.transaction import open_database
from sandbox.twilio.server import SENDER, TwilioPeer
from sandbox.twilio.telephony.handsets import Manner
from tests import databases
from tests.contracts.channels.harness import Harness
from tests.contracts.channels.peer_harness import PeerHarness, Provider, new_world, sink_into
from tests.hooks import Hooks

MESSAGE = 1  # of what is said in a call: after the greeting


class VoiceHarness(PeerHarness):
    peer: TwilioPeer

    def address(self, number: int) -> str:
        return f"+9990000{number:05d}"

    async def lose(self, address: str) -> None:
        self.peer.exchange.handsets.manners[address] = Manner(invalid=True)

    async def heard(self, address: str) -> Sequence[str]:
        """Let whoever is on the telephone listen to the end."""
        await self.settle()
        entries = self.peer.world.ledger.entries(address=address, channel="voice")
        return [entry.facts["said"][MESSAGE] for entry in entries if entry.facts["to_the_end"]]

    async def settle(self) -> None:
        await self.peer.exchange.quiet()


@asynccontextmanager
async def voice(folder: Path, patience: float) -> AsyncIterator[Harness]:
    async with AsyncExitStack() as stack:
        await databases.make_tables(f"sqlite:///{folder / 'calls.db'}")
        database = open_database(f"sqlite:///{folder / 'calls.db'}")
        stack.push_async_callback(database.close)
        hooks = Hooks()
        await hooks.start(stack)
        provider = Provider(patience, await stack.enter_async_context(AsyncExitStack()), stack)
        world = new_world(folder, stack)
        peer = TwilioPeer(world)
        told = await peer.start(provider.stack)
        provider.url = told["url"]
        settings = VoiceSettings(
            peer.account,
            peer.token,
            SENDER,
            base_url=told["url"],
            calls_per_second=500,
            lines=100,
            patience=30,
            timeout=patience,
        )
        channel = VoiceChannel(settings, Surroundings(WallClock(), database, hooks.url, folder))
        hooks.mount(channel.webhooks)
        harness = VoiceHarness(channel, [peer.token], world.ledger, peer.faults, provider)
        harness.peer = peer
        await channel.start(stack, sink_into(harness.receipts))
        yield harness
