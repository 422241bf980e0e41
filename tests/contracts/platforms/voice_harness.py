"""Calls as they stand to be tried: a warning is said to a telephone of the sandbox, which presses keys."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx
from sqlalchemy import insert

from audiences.stores.tables import addresses
from bot.platforms.voice import VoicePlatform
from broadcast.channels.base import Outgoing
from broadcast.channels.voice_twilio.channel import VoiceChannel
from broadcast.channels.voice_twilio.settings import VoiceSettings
from broadcast.content.message import Choice, Message
from broadcast.deliveries import Key
from broadcast.stores.tables import deliveries, notice_words, notices
from ground.clock import DAY
from ground.transaction import Database
from sandbox.twilio.server import SENDER, TwilioPeer
from sandbox.twilio.signing import signature
from sandbox.twilio.telephony.handsets import Manner
from tests.builders import NOON
from tests.contracts.channels.peer_harness import sink_into
from tests.contracts.platforms.harness import Ear, Harness, Thing
from tests.contracts.platforms.outside import PHONE, Outside, outside

KEY: Final = Key(7, 3)
CHOICES: Final = (Choice("received", "收到"), Choice("safe", "安全"), Choice("need_help", "求助"))
ASKED: Final = f"twilio/voice/key?key={KEY}&asked=1"


class VoiceHarness:
    def __init__(self, outside: Outside, peer: TwilioPeer, channel: VoiceChannel) -> None:
        self._outside, self._peer, self._channel = outside, peer, channel
        self.ear: Ear = outside.ear

    async def send(self, thing: Thing, words: str = "") -> None:
        """Call, and let the key of a choice be pressed as often as it is asked for."""
        assert thing is Thing.CHOICE
        number = [each.key for each in CHOICES].index(words) + 1
        self._peer.exchange.handsets.manners[PHONE] = Manner(keys=str(number) * 3)
        async for _ in self._channel.send([Outgoing(KEY, PHONE, Message("暴雨红色预警。", CHOICES))]):
            pass
        await self._peer.exchange.quiet()

    async def repeat(self) -> None:
        """Twilio asks a second time what comes next when it did not hear our answer."""
        sid = [*self._peer.exchange.calls][-1]
        form = {"CallSid": sid, "To": PHONE, "From": SENDER, "Direction": "outbound-api", "Digits": "2"}
        assert await self._peer.callbacks.bring(f"{self._outside.hooks.url}/hooks/{ASKED}", form) == httpx.codes.OK

    async def post(self, body: bytes, headers: Mapping[str, str], *, signed: bool) -> int | None:
        mark = {}
        if signed:
            form = dict(httpx.QueryParams(body.decode(errors="replace")))
            url = f"{self._outside.hooks.url}/hooks/{ASKED}"
            mark = {"X-Twilio-Signature": signature(self._peer.token, url, form)}
        return await self._outside.call(ASKED, body, {**headers, **mark})


@asynccontextmanager
async def voice(folder: Path, database: Database) -> AsyncIterator[Harness]:
    async with outside(folder, database) as around:
        peer = TwilioPeer(around.world)
        told = await around.start(peer)
        await _warned(database)
        settings = VoiceSettings(peer.account, peer.token, SENDER, base_url=told["url"], calls_per_second=100)
        channel = VoiceChannel(settings, around.around)
        await channel.start(around.stack, sink_into([]))
        around.hooks.mount(channel.webhooks)
        await around.listen(VoicePlatform(channel, around.around, around.ear.hear))
        yield VoiceHarness(around, peer, channel)


async def _warned(database: Database) -> None:
    """Write down the warning that the call is about."""
    notice = {"id": KEY.notice, "public_id": "seven", "origin": "test:1", "kind": "alarm", "purpose": "warnings"}
    notice |= {"lane": "immediate", "guarantee": "at_least_once", "drill": False, "asks_answer": True}
    notice |= {"policy": {"channels": ["voice"]}, "tells_heard_of": [], "state": "planned"}
    place = {"notice_id": KEY.notice, "channel": "voice", "language": "zh_CN", "rule": 0}
    words = Message("暴雨红色预警。", CHOICES).packed()
    async with database.writing() as tx:
        await tx.execute(insert(addresses).values(id=1, channel="voice", value=PHONE))
        await tx.execute(insert(notices).values(**notice, valid_from=NOON, expires=NOON + DAY, made_at=NOON))
        await tx.execute(insert(notice_words).values(**place, message=words, digest="0"))
        await tx.execute(insert(deliveries).values(**place, seq=KEY.seq, address_id=1, lane="immediate", why="planned"))
