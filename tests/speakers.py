"""Villages with loudspeakers for tests: a real broker, the real channel, gateways of the sandbox, sounds by HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import select

from broadcast.channels.base import Outcome, Outgoing, Receipt
from broadcast.channels.kind import Surroundings
from broadcast.channels.speaker_mqtt.channel import SpeakerChannel
from broadcast.channels.speaker_mqtt.settings import SpeakerSettings
from broadcast.content.compose import Words
from broadcast.content.message import Message
from broadcast.deliveries import Key
from broadcast.notices import Guarantee, Kind, Lane, Notice, NoticeDraft, Policy, Purpose
from broadcast.stores import notices
from broadcast.stores.tables import deliveries, speaker_commands
from ground.actor import system
from ground.bulk import insert_rows
from ground.clock import HOUR, StoryClock, machine_now
from ground.errors import MediaMissing
from ground.media import MediaFolder
from ground.transaction import Database
from sandbox.clock import StoryTime
from sandbox.ledger import Entry, Ledger
from sandbox.serving import World as Sandbox
from sandbox.serving import serve
from sandbox.speaker.fleet import SpeakerPeer
from sandbox.speaker.gateway import Fitting
from tests.brokers import HOST, RunningBroker, account
from tests.builders import NOON, World

TESTER = system("test")
PATIENCE = 45.0  # seconds on a busy machine
RATE = 60.0  # story seconds in a real one: the gong of 3 s sounds for 50 ms
SETTINGS: dict[str, Any] = {"patience": 1.2, "tries": 3, "acknowledge": 1.0, "spread": 0.05}


class Speakers:
    """One channel and its gateways. `receipts` is what came through the sink, unless a desk takes it."""

    def __init__(self, database: Database, folder: Path, broker: RunningBroker, stack: AsyncExitStack) -> None:
        origin = machine_now()
        self.clock = StoryClock(NOON, origin, RATE)
        self.world = World(database)
        self.database = database
        self.broker = broker
        self.folder = folder
        self.receipts: list[Receipt] = []
        self.media_url = ""
        self.channel: SpeakerChannel
        story = StoryTime(NOON, origin, RATE)
        self.ledger = stack.enter_context(Ledger(folder / "ledger.jsonl", story))
        self.fleet = SpeakerPeer(Sandbox(folder / "sandbox", story, self.ledger))
        self._areas: dict[str, list[str]] = {}

    async def start(
        self, stack: AsyncExitStack, sink: Callable[[Sequence[Receipt]], Any] | None = None, **changes: Any
    ) -> None:
        self.media_url = await serve(_media(MediaFolder(self.folder / "media")), stack)
        await self.fleet.start(stack)
        self.channel = self.new_channel(**changes)
        await self.channel.start(stack, sink or self._take)

    def new_channel(self, **changes: Any) -> SpeakerChannel:
        broker = self.broker
        settings = SpeakerSettings(HOST, broker.port, password=broker.password, **(SETTINGS | changes))
        return SpeakerChannel(settings, Surroundings(self.clock, self.database, self.media_url, self.folder))

    async def gateways(self, areas: Sequence[str], area: int, *codes: str, put_up: bool = True) -> list[int]:
        """Register gateways in an area (its code and its ancestors' in `areas`), and put them up."""
        ids = [await self.world.gateway(area, code) for code in codes]
        self._areas |= {code: list(areas) for code in codes}
        await self.broker.know([account(self.broker, code, *above) for code, above in self._areas.items()])
        if put_up:
            for code in codes:
                await self.fleet.put_up(self.fitting(code))
            await until(lambda: all(self.fleet.gateways[code].online for code in codes), "all gateways are online")
        return ids

    def fitting(self, code: str, **changes: Any) -> Fitting:
        given = account(self.broker, code, *self._areas[code])
        told: dict[str, Any] = {"host": HOST, "port": self.broker.port, "keys": (self.channel.public_key,)}
        told |= {"username": given.name, "password": given.password, "up": given.writes[0], "reads": given.reads}
        whole: dict[str, Any] = {"code": code, "heartbeat": 0.5} | told | changes
        return Fitting(**whole)

    async def notice(self, text: str, *codes: str, words: Message | None = None, **changes: Any) -> Notice:
        """Make a notice with one accepted delivery per gateway, as the planner and the engine would."""
        given: dict[str, Any] = {"kind": Kind.ALARM, "expires": NOON + 24 * HOUR, "drill": False} | changes
        draft = NoticeDraft(
            origin="test:1",
            purpose=Purpose.WARNINGS,
            lane=Lane.IMMEDIATE,
            guarantee=Guarantee.AT_LEAST_ONCE,
            asks_answer=False,
            policy=Policy(("speaker",)),
            audience=None,
            area=None,
            valid_from=self.clock.now(),
            **given,
        )
        async with self.database.writing() as tx:
            message = words or Message(text)
            notice = await notices.create(tx, TESTER, draft, [Words("speaker", "zh_CN", 0, message)], self.clock.now())
        addresses = [await self.world.address("speaker", code) for code in codes]
        rows = [delivery(notice.id, seq, address) for seq, address in enumerate(addresses, 1)]
        async with self.database.writing() as tx:
            await insert_rows(tx, deliveries, rows)
        return notice

    async def send(self, notice: Notice, message: Message | str, *codes: str) -> list[Outcome]:
        message = Message(message) if isinstance(message, str) else message
        batch = [
            Outgoing(Key(notice.id, seq), code, message, Lane.IMMEDIATE, notice.drill, notice.expires)
            for seq, code in enumerate(codes, 1)
        ]
        return [outcome async for outcome in self.channel.send(batch)]

    def played(self, code: str | None = None) -> list[Entry]:
        """What was played to its end, at one gateway or at all."""
        return self.ledger.entries(channel="speaker", address=code)

    def words(self, code_or_seq: int) -> list[str]:
        """The states that came back for one delivery, in the order in which they came."""
        return [each.detail for each in self.receipts if each.key is not None and each.key.seq == code_or_seq]

    async def commands(self, kind: str = "play") -> list[tuple[int, str]]:
        """Return (counter, topic) of what went out."""
        wanted = select(speaker_commands).where(speaker_commands.c.kind == kind).order_by(speaker_commands.c.counter)
        async with self.database.reading() as tx:
            return [(row.counter, row.topic) for row in await tx.rows(wanted)]

    async def _take(self, receipts: Sequence[Receipt]) -> None:
        self.receipts.extend(receipts)


@asynccontextmanager
async def speaking(database: Database, folder: Path, broker: RunningBroker, **changes: Any) -> AsyncIterator[Speakers]:
    async with AsyncExitStack() as stack:
        speakers = Speakers(database, folder, broker, stack)
        await speakers.start(stack, **changes)
        yield speakers


async def until(true: Callable[[], Any], what: str, seconds: float = PATIENCE) -> None:
    """Wait until something is true; it never becoming so is the test's failure."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"it never came to this: {what}")
        await asyncio.sleep(0.02)


def delivery(notice: int, seq: int, address: int) -> dict[str, Any]:
    row = {"notice_id": notice, "seq": seq, "address_id": address, "channel": "speaker", "lane": "immediate"}
    return row | {"language": "zh_CN", "rule": 0, "why": "planned", "state": "accepted"}


def _media(folder: MediaFolder) -> web.Application:
    async def give(request: web.Request) -> web.Response:
        try:
            with folder.open(request.match_info["digest"]) as file:
                return web.Response(body=file.read(), content_type="audio/wav")
        except MediaMissing:
            raise web.HTTPNotFound from None

    app = web.Application()
    app.router.add_get("/media/{digest}", give)
    return app
