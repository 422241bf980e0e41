"""Whoever answers a warning with a call for help is not only thanked: the village hears of it, once."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot import calls
from bot.dialogue import Dialogue
from bot.telling import Teller
from broadcast.answers import AnswerKind, Entry, Means, Spoke
from broadcast.content.compose import Words
from broadcast.content.message import Message
from broadcast.notices import Lane, Notice, Policy
from broadcast.stores.returns import entering
from broadcast.stores.tables import notices
from ground.events import NewsDesk
from ground.transaction import Database
from tests.bot.conftest import Listening
from tests.bot.evacuation.conftest import CALLER, LI, TOWNSHIP, Beixia, Field, build, ordered
from tests.builders import World

SHARED = "+99900000021"


class Watch(Field):
    """A field where calls for help are listened for."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        watch = calls.subscription(Teller(self.tools.kinds), self.clock)
        self.desk = NewsDesk([*self.desk._subscriptions.values(), watch])
        self.tools = replace(self.tools, desk=self.desk)
        self.dialogue = Dialogue(self.tools)

    def told(self, number: str) -> list[str]:
        return [text for text in self.said_to("sms", number) if "要人帮" in text]


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Watch]:
    async with AsyncExitStack() as stack:
        watch = Watch(database)
        await watch.start(stack)
        yield watch


@pytest.fixture
async def beixia(world: World) -> Beixia:
    return await build(world)


async def warned(stage: Listening, **changes: Any) -> Notice:
    words = [Words("sms", "zh_CN", 0, Message("暴雨红色预警"))]
    made = await stage.notice("area(36)", words=words, policy=Policy(("sms",)), **changes)
    await stage.play()
    stage.clock.pass_by(1_000)
    return made


async def test_the_committee_is_told_who_calls_where_and_by_which_number(stage: Watch, beixia: Beixia) -> None:
    await warned(stage)
    await stage.says(LI, "求助")
    [text] = stage.told(CALLER)
    assert "车草村北下组 李梅要人帮" in text
    assert LI in text
    assert stage.told(TOWNSHIP) == []
    async with stage.database.reading() as tx:
        lanes = await tx.values(select(notices.c.lane).where(notices.c.origin.startswith(f"{calls.SPOKEN}:")))
    assert lanes == [Lane.IMMEDIATE]


async def test_it_is_told_once_per_person_and_warning(stage: Watch, beixia: Beixia) -> None:
    await warned(stage)
    for words in ("求助", "3", "救命"):
        await stage.says(LI, words)
    assert len(stage.told(CALLER)) == 1
    await warned(stage)
    await stage.says(LI, "求助")
    assert len(stage.told(CALLER)) == 2


async def test_thanks_and_all_is_well_tell_nobody(stage: Watch, beixia: Beixia) -> None:
    await warned(stage)
    for words in ("收到", "安全"):
        await stage.says(LI, words)
    assert stage.told(CALLER) == []


async def test_inside_an_order_the_alarm_is_enough(stage: Watch, beixia: Beixia) -> None:
    await ordered(stage, beixia)
    await warned(stage)
    await stage.says(LI, "求助")
    assert "李梅：求助" in stage.said_to("sms", TOWNSHIP)[-1]
    assert stage.told(CALLER) == []


async def test_a_phone_that_several_share_is_named_with_all_of_them(stage: Watch, beixia: Beixia, world: World) -> None:
    for name in ("王大", "王二"):
        await world.person(beixia.village, name, sms=SHARED)
    await warned(stage)
    await stage.says(SHARED, "求助")
    [text] = stage.told(CALLER)
    assert "王大、王二要人帮" in text
    assert text.count(SHARED) == 1


async def test_a_member_who_calls_is_heard_by_the_next_office(stage: Watch, beixia: Beixia) -> None:
    await warned(stage)
    await stage.says(CALLER, "求助")
    assert stage.told(CALLER) == []
    assert "章明" in stage.told(TOWNSHIP)[0]


async def test_a_drill_says_that_it_is_one(stage: Watch, beixia: Beixia) -> None:
    await warned(stage, drill=True)
    await stage.says(LI, "求助")
    assert stage.told(CALLER)[0].startswith("【演练】")


async def test_what_an_officer_enters_for_somebody_is_told_too(stage: Watch, beixia: Beixia) -> None:
    made = await warned(stage)
    said_at = stage.clock.now()
    entry = Entry(
        made.id, beixia.li[1], AnswerKind.NEED_HELP, Means.RADIO, Spoke.NEIGHBOUR, said_at, "屋里进水了，出不来"
    )
    async with stage.database.writing() as tx:
        await entering.enter(tx, beixia.officer, stage.desk, made, entry, at=said_at)
    await stage.go_round()
    [text] = stage.told(CALLER)
    assert "李小宝要人帮" in text
    assert "没有电话" in text
    assert "屋里进水了，出不来" in text
