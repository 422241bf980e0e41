"""What nobody understands is asked about, and is no less a report for that."""

import pytest
from sqlalchemy import select

from bot.stores.relief.tables import relief_photos, relief_words
from broadcast.content.replies import ReplyKind
from tests.bot.chatting import Chatter
from tests.bot.conftest import Listening
from tests.builders import World

CHAT, PHOTO = "4711", "a" * 64
ODD = "灶王爷跑了呀"


@pytest.fixture
async def chatter(stage: Listening, world: World) -> Chatter:
    village = await world.area("360981", "车草村")
    await world.organisation(village, "village_committee", [await world.person(village, "李书记")])
    await world.person(village, "涂国平", telegram=CHAT)
    return Chatter(stage, "telegram", CHAT)


async def test_what_was_not_understood_is_said_with_what_one_may_want(chatter: Chatter) -> None:
    said = await chatter.say(ODD)
    assert f"“{ODD}”，我没看懂" in said
    assert [each.label for each in chatter.shown.offered] == ["报灾、求助", "回复预警", "别的事"]


async def test_it_becomes_a_report_with_the_very_words(chatter: Chatter, stage: Listening) -> None:
    await chatter.say(ODD)
    assert "受伤或被困" in await chatter.tap("报灾、求助")
    for word in ("都没有", "灶塌了", "2", "没有照片", "对，报上去"):
        known = any(each.label == word for each in chatter.shown.offered)
        await (chatter.tap(word) if known else chatter.say(word))
    async with stage.database.reading() as tx:
        told = await tx.values(select(relief_words.c.words).where(relief_words.c.kind == "told"))
    assert len(told) == 1
    assert ODD in told[0]


async def test_saying_it_again_in_plainer_words_begins_the_report(chatter: Chatter) -> None:
    await chatter.say(ODD)
    assert "受伤或被困" in await chatter.say("我家屋顶被冰雹打坏了")


async def test_twice_nothing_understood_ends_with_whom_to_ask(chatter: Chatter) -> None:
    await chatter.say(ODD)
    assert "没看懂" in await chatter.say("灶王爷真的跑了呀")
    assert "村委会" in await chatter.say("灶王爷又来了呀")


@pytest.mark.parametrize("text", ["🙏🙏", "嗯嗯", "777777", "谢谢你们了"])
async def test_small_talk_and_bare_signs_are_answered_with_help_as_ever(chatter: Chatter, text: str) -> None:
    assert "没看懂" not in await chatter.say(text)


async def test_under_an_open_warning_the_reply_says_how_to_answer_it(
    chatter: Chatter, stage: Listening, world: World
) -> None:
    await stage.notice("area(360981)")
    await stage.play()
    reply = await chatter.hear(ODD)
    assert reply is not None
    assert reply.kind is ReplyKind.UNKNOWN_WORDS
    assert "报灾" in reply.text


async def test_a_bare_photo_begins_a_report_and_is_kept(chatter: Chatter, stage: Listening) -> None:
    said = await chatter.say(photos=(PHOTO,))
    assert "照片收到了" in said
    assert "受伤或被困" in said
    for word in ("都没有", "屋顶漏了", "2", "对，报上去"):
        known = any(each.label == word for each in chatter.shown.offered)
        await (chatter.tap(word) if known else chatter.say(word))
    async with stage.database.reading() as tx:
        assert await tx.values(select(relief_photos.c.digest)) == [PHOTO]


async def test_a_photo_with_words_that_say_nothing_begins_one_too(chatter: Chatter) -> None:
    assert "照片收到了" in await chatter.say("您看看这个样子", photos=(PHOTO,))


async def test_a_photo_amid_a_question_goes_to_that_question(chatter: Chatter) -> None:
    await chatter.say("我家屋顶被冰雹打坏了，没人受伤，三口人")
    assert "照片收到了" not in await chatter.say(photos=(PHOTO,))
