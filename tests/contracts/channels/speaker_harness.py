"""The speaker channel as it stands to be tried: a real broker, gateways of the sandbox, deliveries in a database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from sqlalchemy import func, insert, select, update

from audiences.stores.tables import gateways
from broadcast.channels.base import Channel
from broadcast.stores.tables import deliveries, notices, speaker_waits
from ground.bulk import insert_rows
from ground.clock import DAY
from ground.transaction import open_database
from tests import brokers, databases
from tests.builders import NOON
from tests.contracts.channels.harness import Harness, Trouble
from tests.speakers import Speakers, delivery

NOTICE = 7
REGISTERED, PUT_UP = 41, 8
PATIENCE = 30.0  # seconds on a busy machine
QUIET = 0.4  # seconds after which nothing more is expected to be played


class SpeakerHarness:
    """Gateways G1 … G8 are up; the others are registered, and away."""

    def __init__(self, speakers: Speakers) -> None:
        self._speakers = speakers
        self.secrets: Sequence[str] = [speakers.broker.password]
        self.receipts = speakers.receipts

    @property
    def channel(self) -> Channel:
        return self._speakers.channel

    def address(self, number: int) -> str:
        return f"3609812102-G{number}"

    async def lose(self, address: str) -> None:
        async with self._speakers.database.writing() as tx:
            await tx.execute(update(gateways).where(gateways.c.code == address).values(gone_at=NOON))

    async def trouble(self, trouble: Trouble, times: int = 1) -> None:
        raise NotImplementedError

    async def unplug(self) -> None:
        await self._speakers.broker.crash()

    async def heard(self, address: str) -> Sequence[str]:
        """Wait until something was played there and nothing more comes."""
        before = -1
        async with asyncio.timeout(PATIENCE):
            while not (played := self._speakers.played(address)) or len(played) != before:
                before = len(played)
                await asyncio.sleep(QUIET)
        return [entry.text for entry in played]

    async def settle(self) -> None:
        """Wait until no gateway that is there owes a word."""
        here = select(gateways.c.id).where(gateways.c.code.in_(list(self._speakers.fleet.gateways)))
        owed = select(func.count()).where(speaker_waits.c.gateway_id.in_(here))
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self._speakers.database.reading() as tx:
                    if not await tx.value(owed):
                        return
                await asyncio.sleep(0.05)

    async def prepare(self) -> None:
        """Register gateways, and a notice with one delivery to each."""
        speakers = self._speakers
        village = await speakers.world.area("3609812102")
        numbers = range(1, REGISTERED + 1)
        away = [self.address(number) for number in numbers[PUT_UP:]]
        await speakers.gateways(["3609812102"], village, *(self.address(number) for number in numbers[:PUT_UP]))
        await speakers.gateways(["3609812102"], village, *away, put_up=False)
        notice = {"id": NOTICE, "public_id": "seven", "origin": "test:1", "kind": "alarm", "purpose": "warnings"}
        notice |= {"lane": "immediate", "guarantee": "at_least_once", "drill": False, "asks_answer": True}
        notice |= {"policy": {"channels": ["speaker"]}, "tells_heard_of": [], "state": "planned"}
        async with speakers.database.writing() as tx:
            await tx.execute(insert(notices).values(**notice, valid_from=NOON, expires=NOON + DAY, made_at=NOON))
            codes = select(gateways.c.code, gateways.c.address_id)
            known = {row.code: row.address_id for row in await tx.rows(codes)}
            rows = [delivery(NOTICE, number, known[self.address(number)]) for number in numbers]
            await insert_rows(tx, deliveries, rows)


@asynccontextmanager
async def speaker(folder: Path, _patience: float) -> AsyncIterator[Harness]:
    async with AsyncExitStack() as stack:
        url = f"sqlite:///{folder / 'speakers.db'}"
        await databases.make_tables(url)
        database = open_database(url)
        stack.push_async_callback(database.close)
        broker = await stack.enter_async_context(brokers.running("embedded", folder / "broker"))
        speakers = Speakers(database, folder, broker, stack)
        await speakers.start(stack)
        harness = SpeakerHarness(speakers)
        await harness.prepare()
        yield harness
