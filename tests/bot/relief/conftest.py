"""Fujia village with its committee, its township and its county, and a relief desk that people talk to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from audiences.areas import fold
from audiences.stores.tables import areas
from bot.cases.relief_values import Request
from bot.relief.desk import RELIEF, ReliefDesk
from bot.relief.escalating import sweep
from bot.stores.relief import requests
from bot.stores.relief.tables import relief_photos, relief_requests, relief_steps
from bot.turns import Reply
from broadcast.content.message import Message
from broadcast.stores.tables import notices
from tests.bot.conftest import Listening
from tests.builders import World

PHOTO = "a" * 64
REPORT = "昨晚冰雹把屋顶打坏了，家里三口人，还在漏雨，傅家村"


@dataclass(frozen=True, slots=True)
class Fujia:
    """Ids of the places and people. Everybody has a chat; the resident a phone, too."""

    county: int
    township: int
    village: int
    secretary: int
    accountant: int
    clerk: int
    centre: int
    resident: int
    household: int


SECRETARY, ACCOUNTANT, CLERK, CENTRE = "7001", "7002", "8001", "9001"  # their chats
PHONE = "+999150001"


@pytest.fixture
async def fujia(world: World) -> Fujia:
    county = await area_called(world, "360981", "丰城市", None, "county")
    township = await area_called(world, "360981100", "董家镇", county, "township")
    village = await area_called(world, "360981100200", "傅家村委会", township, "village")
    household = await world.household(village)
    resident = await world.person(village, "傅建国", household=household, sms=PHONE)
    people = [await world.person(village, name) for name in ("傅书记", "傅会计", "镇民政", "县值班")]
    for person, chat in zip(people, (SECRETARY, ACCOUNTANT, CLERK, CENTRE), strict=True):
        await world.address("telegram", chat, person, verified_at=1)
    await world.organisation(village, "village_committee", people[:2])
    await world.organisation(township, "township_office", people[2:3])
    await world.organisation(county, "command_centre", people[3:])
    secretary, accountant, clerk, centre = people
    return Fujia(county, township, village, secretary, accountant, clerk, centre, resident, household)


async def area_called(world: World, code: str, name: str, parent: int | None, level: str) -> int:
    made = await world.area(code, name, parent=parent, level=level)
    async with world.database.writing() as tx:
        await tx.execute(areas.update().where(areas.c.id == made).values(folded=fold(name)))
    return made


class Office:
    """What a test asks of the relief desk and of those who talk to it."""

    def __init__(self, stage: Listening, world: World) -> None:
        self.stage = stage
        self.world = world
        self.desk = ReliefDesk(stage.dialogue._teller, stage.hub.desk)

    async def say(self, chat: str, text: str, platform: str = "sms", **changes: Any) -> str:
        """Say something, let everything leave, and return what was said back."""
        reply: Reply | None = await self.stage.hear(chat, text, platform, **changes)
        await self.stage.play()
        assert reply is not None
        return reply.text

    async def sweep(self) -> int:
        found = await sweep(self.desk, self.stage.database, self.stage.clock)
        await self.stage.play()
        return found

    async def press(self, chat: str, label: str, **changes: Any) -> str:
        """Press the newest button of this name at a chat."""
        sent = [each for each in self.stage.channels["telegram"].sent if each.address == chat]
        for each in reversed(sent):
            for choice in each.message.offered or each.message.choices:
                if choice.label == label:
                    reply = await self.stage.press(chat, each.key, choice.key, **changes)
                    await self.stage.play()
                    assert reply is not None
                    return reply.text
        raise AssertionError(f"nobody offered {label} to {chat}; last: {sent[-1].message.text if sent else None}")

    def heard(self, chat: str, platform: str = "telegram") -> list[str]:
        return self.stage.said_to(platform, chat)

    def newest(self, chat: str, platform: str = "telegram") -> Message:
        return next(each.message for each in reversed(self.stage.channels[platform].sent) if each.address == chat)

    async def requests(self) -> Sequence[Request]:
        async with self.stage.database.reading() as tx:
            ids = await tx.values(select(relief_requests.c.id).order_by(relief_requests.c.id))
            return [await requests.load(tx, RELIEF, each) for each in ids]

    async def only(self) -> Request:
        found = await self.requests()
        assert len(found) == 1
        return found[0]

    async def acts(self, request: Request) -> list[str]:
        mine = select(relief_steps.c.act).where(relief_steps.c.request_id == request.id)
        async with self.stage.database.reading() as tx:
            return list(await tx.values(mine.order_by(relief_steps.c.id)))

    async def photos(self) -> list[tuple[str, str]]:
        async with self.stage.database.reading() as tx:
            rows = await tx.rows(select(relief_photos.c.stage, relief_photos.c.digest).order_by(relief_photos.c.id))
        return [(row.stage, row.digest) for row in rows]

    async def lanes(self, code: str) -> list[str]:
        async with self.stage.database.reading() as tx:
            mine = select(notices.c.lane).where(notices.c.origin == f"relief_case:{code}").order_by(notices.c.id)
            return list(await tx.values(mine))


@pytest.fixture
def office(stage: Listening, world: World, fujia: Fujia) -> Office:
    return Office(stage, world)
