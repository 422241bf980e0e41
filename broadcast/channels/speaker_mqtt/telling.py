"""Telling gateways: an audience cut into few topics, one signed command on each, the counter rising all the while."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audiences.gateways import Cover
from audiences.stores.coverage import cover
from broadcast.channels.errors import Unreachable
from broadcast.channels.speaker_mqtt import topics
from broadcast.channels.speaker_mqtt.commands import Command, CommandKind, Sound, command_id, sealed
from broadcast.channels.speaker_mqtt.link import Link
from broadcast.channels.speaker_mqtt.settings import SpeakerSettings
from broadcast.content.message import Message
from broadcast.deliveries import Key
from broadcast.notices import Kind, Notice
from broadcast.stores.speakers import commands as speaker_commands
from broadcast.stores.speakers import gateways as speakers
from broadcast.stores.speakers import waits as speaker_waits
from broadcast.stores.speakers.commands import Sending
from ground.actor import system
from ground.clock import HOUR, SECOND, Clock, machine_now
from ground.ids import new_id
from ground.transaction import Database

SPEAKER = system("speaker")
SLICE = 1_000  # waits written in one transaction
WINDOW = 10  # publishes that wait for the broker's acknowledgement at a time
WORTH_TELLING_ALL = 10  # one in so many that did not answer: the whole subtree is told again
UNNUMBERED = 0  # counter and target of a command are set when it goes out


@dataclass(frozen=True, slots=True)
class Listener:
    """One delivery and the gateway (by id) that is to play it."""

    key: Key
    gateway: int


@dataclass(frozen=True, slots=True)
class Voice:
    """What every command is made with."""

    key: Ed25519PrivateKey
    gong: Sound
    media_url: str


class Teller:
    """Signs and sends. One at a time: on the wire the counters rise as they were given out."""

    def __init__(self, settings: SpeakerSettings, database: Database, clock: Clock, link: Link, voice: Voice) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._link = link
        self._voice = voice
        self._turn = asyncio.Lock()

    async def play(
        self, notice: Notice, message: Message, listeners: Sequence[Listener], told: Sequence[int] = ()
    ) -> Mapping[Key, Unreachable | None]:
        """Have the gateways play a notice; return what became of it for each delivery (None: the broker has it).

        `told` are gateways (by id) that were told the same before: where many listeners are among them, a subtree is
        told again as a whole, for a gateway that has played it only says so again.
        """
        wanted = {each.gateway for each in listeners}
        async with self._database.reading() as tx:
            wholes = await cover(tx, SPEAKER, sorted(wanted.union(told)))
            codes = await speakers.by_code(tx, SPEAKER, [code for each in wholes for code in each.gateways])
            replaced = await speakers.replaced_by(tx, SPEAKER, notice.id, notice.tells_heard_of)
        await self._expect(listeners)
        covers = _narrowed(wholes, {code for code, gateway in codes.items() if gateway in wanted})
        places = [_topic(each) for each in covers]
        if notice.kind is Kind.CORRECTION and replaced:
            await self._say(self._stop(notice, replaced), places, notice.id)
        results = await self._say(self._playing(notice, message, replaced), places, notice.id)
        by_gateway = {
            codes[code]: result for each, result in zip(covers, results, strict=True) for code in each.gateways
        }
        return {each.key: by_gateway.get(each.gateway, Unreachable("gateway_gone")) for each in listeners}

    async def stop(self, notice: Notice, listeners: Sequence[Listener]) -> None:
        """Have the gateways end a notice that they play, or would."""
        await self._expect(listeners)
        places = await self._places([each.gateway for each in listeners])
        await self._say(self._stop(notice, [notice.public_id]), places, notice.id)

    async def set_volume(self, gateway_ids: Sequence[int], volume: int) -> None:
        """Set the loudness (per cent) of what plays without one of its own."""
        command = replace(self._command(CommandKind.VOLUME), volume=volume)
        await self._say(command, await self._places(gateway_ids))

    async def query(self, gateway_ids: Sequence[int] | None = None) -> None:
        """Ask where gateways stand; None asks all there are."""
        if gateway_ids is not None:
            places = await self._places(gateway_ids)
        else:
            async with self._database.reading() as tx:
                places = [topics.area(code) for code in await speakers.roots(tx, SPEAKER)]
        spread = round(self._settings.spread * SECOND)
        await self._say(replace(self._command(CommandKind.QUERY), spread_ms=spread), places)

    async def _say(
        self, command: Command, places: Sequence[str], notice: int | None = None
    ) -> Sequence[Unreachable | None]:
        """Send one command to several topics, each time with a counter of its own."""
        if not places:
            return []
        sendings = [Sending(command.id, command.kind, place, notice) for place in places]
        async with self._turn:
            async with self._database.writing() as tx:
                counters = await speaker_commands.allot(tx, SPEAKER, sendings, self._clock.now())
            numbered = [
                replace(command, target=place, counter=counter) for place, counter in zip(places, counters, strict=True)
            ]
            results: list[Unreachable | None] = []
            for first in range(0, len(numbered), WINDOW):
                window = numbered[first : first + WINDOW]
                goings = [self._link.publish(each.target, sealed(self._voice.key, each)) for each in window]
                results += await asyncio.gather(*goings)
            return results

    async def _expect(self, listeners: Sequence[Listener]) -> None:
        now = machine_now()
        due_at = now + round(self._settings.patience * SECOND)
        owing = [(each.key, each.gateway) for each in listeners]
        for first in range(0, len(owing), SLICE):
            async with self._database.writing() as tx:
                await speaker_waits.expect(tx, SPEAKER, owing[first : first + SLICE], now, due_at)

    async def _places(self, gateway_ids: Sequence[int]) -> Sequence[str]:
        async with self._database.reading() as tx:
            return [_topic(each) for each in await cover(tx, SPEAKER, sorted(set(gateway_ids)))]

    def _playing(self, notice: Notice, message: Message, replaced: Sequence[str]) -> Command:
        command = self._command(CommandKind.PLAY)
        return replace(
            command,
            id=command_id(notice.public_id, message.text),
            notice=notice.public_id,
            drill=notice.drill,
            not_before=min(notice.valid_from, command.sent_at),
            not_after=command.not_after if notice.expires is None else notice.expires,
            priority=message.priority,
            repeat=message.repeat,
            gong=self._voice.gong,
            audio=self._sound(message),
            text=message.text,
            stops=tuple(replaced),
        )

    def _stop(self, notice: Notice, ids: Sequence[str]) -> Command:
        command = self._command(CommandKind.STOP)
        return replace(command, notice=notice.public_id, drill=notice.drill, stops=tuple(ids))

    def _command(self, kind: CommandKind) -> Command:
        now = self._clock.now()
        return Command(
            id=new_id(),
            kind=kind,
            counter=UNNUMBERED,
            target="",
            drill=False,
            not_before=now,
            not_after=now + round(self._settings.ending_hours * HOUR),
            sent_at=now,
            volume=self._settings.volume,
        )

    def _sound(self, message: Message) -> Sound | None:
        audio = message.audio
        if audio is None:
            return None
        url = f"{self._voice.media_url}/{audio.digest}"
        return Sound(url, audio.digest, audio.bytes, audio.duration_ms, audio.mime_type)


def _narrowed(wholes: Sequence[Cover], wanted: set[str]) -> Sequence[Cover]:
    """Return the covers in which many are wanted, and those wanted of the others one by one."""
    covers: list[Cover] = []
    for whole in wholes:
        here = wanted.intersection(whole.gateways)
        if len(here) * WORTH_TELLING_ALL >= len(whole.gateways):
            covers.append(whole)
        else:
            covers += [Cover(None, (code,)) for code in sorted(here)]
    return covers


def _topic(place: Cover) -> str:
    if place.area is None:
        [code] = place.gateways
        return topics.down(code)
    return topics.area(place.area)
