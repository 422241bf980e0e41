"""Somebody is forgotten: afterwards no table and no file says their name, their number or their words."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select

from audiences.stores import people as people_store
from audiences.stores.tables import addresses, erasures
from bot import calls, erasing
from bot.assistance.desk import ASSISTANCE, desk_with
from bot.assistance.handling import apply
from bot.cases.door_task import Act as DoorAct
from bot.cases.door_task import Kind as DoorKind
from bot.cases.door_task import Outcome as DoorOutcome
from bot.cases.door_task import Reason, Task
from bot.cases.door_values import Deed as DoorDeed
from bot.cases.relief import ForWhom, Level
from bot.cases.relief_values import Draft, Entry, Told, Words
from bot.dialogue import Dialogue
from bot.doors.opening import open_tasks
from bot.erasing import Eraser
from bot.evacuation.advancing import advance
from bot.relief.desk import RELIEF, ReliefDesk
from bot.relief.filing import file
from bot.stores.doors import steps as door_steps
from bot.stores.doors import tasks as door_tasks
from bot.stores.erasing import traces
from bot.stores.erasing.photos import HOLDERS
from bot.stores.relief import identity, requests
from bot.stores.relief.tables import relief_identity_numbers, relief_photos, relief_requests, relief_steps, relief_words
from broadcast.answers import Means
from broadcast.dispatch import growth
from broadcast.stores.tables import notice_words, webchat_messages
from ground import media
from ground.actor import system
from ground.events import NewsDesk
from ground.media import MediaFolder
from ground.sealing import Seals, new_key
from ground.tables import metadata
from ground.transaction import Database
from tests.bot.chatting import Chatter
from tests.bot.evacuation.conftest import CALLER, Beixia, Field, build, ordered
from tests.builders import World
from tests.pictures import jpeg

HUB = system("test")
CHAT, PHONE = "881234567", "+99900000011"
NAME, WORDS, ANSWER, REFUSAL, OBJECTED = (
    "涂国平",
    "灶台边上那口老水缸也砸破了",
    "猪圈里还有三头猪",
    "祖屋里还有老物件",
    "他家早就没人住",
)


class Village(Field):
    """A hub whose erasures go on, with photos on a disk."""

    def __init__(self, database: Database, folder: Path) -> None:
        super().__init__(database)
        self.media = MediaFolder(folder)
        self.eraser = Eraser(database, self.clock, self.media)
        self.desk = NewsDesk(
            [growth.subscription(self.hub), erasing.subscription(), calls.subscription(self.teller, self.clock)]
        )
        self.tools = replace(self.tools, desk=self.desk)
        self.dialogue = Dialogue(self.tools)

    async def photo(self, color: int) -> str:
        kept = await self.media.keep(jpeg(color))
        async with self.database.writing() as tx:
            await media.record(tx, kept, self.clock.now())
        return kept.digest

    async def forget(self, person: int) -> None:
        async with self.database.writing() as tx:
            await people_store.erase(tx, HUB, self.desk, person, at=self.clock.now())
        await self.desk.hand_on(self.database)
        await erasing.sweep(self.eraser)

    async def go_round(self) -> None:
        await self.desk.hand_on(self.database)
        await advance(self.marshal)
        await self.play()


@pytest.fixture
async def stage(database: Database, tmp_path: Path) -> AsyncIterator[Village]:
    async with AsyncExitStack() as stack:
        village = Village(database, tmp_path)
        await village.start(stack)
        yield village


@pytest.fixture
async def beixia(world: World) -> Beixia:
    made = await build(world)
    await world.address("telegram", CHAT, made.tu[0], verified_at=1)
    return made


async def said_everywhere(database: Database, *needles: str) -> list[str]:
    """Return each column of each table, there is or will be, that says one of these."""
    found = []
    async with database.reading() as tx:
        for table in metadata.sorted_tables:
            for row in await tx.rows(select(table)):
                found += [
                    f"{table.name}.{name}: {needle}"
                    for name, value in row._mapping.items()
                    for needle in needles
                    if needle in spelt(table.c[name].type, value)
                ]
    return found


def spelt(kind: Any, value: Any) -> str:
    if isinstance(kind, LargeBinary) or isinstance(value, bytes):
        return bytes(value or b"").decode(errors="replace")
    return "\n".join(texts(value))


def texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for each in (*value.keys(), *value.values()):
                yield from texts(each)
        case list() | tuple():
            for each in value:
                yield from texts(each)


async def lived_through(stage: Village, beixia: Beixia) -> list[str]:
    """Let Tu report damage, answer, refuse to move, object and be spoken of; return the photos of the report."""
    resident, caller = Chatter(stage, "telegram", CHAT), Chatter(stage, "sms", CALLER)
    photos = [await stage.photo(1), await stage.photo(2)]
    await resident.say(f"昨晚冰雹把屋顶打坏了，{WORDS}，家里三口人，没有人受伤，北下组", photos=tuple(photos))
    await resident.tap("yes")
    await stage.go_round()
    await caller.say("待办")
    await caller.say("1")
    await caller.say("accept")
    await stage.notice("area(36)", asks_answer=True)
    await stage.play()
    await resident.say(f"求助！{ANSWER}")
    await stage.go_round()
    async with stage.database.writing() as tx:
        await file(ReliefDesk(stage.teller, stage.desk), tx, RELIEF, _entry(stage, beixia), stage.clock.now())
        request = await tx.value(select(relief_requests.c.id).order_by(relief_requests.c.id).limit(1))
        desk = desk_with(stage.teller, stage.desk, "https://hub.example")
        await identity.enter(tx, HUB, Seals.of([new_key()]), request, "360981190001010016", stage.clock.now())
        await apply(desk, tx, ASSISTANCE, request, stage.clock.now(), stage.clock.now(), NAME, f"person:{beixia.tu[0]}")
    await ordered(stage, beixia)
    await caller.say("清点")
    for turn in ("one_by_one", "refused", REFUSAL):
        known = any(each.key == turn for each in caller.shown.offered)
        await (caller.tap(turn) if known else caller.say(turn))
    await knocked(stage, beixia)
    await stage.go_round()
    await resident.say("我要报灾")
    return photos


async def knocked(stage: Village, beixia: Beixia) -> None:
    """Somebody was at the door, and wrote down whom he found there."""
    now = stage.clock.now()
    wish = Task(kind=DoorKind.BY_HAND, origin="test:1", reason=Reason.ASKED, person=beixia.tu[0])
    deed = DoorDeed(
        act=DoorAct.REPORT,
        by="person:9",
        dedupe="knock",
        happened_at=now,
        now=now,
        outcome=DoorOutcome.REFUSED,
        words=f"{NAME}不肯走",
        spoke=NAME,
    )
    async with stage.database.writing() as tx:
        await open_tasks(tx, [wish], now)
        [task] = await door_tasks.of_origin(tx, HUB, wish.origin)
        await door_steps.take(tx, HUB, task.key, deed)


def _entry(stage: Village, beixia: Beixia) -> Draft:
    """What a neighbour told of them, written down without knowing who they are."""
    words = {
        Words.TOLD: f"{NAME}家的墙裂了，打他电话{PHONE}",
        Words.HEAD: NAME,
        Words.PHONE: PHONE,
        Words.SPOKE: "李梅",
    }
    now = stage.clock.now()
    entry = Entry(Means.PHONE, now, None, beixia.li[0])
    return Draft(beixia.group, ForWhom.ENTERED, Told(words=words), "operator:1", now, Level.VILLAGE, None, entry=entry)


async def test_nothing_says_who_was_forgotten(stage: Village, beixia: Beixia) -> None:
    await lived_through(stage, beixia)
    needles = (NAME, PHONE, PHONE[1:], CHAT, WORDS, ANSWER, REFUSAL)
    before = await said_everywhere(stage.database, *needles)
    assert {each.rpartition(": ")[2] for each in before} == set(needles), "else this test looks for nothing"
    await stage.forget(beixia.tu[0])
    assert await said_everywhere(stage.database, *needles) == []


async def test_evidence_stays_with_its_ids_and_digests(stage: Village, beixia: Beixia) -> None:
    await lived_through(stage, beixia)
    async with stage.database.reading() as tx:
        before = [await tx.values(select(each).order_by(each)) for each in (relief_steps.c.id, relief_words.c.digest)]
        told = await tx.values(select(notice_words.c.digest).order_by(notice_words.c.digest))
    await stage.forget(beixia.tu[0])
    async with stage.database.reading() as tx:
        after = [await tx.values(select(each).order_by(each)) for each in (relief_steps.c.id, relief_words.c.digest)]
        assert await tx.values(select(notice_words.c.digest).order_by(notice_words.c.digest)) == told
        assert await tx.values(select(relief_identity_numbers.c.sealed)) == [None]
        own = await tx.values(select(relief_requests.c.person_id).where(relief_requests.c.for_whom == "own"))
        row = await tx.row(select(erasures))
    assert after == before
    assert own == [beixia.tu[0]]
    assert row is not None
    assert (row.name, row.numbers, row.stage, row.done_at) == (None, [], "done", stage.clock.now())


async def test_others_of_the_village_keep_what_they_said(stage: Village, beixia: Beixia) -> None:
    await lived_through(stage, beixia)
    neighbour = Chatter(stage, "sms", "+99900000012")
    await neighbour.say("我家院墙倒了，没人受伤，两口人，北下组")
    await neighbour.say("1")
    await stage.forget(beixia.tu[0])
    async with stage.database.reading() as tx:
        words = await tx.values(select(relief_words.c.words).where(relief_words.c.words.is_not(None)))
    assert "我家院墙倒了，没人受伤，两口人，北下组" in words
    assert "某某家的墙裂了，打他电话某某" in words
    assert "李梅" in words


async def test_photos_that_nobody_else_holds_leave_the_disk(stage: Village, beixia: Beixia) -> None:
    own, shared = await lived_through(stage, beixia)
    async with stage.database.writing() as tx:
        other = await tx.row(select(relief_steps).order_by(relief_steps.c.id.desc()))
        assert other is not None
        held = {"request_id": other.request_id, "step_id": other.id, "stage": "before", "digest": shared}
        await tx.execute(relief_photos.insert().values(held | {"happened_at": 1, "learned_at": 1}))
    await stage.forget(beixia.tu[0])
    assert not stage.media.path(own).exists()
    assert stage.media.path(shared).exists()
    async with stage.database.reading() as tx:
        assert await media.known(tx, [own, shared]) == {shared}


async def test_an_erasure_goes_on_where_a_crash_left_it(
    stage: Village, beixia: Beixia, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every step dies once, just before it is committed."""
    await lived_through(stage, beixia)
    died: set[str] = set()
    wipe = traces.wipe

    async def dying(tx: Any, actor: Any, trace: Any, subject: Any, keys: Any) -> None:
        await wipe(tx, actor, trace, subject, keys)
        if trace.name not in died:
            died.add(trace.name)
            raise ConnectionError

    monkeypatch.setattr(traces, "wipe", dying)
    async with stage.database.writing() as tx:
        await people_store.erase(tx, HUB, stage.desk, beixia.tu[0], at=stage.clock.now())
    await stage.desk.hand_on(stage.database)
    for _ in erasing.TRACES:
        try:
            await erasing.sweep(stage.eraser)
        except ConnectionError:
            continue
    assert {"told", "requests", "answers"} <= died
    assert await said_everywhere(stage.database, NAME, PHONE, WORDS, ANSWER, REFUSAL) == []
    assert await erasing.sweep(stage.eraser) == 0


async def test_a_namesake_elsewhere_stays_the_head_of_their_own_household(
    stage: Village, world: World, beixia: Beixia
) -> None:
    home = await world.household(beixia.group)
    draft = Draft(
        beixia.group, ForWhom.OWN, Told(words={Words.HEAD: NAME}), "person:9", 1, Level.VILLAGE, None, household=home
    )
    async with stage.database.writing() as tx:
        namesake, _ = await requests.file(tx, RELIEF, draft, 1)
    await stage.forget(beixia.tu[0])
    async with stage.database.reading() as tx:
        assert await tx.values(select(relief_words.c.words).where(relief_words.c.request_id == namesake.id)) == [NAME]


async def test_a_telephone_that_the_family_shares_keeps_its_number(
    stage: Village, world: World, beixia: Beixia
) -> None:
    await world.address("sms", PHONE, beixia.tu[1])
    await stage.forget(beixia.tu[0])
    async with stage.database.reading() as tx:
        assert PHONE in await tx.values(select(addresses.c.value))


async def test_what_the_browser_of_an_officer_was_told_names_them_no_more(stage: Village, beixia: Beixia) -> None:
    await lived_through(stage, beixia)
    async with stage.database.writing() as tx:
        spoken = await tx.rows(select(notice_words).where(notice_words.c.channel == "telegram"))
        naming = next(each for each in spoken if NAME in each.message["text"] and WORDS not in each.message["text"])
        told = {"address": "b" * 64, "seq": 1, "notice_id": naming.notice_id, "delivery_seq": 1}
        told |= {"message": naming.message, "at": 1, "learned_at": 1}
        await tx.execute(webchat_messages.insert().values(told))
    await stage.forget(beixia.tu[0])
    assert await said_everywhere(stage.database, NAME) == []


def test_every_table_of_photos_is_known_as_a_holder() -> None:
    kept = {table.name for table in metadata.tables.values() if table.name.endswith("_photos")}
    assert {column.table.name for column in HOLDERS} == kept | {"video_evidence"}
