"""The speaker channel: one publish reaches every gateway below an area; receipts, not the broker, are the guarantee."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from importlib.resources import files
from pathlib import Path

from broadcast.channels.base import Accepted, Health, Outcome, Outgoing, ReceiptSink, Webhook
from broadcast.channels.errors import Gone, SendError, Unreachable
from broadcast.channels.kind import Surroundings
from broadcast.channels.probing import answered
from broadcast.channels.speaker_mqtt.commands import Sound
from broadcast.channels.speaker_mqtt.inbox import ACCOUNT, Inbox
from broadcast.channels.speaker_mqtt.keys import public_text, signing_key
from broadcast.channels.speaker_mqtt.link import Link
from broadcast.channels.speaker_mqtt.reminding import Reminder
from broadcast.channels.speaker_mqtt.settings import ABILITIES, SpeakerSettings
from broadcast.channels.speaker_mqtt.telling import SPEAKER, Listener, Teller, Voice
from broadcast.content.message import Message
from broadcast.deliveries import Key
from broadcast.stores import notices
from broadcast.stores.speakers import commands as speaker_commands
from broadcast.stores.speakers import gateways as speakers
from broadcast.stores.speakers import waits as speaker_waits
from ground import media
from ground.clock import machine_now
from ground.media import MediaFolder


class SpeakerChannel:
    """Owner of the broker account `hub` and of the key that gateways believe."""

    name = "speaker"
    abilities = ABILITIES

    def __init__(self, settings: SpeakerSettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._surroundings = surroundings
        self._key = signing_key(Path(settings.key_file) if settings.key_file else surroundings.folder / "speaker.key")
        self._link: Link | None = None
        self._teller: Teller | None = None

    @property
    def public_key(self) -> str:
        """What gateways are given to believe our commands: 32 bytes in base64."""
        return public_text(self._key)

    @property
    def webhooks(self) -> Sequence[Webhook]:
        return ()

    async def start(self, stack: AsyncExitStack, sink: ReceiptSink) -> None:
        around, settings = self._surroundings, self._settings
        media_url = (settings.media_url or around.public_url).rstrip("/") + "/media"
        voice = Voice(self._key, await self._gong(media_url), media_url)
        async with around.database.writing() as tx:
            await speaker_commands.raise_counter(tx, SPEAKER, machine_now(), around.clock.now())
        link = Link(settings)
        teller = Teller(settings, around.database, around.clock, link, voice)
        reminder = Reminder(settings, around.database, around.clock, teller)
        inbox = Inbox(settings, around.database, around.clock, sink, reminder.welcome)
        self._link, self._teller = link, teller
        working = [asyncio.create_task(each.run(), name=f"speaker-{type(each).__name__}") for each in (inbox, reminder)]

        async def dismiss() -> None:
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)

        stack.push_async_callback(dismiss)
        await link.start(stack, inbox.drop_in, teller.query)

    async def send(self, batch: Sequence[Outgoing]) -> AsyncIterator[Outcome]:
        """Send all of `batch`; gateways that are to play the same are told together."""
        alike: defaultdict[tuple[int, Message], list[Outgoing]] = defaultdict(list)
        for outgoing in batch:
            alike[outgoing.key.notice, outgoing.message].append(outgoing)
        for (notice_id, message), together in alike.items():
            results = await self._send_together(notice_id, message, together)
            for outgoing in together:
                yield Outcome(outgoing.key, results[outgoing.key])

    async def probe(self) -> Health:
        """Ask the broker for a word; what stands behind it is told by the gateways themselves."""
        if self._link is None:
            return Health(well=False, reason="not_started")
        return await answered(self._link.look())

    async def stop(self, notice_id: int) -> None:
        """Have every gateway that plays a notice, or has not played it yet, end it now."""
        async with self._surroundings.database.reading() as tx:
            notice = await notices.load(tx, SPEAKER, notice_id)
            owing = await speaker_waits.of_notice(tx, SPEAKER, notice_id)
        await self._ready.stop(notice, [Listener(key, gateway) for key, gateway in owing])

    async def set_volume(self, gateway_ids: Sequence[int], volume: int) -> None:
        await self._ready.set_volume(gateway_ids, volume)

    async def query(self, gateway_ids: Sequence[int] | None = None) -> None:
        """Ask gateways (None: all) where they stand; what they say comes back as receipts and presence."""
        await self._ready.query(gateway_ids)

    @property
    def _ready(self) -> Teller:
        if self._teller is None:
            raise RuntimeError("the channel was not started")
        return self._teller

    async def _send_together(
        self, notice_id: int, message: Message, together: Sequence[Outgoing]
    ) -> Mapping[Key, Accepted | SendError]:
        if self._link is None or not await self._link.up(self._settings.acknowledge):
            return {each.key: Unreachable("broker_away") for each in together}
        async with self._surroundings.database.reading() as tx:
            notice = await notices.load(tx, SPEAKER, notice_id)
            known = await speakers.by_code(tx, SPEAKER, sorted({each.address for each in together}))
        listeners = [Listener(each.key, known[each.address]) for each in together if each.address in known]
        told = await self._ready.play(notice, message, listeners)
        gone = {each.key: Gone("gateway_gone") for each in together if each.address not in known}
        return gone | {key: error or Accepted(ACCOUNT, str(key)) for key, error in told.items()}

    async def _gong(self, media_url: str) -> Sound:
        """Keep the gong that comes before every text, so that gateways can fetch it."""
        around = self._surroundings
        content = files(__package__).joinpath("gong.wav").read_bytes()
        medium = await MediaFolder(around.folder / "media").keep(content)
        async with around.database.writing() as tx:
            await media.record(tx, medium, around.clock.now(), "gong")
        url = f"{media_url}/{medium.digest}"
        return Sound(url, medium.digest, medium.bytes, medium.duration_ms or 0, medium.mime_type)
