"""A reservoir above Checao village: somebody watches it, a township and a county sit above; all made up."""

import io
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import insert, select, update

from audiences.stores.tables import addresses, site_limits, sites
from bot.dialogue import Dialogue
from bot.stores.video import checks
from bot.stores.video.checks import Check
from bot.telling import Teller
from bot.video import asking, watching
from bot.video.asking import Asking
from bot.video.desk import CHECKER, VideoDesk
from bot.video.watching import Watch
from ground.actor import Actor
from ground.events import NewsDesk
from ground.tables import events
from ground.transaction import Database
from tests.bot.conftest import Listening
from tests.builders import World

WATCHER, TOWNSHIP, COUNTY, STRANGER = "+99900000101", "+99900000102", "+99900000103", "+99900000104"
HUB = "https://hub.example"
POINT = (28.2, 115.8)


class Shore(Listening):
    """A hub in miniature whose video checks move."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.tools = replace(self.tools, desk=NewsDesk(), public_url=HUB)
        self.dialogue = Dialogue(self.tools)
        self.desk = VideoDesk(Teller(self.tools.kinds), self.tools.desk, HUB)
        self.round = Watch(self.desk, database, self.clock)

    async def go_round(self) -> int:
        late = await watching.watch(self.round)
        await self.play()
        return late

    async def says(self, address: str, text: str, platform: str = "sms", **changes: Any) -> str:
        reply = await self.hear(address, text, platform, **changes)
        await self.go_round()
        return reply.text if reply else ""

    async def ask(self, actor: Actor, **asked: Any) -> Check:
        async with self.database.writing() as tx:
            made = await asking.ask(self.desk, tx, actor, Asking(**asked), self.clock.now())
        await self.play()
        return made[0]

    async def check(self, check: Check) -> Check:
        async with self.database.reading() as tx:
            return await checks.by_key(tx, CHECKER, check.key)

    async def told(self) -> list[str]:
        """The kinds of events so far."""
        async with self.database.reading() as tx:
            wanted = select(events.c.kind).where(events.c.kind.like("video%")).order_by(events.c.id)
            return list(await tx.values(wanted))

    def secret_sent(self, address: str = WATCHER, channel: str = "sms") -> str:
        """The secret of the newest link that was sent there."""
        found = re.findall(rf"{HUB}/w/([\w-]+)", "\n".join(self.said_to(channel, address)))
        return str(found[-1])


@dataclass(frozen=True, slots=True)
class Water:
    county: int
    township: int
    village: int
    site: int
    bare: int  # a pond that nobody watches
    watcher: int
    officer: Actor


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Shore]:
    async with AsyncExitStack() as stack:
        shore = Shore(database)
        await shore.start(stack)
        yield shore


@pytest.fixture
async def water(world: World) -> Water:
    return await build(world)


async def build(world: World, *, language: str = "zh_CN") -> Water:
    county = await world.area("36", "丰城市", level="county")
    township = await world.area("3601", "荷湖乡", parent=county, level="township")
    village = await world.area("360101", "车草村", parent=township)
    site = await world.site(village, "reservoir", "上塘水库")
    bare = await world.site(village, "hill_pond", "野塘")
    watcher = await world.person(village, "章明", sms=WATCHER, language=language)
    await world.post(village, "monitor", watcher, site=site)
    for number, name, area, kind in (
        (TOWNSHIP, "乡值班", township, "township_office"),
        (COUNTY, "县值班", county, "command_centre"),
    ):
        await world.organisation(area, kind, [await world.person(area, name, sms=number)])
    officer = await world.operator(county)
    async with world.database.writing() as tx:
        await tx.execute(update(sites).where(sites.c.id == site).values(latitude=POINT[0], longitude=POINT[1]))
        await tx.execute(insert(site_limits).values(site_id=site, flood_limit=8700, crest=9000))
        mine = addresses.c.value == WATCHER
        await tx.execute(update(addresses).where(mine).values(verified_at=1, verified_how="call"))
    return Water(county, township, village, site, bare, watcher, officer)


def photo(seed: int = 1, size: tuple[int, int] = (640, 480), kind: str = "JPEG") -> bytes:
    """Return a made-up photo: patches of light that follow from the seed."""
    small = Image.new("L", (9, 8))
    small.putdata([(seed * 7919 + place * place * 104729 + place * seed * 31) % 256 for place in range(72)])
    written = io.BytesIO()
    small.resize(size, Image.Resampling.BICUBIC).convert("RGB").save(written, kind)
    return written.getvalue()
