"""A hub in miniature with a real telephone: calls go out through the sandbox, keys come back into the dialogue."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.dialogue import Dialogue, Tools
from bot.flows import FLOWS
from bot.flows.base import Flow
from bot.platforms.voice import VoicePlatform
from bot.turns import Incoming, Reply
from broadcast.channels.kind import Surroundings
from broadcast.channels.voice_twilio.channel import VoiceChannel
from broadcast.channels.voice_twilio.settings import VoiceSettings
from broadcast.content.compose import Words
from broadcast.content.message import Choice, Message
from broadcast.notices import Notice, Policy
from broadcast.stores.tables import deliveries
from ground.clock import MINUTE
from ground.transaction import Database
from sandbox.ledger import Entry
from sandbox.twilio.server import SENDER, TwilioPeer
from sandbox.twilio.telephony.calls import manner_of
from sandbox.twilio.telephony.handsets import Manner
from tests.bot.conftest import Listening, kind_of
from tests.contracts.channels.peer_harness import new_world
from tests.hooks import Hooks

WARNING = "荷湖乡，暴雨红色预警。住在山边的人马上离开。"
ANSWERS = (Choice("received", "收到"), Choice("safe", "安全"), Choice("need_help", "求助"))
OFFICE = "+99900000099"


class Telephones(Listening):
    """`phone` says how a number takes calls, `play` lets the hub call until nothing moves, `ring` rings the hub."""

    def __init__(self, database: Database, folder: Path, flows: Sequence[Flow] = FLOWS) -> None:
        super().__init__(database)
        self._folder, self._flows = folder, flows
        self.hooks = Hooks()
        self.turns: list[Incoming] = []
        self.broken = 0  # turns that cannot be kept

    async def start(self, stack: AsyncExitStack) -> None:
        self.world = new_world(self._folder, stack)
        self.peer = TwilioPeer(self.world)
        told = await self.peer.start(stack)
        await self.hooks.start(stack)
        around = Surroundings(self.clock, self.database, self.hooks.url, self._folder)
        telephone = VoiceChannel(self.settings(told["url"]), around)
        self.telephone = self.channels["voice"] = telephone  # type: ignore[assignment]  # beside channels of memory
        kinds = [kind_of(name, channel.abilities) for name, channel in self.channels.items()]
        self.tools = Tools(self.database, self.clock, self.hub.desk, kinds, self._flows)
        self.dialogue = Dialogue(self.tools)
        platform = VoicePlatform(telephone, around, self._hear)
        self.hooks.mount([*telephone.webhooks, *platform.webhooks])
        self.peer.exchange.inbound_url = f"{self.hooks.url}/hooks/{telephone.inbound_path}"
        await super().start(stack)

    def settings(self, url: str) -> VoiceSettings:
        return VoiceSettings(
            self.peer.account,
            self.peer.token,
            SENDER,
            base_url=url,
            caller="丰城市应急指挥中心",
            office_phone=OFFICE,
            calls_per_second=200,
            lines=20,
        )

    def phone(self, number: str, **manner: Any) -> None:
        self.peer.exchange.handsets.manners[number] = manner_of(manner, Manner())

    async def warn(self, *rules: str, text: str = WARNING, **changes: Any) -> Notice:
        """Make a warning for these people and let it go out."""
        words = [Words(channel, "zh_CN", 0, Message(text, ANSWERS)) for channel in self.channels]
        notice = await self.notice(*rules, words=words, **{"policy": Policy(("voice", "sms")), **changes})
        await self.play()
        return notice

    async def play(self) -> None:
        """Let the hub do what is due, and everybody on the telephone listen to the end, as long as it dials anew."""
        await super().play()
        dialled = -1
        while dialled != len(self.peer.exchange.calls):
            dialled = len(self.peer.exchange.calls)
            await self.peer.exchange.quiet()
            await super().play()

    async def warn_and_let_ring(self, *rules: str) -> Notice:
        """Let a warning go out by text, and as nobody answers, to telephones that ring on and on."""
        self.peer.exchange.pace = 100.0
        words = [Words(channel, "zh_CN", 0, Message(WARNING, ANSWERS)) for channel in self.channels]
        notice = await self.notice(*rules, words=words, policy=Policy(("sms", "voice")))
        await super().play()
        self.clock.pass_by(2 * MINUTE)
        await super().play()
        return notice

    async def ring(self, number: str, **manner: Any) -> list[str]:
        """Let somebody ring the hub; return what they heard."""
        call = await self.peer.exchange.ring_up(number, SENDER, manner_of(manner, Manner()))
        return [entry.text for entry in self.world.ledger.entries() if entry.provider_id == call.sid]

    def heard_by(self, number: str) -> list[Entry]:
        return [entry for entry in self.world.ledger.entries(address=number) if entry.channel.startswith("voice")]

    def said_in_calls(self, number: str) -> str:
        return "\n".join(entry.text for entry in self.heard_by(number))

    async def reasons(self, notice: Notice) -> Mapping[str, tuple[str, str | None]]:
        """State and reason of each delivery, by channel."""
        mine = select(deliveries).where(deliveries.c.notice_id == notice.id)
        async with self.database.reading() as tx:
            return {row.channel: (row.state, row.reason) for row in await tx.rows(mine)}

    async def _hear(self, incoming: Incoming) -> Reply | None:
        self.turns.append(incoming)
        if self.broken:
            self.broken -= 1
            raise OSError("the database is away")
        return await self.dialogue.hear(incoming)
