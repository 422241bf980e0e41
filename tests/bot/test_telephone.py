"""Calls, from the warning to the key: what counts as delivered, what as an answer, and who rings back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from audiences.stores.tables import addresses
from bot.dialogue import Dialogue
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from broadcast.answers import AnswerKind
from broadcast.channels.errors import Unreachable
from broadcast.content.message import Choice
from broadcast.dispatch.recalling import Recaller
from broadcast.notices import Kind, Policy, Purpose
from broadcast.stores.tables import deliveries, notices, retries
from ground.clock import HOUR
from ground.events import NewsDesk
from ground.transaction import Database
from tests.bot.telephones import OFFICE, WARNING, Telephones
from tests.builders import World

PHONE, CHAT = "+99900000001", "4711"


@pytest.fixture
async def stage(database: Database, tmp_path: Path) -> AsyncIterator[Telephones]:
    async with AsyncExitStack() as stack:
        stage = Telephones(database, tmp_path)
        await stage.start(stack)
        yield stage


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


async def villager(world: World, **reached: str) -> int:
    """Somebody in area 1 with a telephone that rings."""
    person = await world.person(await world.area("1"), **reached)  # type: ignore[arg-type]  # addresses alone
    await world.address("voice", PHONE, person)
    return person


async def test_a_warning_is_heard_and_a_key_answers_it(stage: Telephones, world: World) -> None:
    person = await villager(world)
    stage.phone(PHONE, keys="2")
    notice = await stage.warn("area(1)")
    assert await stage.answered() == [(notice.id, person, AnswerKind.SAFE, "safe")]
    assert await stage.reasons(notice) == {"voice": ("delivered", None)}
    first, *talk = stage.heard_by(PHONE)
    assert first.facts["said"] == ["您好，这里是丰城市应急指挥中心，有要紧事告诉您。", WARNING]
    assert "收到按1，安全按2，求助按3" in talk[0].text
    assert "记下了：您平安" in talk[1].text
    [turn] = stage.turns
    assert (turn.platform, turn.address, turn.forgeable) == ("voice", PHONE, False)


async def test_what_is_said_back_is_said_in_the_call_and_no_notice(stage: Telephones, world: World) -> None:
    await villager(world)
    stage.phone(PHONE, keys="1")
    await stage.warn("area(1)")
    await stage.play()
    assert len(stage.peer.exchange.calls) == 1
    async with stage.database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(notices)) == 1


async def test_whoever_hangs_up_early_was_not_reached_and_has_not_answered(stage: Telephones, world: World) -> None:
    await villager(world, sms=PHONE)
    stage.phone(PHONE, hangs_up_after=4.0, keys="1")
    notice = await stage.warn("area(1)")
    assert await stage.answered() == []
    assert (await stage.reasons(notice))["voice"] == ("planned", "hung_up")
    assert stage.heard("sms") == [PHONE]


@pytest.mark.parametrize(
    ("manner", "reason"),
    [({"busy": True}, "busy"), ({"rings": 99}, "no_answer"), ({"off": True}, "off")],
)
async def test_whoever_is_not_reached_is_called_again_and_told_on_the_next_channel(
    stage: Telephones, world: World, manner: dict[str, object], reason: str
) -> None:
    await villager(world, sms=PHONE)
    stage.phone(PHONE, **manner)
    notice = await stage.warn("area(1)")
    assert await stage.reasons(notice) == {"voice": ("planned", reason), "sms": ("accepted", None)}
    stage.phone(PHONE, keys="1")
    await stage.let_retries_be_due()
    await stage.play()
    assert (await stage.reasons(notice))["voice"] == ("delivered", None)
    assert len(await stage.answered()) == 1


async def test_whoever_never_answers_has_failed_at_last_with_the_reason(stage: Telephones, world: World) -> None:
    await villager(world, sms=PHONE)
    stage.phone(PHONE, busy=True)
    notice = await stage.warn("area(1)", policy=Policy(("voice", "sms"), attempts=1))
    assert await stage.reasons(notice) == {"voice": ("failed", "busy"), "sms": ("accepted", None)}


async def test_a_busy_telephone_is_not_called_again_at_once(stage: Telephones, world: World) -> None:
    await villager(world)
    stage.phone(PHONE, busy=True)
    await stage.warn("area(1)")
    async with stage.database.reading() as tx:
        rows = await tx.rows(
            select(retries.c.due_at, deliveries.c.claimed_at)
            .select_from(retries)
            .join(deliveries, deliveries.c.notice_id == retries.c.notice_id)
        )
    assert [row.due_at - row.claimed_at >= 60_000 for row in rows] == [True]
    assert Unreachable("busy").again_in is None


@pytest.mark.parametrize("manner", [{"invalid": True}, {"unassigned": True}])
async def test_a_number_that_nobody_has_is_closed(stage: Telephones, world: World, manner: dict[str, object]) -> None:
    await villager(world)
    stage.phone(PHONE, **manner)
    notice = await stage.warn("area(1)")
    assert await stage.reasons(notice) == {"voice": ("failed", "invalid")}
    async with stage.database.reading() as tx:
        row = await tx.row(select(addresses).where(addresses.c.channel == "voice"))
    assert row is not None
    assert row.closed_why == "invalid"


async def test_without_a_key_it_is_said_once_more_and_nothing_is_heard(stage: Telephones, world: World) -> None:
    await villager(world)
    notice = await stage.warn("area(1)")
    assert await stage.reasons(notice) == {"voice": ("delivered", None)}
    assert stage.turns == []
    said = stage.said_in_calls(PHONE)
    assert said.count(WARNING) == 2
    assert "没有听到按键，再说一遍" in said
    assert "请打回这个号码" in said


async def test_a_key_pressed_at_the_second_asking_counts(stage: Telephones, world: World) -> None:
    await villager(world)
    stage.phone(PHONE, keys=" 3")
    await stage.warn("area(1)")
    assert [kind for _, _, kind, _ in await stage.answered()] == [AnswerKind.NEED_HELP]


async def test_a_key_pressed_while_the_message_is_said_is_no_answer(stage: Telephones, world: World) -> None:
    await villager(world)
    stage.phone(PHONE, keys="1", too_early=True)
    await stage.warn("area(1)")
    assert await stage.answered() == []


async def test_a_wrong_key_is_told_and_everything_said_again(stage: Telephones, world: World) -> None:
    await villager(world)
    stage.phone(PHONE, keys="71")
    await stage.warn("area(1)")
    assert "没有这个键，再说一遍" in stage.said_in_calls(PHONE)
    assert [kind for _, _, kind, _ in await stage.answered()] == [AnswerKind.RECEIVED]
    assert [turn.text for turn in stage.turns] == [""]


async def test_wrong_keys_come_to_an_end(stage: Telephones, world: World) -> None:
    await villager(world)
    stage.phone(PHONE, keys="*#0975")
    await stage.warn("area(1)")
    assert await stage.answered() == []
    assert stage.turns == []
    assert stage.heard_by(PHONE)[-1].text.endswith("再见。")


async def test_a_key_that_could_not_be_kept_is_asked_for_again(stage: Telephones, world: World) -> None:
    await villager(world)
    stage.phone(PHONE, keys="22")
    stage.broken = 1
    await stage.warn("area(1)")
    assert "刚才没有记下来，请再按一次" in stage.said_in_calls(PHONE)
    assert [kind for _, _, kind, _ in await stage.answered()] == [AnswerKind.SAFE]


async def test_an_answer_by_text_stops_the_call_that_still_waits(stage: Telephones, world: World) -> None:
    await villager(world, sms=PHONE)
    stage.phone(PHONE, busy=True)
    notice = await stage.warn("area(1)")
    await stage.hear(PHONE, "1")
    stage.phone(PHONE)
    await stage.let_retries_be_due()
    await stage.play()
    assert len(stage.peer.exchange.calls) == 1
    assert await stage.reasons(notice) == {"voice": ("suppressed", "answered"), "sms": ("accepted", None)}


async def test_an_answer_elsewhere_stops_a_telephone_that_still_rings(stage: Telephones, world: World) -> None:
    person = await villager(world)
    await world.address("sms", PHONE, person)
    recaller = Recaller(stage.hub)
    desk = NewsDesk([recaller.subscription])
    stage.dialogue = Dialogue(replace(stage.tools, desk=desk))
    notice = await stage.warn_and_let_ring("area(1)")
    await stage.hear(PHONE, "1")
    assert await desk.hand_on(stage.database) == 1
    await asyncio.gather(*recaller.asking)
    [call] = stage.peer.exchange.calls.values()
    await stage.peer.exchange.quiet()
    assert call.status == "canceled"
    await stage.play()
    assert (await stage.reasons(notice))["voice"] == ("failed", "canceled")
    assert len(stage.peer.exchange.calls) == 1


async def test_whoever_missed_the_call_rings_back_hears_it_and_answers(stage: Telephones, world: World) -> None:
    person = await villager(world)
    stage.phone(PHONE, rings=99)
    notice = await stage.warn("area(1)")
    heard = "\n".join(await stage.ring(PHONE, keys="1"))
    assert f"刚才要告诉您的是\n{WARNING}" in heard
    assert "记下了：您收到了" in heard
    assert await stage.answered() == [(notice.id, person, AnswerKind.RECEIVED, "received")]
    [turn] = stage.turns
    assert turn.forgeable


async def test_what_went_by_text_or_chat_is_played_to_whoever_rings_from_their_number(
    stage: Telephones, world: World
) -> None:
    person = await world.person(await world.area("1"), sms=PHONE, telegram=CHAT)
    notice = await stage.warn("area(1)", policy=Policy(("telegram", "sms")))
    assert stage.heard("telegram") == [CHAT]
    assert WARNING in "\n".join(await stage.ring(PHONE, keys="2"))
    assert await stage.answered() == [(notice.id, person, AnswerKind.SAFE, "safe")]
    async with stage.database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(addresses)) == 2


async def test_the_newest_open_warning_is_the_one_that_is_played(stage: Telephones, world: World) -> None:
    await villager(world)
    await stage.warn("area(1)", text="老的预警。")
    await stage.warn("area(1)", text="新的预警。")
    heard = "\n".join(await stage.ring(PHONE))
    assert "新的预警。" in heard
    assert "老的预警。" not in heard
    stage.clock.pass_by(7 * HOUR)
    assert "没有要您回话的事" in "\n".join(await stage.ring(PHONE))


async def test_whoever_is_not_known_hears_whom_to_call(stage: Telephones, world: World) -> None:
    await villager(world)
    await stage.warn("area(1)")
    heard = "\n".join(await stage.ring("+99900000055", keys="1"))
    assert "还没有登记" in heard
    assert " ".join(OFFICE.removeprefix("+")) in heard
    assert WARNING not in heard
    assert stage.turns == []


async def test_news_of_a_case_is_not_played_to_whoever_rings_up(stage: Telephones, world: World) -> None:
    """A number can be forged, and news of a case may name people."""
    await villager(world)
    await stage.warn("area(1)", text="5号李梅：求助。", kind=Kind.NOTE, purpose=Purpose.REPLIES)
    assert "李梅" not in "\n".join(await stage.ring(PHONE))


class Asking:
    """A conversation that asks one more question, and notes what it is told."""

    name = "telephone"

    def __init__(self) -> None:
        self.proven: list[bool] = []
        self.heard: list[str] = []

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        return None

    async def begin(self, room: Room, opening: Opening) -> Move:
        self.proven.append(room.speaker.proven)
        return Move("asked", tuple(await self.ask(room, Talk(0, "", "", {}))))

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        self.heard.append(heard.word)
        return Move(None, (Line("noted"),))

    async def ask(self, room: Room, talk: Talk) -> list[Line]:
        return [Line("goodbye", choices=(Choice("yes", "对"), Choice("no", "不对")))]


@pytest.fixture
async def asking(database: Database, tmp_path: Path) -> AsyncIterator[tuple[Telephones, Asking]]:
    async with AsyncExitStack() as stack:
        flow = Asking()
        stage = Telephones(database, tmp_path, [flow])
        await stage.start(stack)
        yield stage, flow


async def test_a_key_begins_a_conversation_that_goes_on_in_the_call(
    asking: tuple[Telephones, Asking], world: World
) -> None:
    stage, flow = asking
    await villager(world)
    await stage.warn("area(1)", text="先有一条预警。")  # open all the while, and not what is answered
    stage.phone(PHONE, keys="12")
    await stage.warn("area(1)", kind=Kind.NOTE, origin="telephone:7")
    assert flow.heard == ["no"]
    said = stage.said_in_calls(PHONE)
    assert "请按一个键：对按1，不对按2" in said
    assert "已经记下了" in said
    assert [(turn.text, turn.follows) for turn in stage.turns] == [("", False), ("2", True)]
    assert await stage.answered() == []


async def test_whoever_rings_back_has_proven_nothing(asking: tuple[Telephones, Asking], world: World) -> None:
    stage, flow = asking
    await world.person(await world.area("1"), sms=PHONE, telegram=CHAT)
    async with stage.database.writing() as tx:
        await tx.execute(update(addresses).values(verified_at=1, verified_how="contact"))
    notice = await stage.warn("area(1)", kind=Kind.NOTE, origin="telephone:7", policy=Policy(("telegram",)))
    await stage.ring(PHONE, keys="12")
    await stage.press(CHAT, await stage.key_at(notice.id, "telegram"), "received")
    assert flow.proven == [False, True]
    assert flow.heard == ["no"]
