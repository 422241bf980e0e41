"""One turn: what people answer counts once, for the right warning, from the right address, and is said back."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from audiences.stores.tables import addresses, opt_outs
from bot.dialogue import Dialogue
from bot.stores.tables import turns
from broadcast.answers import AnswerKind
from broadcast.content.compose import Words
from broadcast.content.message import Message
from broadcast.content.replies import ReplyKind
from broadcast.deliveries import Key
from broadcast.notices import Kind, Lane, Policy, Purpose
from broadcast.stores import notices
from broadcast.stores.tables import deliveries, fallbacks
from ground.clock import HOUR, MINUTE
from ground.events import Event, NewsDesk, Subscription
from ground.transaction import Transaction
from tests.bot.conftest import Listening
from tests.builders import World
from tests.dispatching import TESTER

PHONE, CHAT = "+15550100", "4711"


async def one_person(world: World) -> int:
    area = await world.area("1")
    return await world.person(area, sms=PHONE, telegram=CHAT)


async def warned(stage: Listening, text: str = "荷湖乡暴雨红色预警", **changes: object) -> int:
    """Send a warning over SMS to everybody in area 1 and return its notice."""
    words = [Words(channel, "zh_CN", 0, Message(text)) for channel in ("sms", "telegram")]
    notice = await stage.notice("area(1)", words=words, **{"policy": Policy(("sms", "telegram")), **changes})
    await stage.play()
    return notice.id


async def test_a_bare_number_answers_the_warning_and_the_reply_names_it(stage: Listening, world: World) -> None:
    person = await one_person(world)
    notice = await warned(stage)
    reply = await stage.hear(PHONE, "2")
    await stage.play()
    assert await stage.answered() == [(notice, person, AnswerKind.SAFE, "2")]
    assert reply is not None
    assert reply.kind is ReplyKind.ANSWER_NOTED
    assert "荷湖乡暴雨红色预警" in stage.said_to("sms", PHONE)[-1]


async def test_a_bare_reply_counts_for_the_newest_open_warning(stage: Listening, world: World) -> None:
    await one_person(world)
    await warned(stage, "老的预警")
    stage.clock.pass_by(MINUTE)
    newer = await warned(stage, "新的预警")
    reply = await stage.hear(PHONE, "收到")
    assert [answer[0] for answer in await stage.answered()] == [newer]
    assert reply is not None
    assert "新的预警" in reply.text


async def test_an_answer_stops_the_fallback_to_the_next_channel(stage: Listening, world: World) -> None:
    await one_person(world)
    await warned(stage)
    await stage.hear(PHONE, "收到")
    stage.clock.pass_by(10 * MINUTE)
    await stage.play()
    assert stage.said_to("telegram", CHAT) == []
    async with stage.database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(fallbacks)) == 0


async def test_the_reply_leaves_in_the_lane_of_replies(stage: Listening, world: World) -> None:
    await one_person(world)
    await warned(stage)
    await stage.hear(PHONE, "1")
    await stage.play()
    assert stage.channels["sms"].sent[-1].lane is Lane.REPLIES


async def test_an_update_that_is_brought_twice_is_heard_once(stage: Listening, world: World) -> None:
    await one_person(world)
    await warned(stage)
    first = await stage.hear(PHONE, "1", update="SM1")
    again = await stage.hear(PHONE, "1", update="SM1")
    await stage.play()
    assert first is not None
    assert again is None
    assert len(await stage.answered()) == 1
    assert len(stage.said_to("sms", PHONE)) == 2  # the warning and one reply


async def test_an_update_that_is_brought_twice_at_once_is_heard_once(stage: Listening, world: World) -> None:
    await one_person(world)
    await warned(stage)
    replies = await asyncio.gather(*(stage.hear(PHONE, "1", update="SM1") for _ in range(4)))
    assert sum(reply is not None for reply in replies) == 1
    assert len(await stage.answered()) == 1


async def test_a_turn_whose_answer_cannot_be_kept_was_never_heard(
    stage: Listening, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await one_person(world)
    await warned(stage)
    broken = Listening(stage.database)
    broken.dialogue._abilities = {}  # the reply cannot be composed
    with pytest.raises(KeyError):
        await broken.hear(PHONE, "1", update="SM1")
    assert await stage.answered() == []
    assert await stage.hear(PHONE, "1", update="SM1") is not None


async def test_a_button_counts_for_its_own_warning(stage: Listening, world: World) -> None:
    person = await one_person(world)
    older = await warned(stage, policy=Policy(("telegram",)))
    stage.clock.pass_by(MINUTE)
    await warned(stage, policy=Policy(("telegram",)))
    await stage.press(CHAT, await stage.key_at(older, "telegram"), "need_help")
    assert await stage.answered() == [(older, person, AnswerKind.NEED_HELP, "need_help")]


async def test_a_button_counts_only_from_the_address_it_was_sent_to(stage: Listening, world: World) -> None:
    await one_person(world)
    notice = await warned(stage, policy=Policy(("telegram",)))
    reply = await stage.press("999", await stage.key_at(notice, "telegram"), "safe")
    assert await stage.answered() == []
    assert reply is not None
    assert reply.kind is ReplyKind.NOT_SENT_HERE


@pytest.mark.parametrize(("key", "word"), [(Key(1, 999), "safe"), (Key(999, 1), "safe"), (Key(1, 1), "free_beer")])
async def test_a_button_that_was_never_sent_answers_nothing(
    stage: Listening, world: World, key: Key, word: str
) -> None:
    await one_person(world)
    await warned(stage, policy=Policy(("telegram",)))
    reply = await stage.press(CHAT, key, word)
    assert await stage.answered() == []
    assert reply is not None
    assert reply.kind is ReplyKind.NOT_SENT_HERE


async def test_a_button_of_a_warning_that_is_over_is_kept_and_said_to_be_late(stage: Listening, world: World) -> None:
    await one_person(world)
    notice = await warned(stage, policy=Policy(("telegram",)))
    stage.clock.pass_by(7 * HOUR)
    reply = await stage.press(CHAT, await stage.key_at(notice, "telegram"), "received")
    assert reply is not None
    assert reply.kind is ReplyKind.WARNING_OVER
    assert len(await stage.answered()) == 1


async def test_a_button_of_a_sending_that_we_believe_failed_answers_all_the_same(
    stage: Listening, world: World
) -> None:
    person = await one_person(world)
    notice = await warned(stage, policy=Policy(("telegram",)))
    async with stage.database.writing() as tx:
        await tx.execute(update(deliveries).values(state="failed"))
    reply = await stage.press(CHAT, await stage.key_at(notice, "telegram"), "safe")
    assert reply is not None
    assert reply.kind is ReplyKind.ANSWER_NOTED
    assert await stage.answered() == [(notice, person, AnswerKind.SAFE, "safe")]


async def test_a_call_for_help_is_never_told_that_it_comes_too_late(stage: Listening, world: World) -> None:
    await one_person(world)
    notice = await warned(stage, policy=Policy(("telegram",)))
    stage.clock.pass_by(7 * HOUR)
    reply = await stage.press(CHAT, await stage.key_at(notice, "telegram"), "need_help")
    assert reply is not None
    assert reply.kind is ReplyKind.ANSWER_NOTED_HELP


async def test_a_group_never_answers_for_a_person(stage: Listening, world: World) -> None:
    area = await world.area("1")
    await world.person(area, telegram="-100")
    notice = await warned(stage, policy=Policy(("telegram",)))
    assert await stage.hear("-100", "收到", "telegram", is_group=True) is None
    reply = await stage.press("-100", await stage.key_at(notice, "telegram"), "safe", is_group=True)
    await stage.play()
    assert reply is not None
    assert reply.kind is ReplyKind.ANSWER_IN_PRIVATE
    assert await stage.answered() == []
    assert len(stage.said_to("telegram", "-100")) == 1  # the warning; a group is not talked to


async def test_somebody_at_a_shared_phone_answers_for_nobody_in_particular(stage: Listening, world: World) -> None:
    area = await world.area("1")
    await world.person(area, sms=PHONE)
    await world.person(area, sms=PHONE)
    notice = await warned(stage)
    await stage.hear(PHONE, "收到")
    assert [(answer[0], answer[1]) for answer in await stage.answered()] == [(notice, None)]


async def test_words_that_are_no_answer_are_kept_and_the_reply_says_how(stage: Listening, world: World) -> None:
    await one_person(world)
    await warned(stage)
    reply = await stage.hear(PHONE, "我们在学校操场上")
    assert [(answer[2], answer[3]) for answer in await stage.answered()] == [(AnswerKind.OTHER, "我们在学校操场上")]
    assert reply is not None
    assert reply.kind is ReplyKind.UNKNOWN_WORDS


async def test_a_report_under_a_warning_is_an_answer_to_it_too(stage: Listening, world: World) -> None:
    person = await one_person(world)
    notice = await warned(stage)
    reply = await stage.hear(PHONE, "水进屋了，车坏了")
    assert await stage.answered() == [(notice, person, AnswerKind.OTHER, "水进屋了，车坏了")]
    assert reply is not None
    assert "受伤或被困" in reply.text


async def test_an_answer_without_a_warning_is_told_whom_to_call(stage: Listening, world: World) -> None:
    await one_person(world)
    reply = await stage.hear(PHONE, "求助")
    await stage.play()
    assert reply is not None
    assert "119" in stage.said_to("sms", PHONE)[-1]
    assert "受伤或被困" in stage.said_to("sms", PHONE)[-1], "and what help is needed is asked at once"


async def test_a_warning_that_expired_or_was_replaced_takes_no_bare_reply(stage: Listening, world: World) -> None:
    await one_person(world)
    await warned(stage)
    stage.clock.pass_by(7 * HOUR)
    reply = await stage.hear(PHONE, "1")
    assert await stage.answered() == []
    assert reply is not None
    assert reply.kind is ReplyKind.WHICH_WARNING_NONE


async def test_a_stranger_is_heard_and_answered_and_belongs_to_nobody(stage: Listening) -> None:
    reply = await stage.hear("4242", "/help", "telegram", language="en-GB")
    await stage.play()
    assert reply is not None
    assert reply.kind is ReplyKind.HELP
    assert stage.said_to("telegram", "4242") == [reply.text]
    assert reply.text.isascii() or "Mingluo" in reply.text
    async with stage.database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(addresses)) == 1


async def test_a_stop_word_silences_lessons_and_no_warning(stage: Listening, world: World) -> None:
    await one_person(world)
    reply = await stage.hear(PHONE, "退订")
    assert reply is not None
    assert reply.kind is ReplyKind.OPTED_OUT
    async with stage.database.reading() as tx:
        assert [row.purpose for row in await tx.rows(select(opt_outs))] == ["lessons"]
    await warned(stage)
    assert len(stage.said_to("sms", PHONE)) == 2  # the reply and the warning
    await stage.hear(PHONE, "开通")
    async with stage.database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(opt_outs)) == 0


async def test_a_start_word_lifts_the_stop_at_the_carrier(stage: Listening, world: World) -> None:
    await world.address("sms", PHONE, stopped_at=1)
    await stage.hear(PHONE, "START")
    async with stage.database.reading() as tx:
        assert await tx.value(select(addresses.c.stopped_at)) is None


async def test_a_blocked_chat_that_speaks_again_is_open_again(stage: Listening, world: World) -> None:
    person = await world.person(await world.area("1"))
    address = await world.address("telegram", CHAT, person, closed_at=1, closed_why="blocked")
    told: list[int] = []

    async def read(_tx: Transaction, event: Event) -> None:
        told.append(event.facts["person"])

    desk = NewsDesk([Subscription("ear", frozenset({"address.opened"}), read)])
    stage.dialogue = Dialogue(replace(stage.tools, desk=desk))
    await stage.hear(CHAT, "你好", "telegram")
    await desk.hand_on(stage.database)
    async with stage.database.reading() as tx:
        assert await tx.value(select(addresses.c.closed_at).where(addresses.c.id == address)) is None
    assert told == [person]


async def test_an_address_that_was_closed_on_purpose_stays_closed(stage: Listening, world: World) -> None:
    await world.address("telegram", CHAT, closed_at=1, closed_why="changed")
    await stage.hear(CHAT, "你好", "telegram")
    async with stage.database.reading() as tx:
        assert await tx.value(select(addresses.c.closed_at)) == 1


async def test_words_with_a_character_that_no_database_keeps_are_heard(stage: Listening, world: World) -> None:
    await one_person(world)
    await warned(stage)
    assert await stage.hear(PHONE, "水\0进屋了")
    assert (await stage.answered())[0][3] == "水进屋了"


async def test_the_reply_to_a_drill_says_that_it_is_one(stage: Listening, world: World) -> None:
    await one_person(world)
    await warned(stage, drill=True)
    reply = await stage.hear(PHONE, "1")
    await stage.play()
    assert reply is not None
    assert "演练" in reply.text
    assert stage.channels["sms"].sent[-1].drill


async def test_what_was_said_is_in_no_repr(stage: Listening) -> None:
    turn = stage.text(PHONE, "水进屋了")
    assert PHONE not in repr(turn)
    assert "水进屋了" not in repr(turn)
    assert "水进屋了" not in repr(await stage.dialogue.hear(turn))


async def test_a_turn_is_kept_by_its_own_number(stage: Listening) -> None:
    await stage.hear(PHONE, "1", update="SM1")
    await stage.hear(PHONE, "1", "telegram", update="SM1")
    async with stage.database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(turns)) == 2


async def test_an_ending_takes_no_answer(stage: Listening, world: World) -> None:
    await one_person(world)
    alarm = await warned(stage)
    ended = await stage.notice(
        words=stage.words("解除"),
        kind=Kind.LIFTED,
        purpose=Purpose.WARNINGS,
        asks_answer=False,
        tells_heard_of=[alarm],
        supersedes=[alarm],
        expires=None,
    )
    await stage.play()
    async with stage.database.reading() as tx:
        assert (await notices.load(tx, TESTER, alarm)).superseded_at is not None
    await stage.hear(PHONE, "收到")
    assert ended.id not in {answer[0] for answer in await stage.answered()}
