"""Showing a reservoir in the chat or by one SMS, and what muddy water does at once."""

from typing import Any

from sqlalchemy import select, update

from audiences.stores.tables import addresses
from bot.cases.freshness import Finding, Source
from bot.cases.video_check import AlarmKind, Answers, Result, Seepage, Shot, Spillway, State, Trend, Via
from bot.stores.video import alarms, answers, evidence
from bot.stores.video.checks import Check
from bot.video import judging
from bot.video.desk import CHECKER
from bot.video.judging import Judgement
from bot.video.keeping import look_at_photos
from broadcast.stores.tables import notices
from ground import media
from ground.media import MediaFolder
from tests.bot.chatting import Chatter
from tests.bot.video.conftest import COUNTY, TOWNSHIP, WATCHER, Shore, Water, photo
from tests.builders import World

CHAT = "4711"


async def said_of(stage: Shore, check: Check) -> Answers:
    async with stage.database.reading() as tx:
        return answers.together(await answers.of_check(tx, CHECKER, check.key))


async def chatter(stage: Shore, world: World, water: Water) -> Chatter:
    """The watcher has a chat, too, that was shown to be theirs."""
    await world.address("telegram", CHAT, water.watcher, rank=-1, verified_at=1, verified_how="call")
    return Chatter(stage, "telegram", CHAT)


async def start(chat: Chatter) -> str:
    """Press what the message that asks offers."""
    await chat.read()
    return await chat.tap("start")


async def stored(stage: Shore, folder: Any, content: bytes) -> str:
    """Keep a photo as a platform does before the turn is heard."""
    medium = await MediaFolder(folder).keep(content)
    async with stage.database.writing() as tx:
        await media.record(tx, medium, stage.clock.now(), "photo")
    return medium.digest


async def test_one_sms_answers_a_check(stage: Shore, water: Water) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    said = await stage.says(WATCHER, "ＳＫ８６．３２溢０渗０")
    assert "上塘水库" in said
    assert "86.32" in said
    now = await stage.check(check)
    assert (now.state, now.via) == (State.ANSWERED, Via.SMS)
    assert await said_of(stage, check) == Answers(8632, None, Spillway.NO, Seepage.NONE)
    assert "video_check.answered" in await stage.told()


async def test_a_level_over_the_flood_limit_is_said_so(stage: Shore, water: Water) -> None:
    await stage.ask(water.officer, sites=[water.site])
    assert "超过汛限0.32米" in await stage.says(WATCHER, "SK 87.32 溢1 渗0")


async def test_muddy_water_in_an_sms_is_told_to_township_and_county_at_once_and_once(
    stage: Shore, water: Water
) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    assert (await stage.says(WATCHER, "SK 87.32 溢0 渗2")).startswith("危险！马上离开")
    await stage.says(WATCHER, "SK 87.40 溢0 渗2")
    for office in (TOWNSHIP, COUNTY):
        [said] = stage.said_to("sms", office)
        for word in ("上塘水库", "浑水", "87.32", "章明", WATCHER):
            assert word in said
    assert (await stage.told()).count("video_check.alarmed") == 1
    async with stage.database.reading() as tx:
        [alarm] = await alarms.of_check(tx, water.officer, check.key)
        lanes = await tx.values(select(notices.c.lane).where(notices.c.origin == f"video_alarm:{check.id}"))
    assert (alarm.kind, alarm.told_people) == (AlarmKind.MUDDY, 2)
    assert lanes == ["immediate"]


async def test_what_a_watcher_sees_unasked_is_taken_and_alarms(stage: Shore, water: Water) -> None:
    said = await stage.says(WATCHER, "SK 渗2")
    assert said.startswith("危险！")
    assert "浑水" in stage.said_to("sms", COUNTY)[-1]


async def test_the_number_of_a_stranger_opens_no_check(stage: Shore, water: Water) -> None:
    async with stage.database.writing() as tx:
        await tx.execute(update(addresses).values(verified_at=None))
    await stage.says(WATCHER, "SK 渗2")
    assert await stage.told() == []


async def test_what_comes_from_an_address_that_nobody_verified_says_so_in_the_evidence(
    stage: Shore, water: Water
) -> None:
    async with stage.database.writing() as tx:
        await tx.execute(update(addresses).values(verified_at=None))
    check = await stage.ask(water.officer, sites=[water.site])
    await stage.says(WATCHER, "SK 86 渗0")
    async with stage.database.reading() as tx:
        [kept] = await answers.of_check(tx, CHECKER, check.key)
    assert kept.by.startswith("address:")
    assert kept.words == "SK 86 渗0"


async def test_five_things_are_asked_in_the_chat_and_every_question_begins_with_safety(
    stage: Shore, water: Water, world: World, tmp_path: Any
) -> None:
    chat = await chatter(stage, world, water)
    check = await stage.ask(water.officer, sites=[water.site])
    questions = [await start(chat)]
    questions += [await chat.say("86.32"), *[await chat.tap(word) for word in ("rising", "blocked", "clear", "no")]]
    for question in questions:
        assert "在安全处拍，不上坝、不近坡。" in question
    assert "水尺" in questions[-1]
    assert await said_of(stage, check) == Answers(8632, Trend.RISING, Spillway.BLOCKED, Seepage.CLEAR, cracks=False)
    for number, shot in enumerate(("坝面", "溢洪道", "放水洞和坝脚", "库面"), 1):
        assert shot in await chat.say(photos=(await stored(stage, tmp_path, photo(number)),))
    assert "谢谢" in await chat.say(photos=(await stored(stage, tmp_path, photo(5)),))
    async with stage.database.reading() as tx:
        kept = await evidence.of_check(tx, water.officer, check.key)
    assert [each.shot for each in kept] == list(Shot)
    assert {each.source for each in kept} == {Source.CHAT}
    assert kept[0].findings == (Finding.NOT_IN_PAGE, Finding.NO_TIME, Finding.NO_PLACE)


async def test_an_alarm_does_not_wait_for_the_last_question(stage: Shore, water: Water, world: World) -> None:
    chat = await chatter(stage, world, water)
    check = await stage.ask(water.officer, sites=[water.site])
    await start(chat)
    await chat.say("看不到")
    for word in ("steady", "no"):
        await chat.tap(word)
    assert (await chat.tap("muddy")).startswith("危险！")
    async with stage.database.reading() as tx:
        assert [each.kind for each in await alarms.of_check(tx, CHECKER, check.key)] == [AlarmKind.MUDDY]


async def test_a_photo_by_chat_that_was_sent_in_an_earlier_check_is_found_out(
    stage: Shore, water: Water, world: World, tmp_path: Any
) -> None:
    chat = await chatter(stage, world, water)
    first = await stage.ask(water.officer, sites=[water.site])
    await chat.say(photos=(await stored(stage, tmp_path, photo(3)),))
    async with stage.database.writing() as tx:
        await judging.judge(stage.desk, tx, water.officer, first, Judgement(Result.NORMAL), stage.clock.now())
    second = await stage.ask(water.officer, sites=[water.site])
    await chat.say(photos=(await stored(stage, tmp_path, photo(3, (320, 240))),))
    await chat.say(photos=(await stored(stage, tmp_path, photo(8)),))
    assert await look_at_photos(stage.round, MediaFolder(tmp_path)) == 3
    async with stage.database.reading() as tx:
        again, new = await evidence.of_check(tx, water.officer, second.key)
    assert Finding.SEEN_BEFORE in again.findings
    assert Finding.SEEN_BEFORE not in new.findings


async def test_a_place_that_was_shared_tells_how_far_the_photos_are_from_the_site(
    stage: Shore, water: Water, world: World, tmp_path: Any
) -> None:
    chat = await chatter(stage, world, water)
    check = await stage.ask(water.officer, sites=[water.site])
    await start(chat)
    await chat.share_place(28.21, 115.8)
    await chat.say(photos=(await stored(stage, tmp_path, photo()),))
    async with stage.database.reading() as tx:
        [kept] = await evidence.of_check(tx, water.officer, check.key)
    assert kept.metres == 1112
    assert Finding.FAR in kept.findings


async def test_after_the_judgement_the_chat_says_that_it_is_over(stage: Shore, water: Water, world: World) -> None:
    chat = await chatter(stage, world, water)
    check = await stage.ask(water.officer, sites=[water.site])
    await start(chat)
    async with stage.database.writing() as tx:
        judged = Judgement(Result.NOT_PASSED, "坝脚渗水")
        await judging.judge(stage.desk, tx, water.officer, check, judged, stage.clock.now())
    await stage.play()
    assert "坝脚渗水" in stage.said_to("telegram", CHAT)[-1]
    assert "已经结束" in await chat.say("86")


async def test_whatever_comes_instead_of_a_photo_is_answered_by_the_question_again(
    stage: Shore, water: Water, world: World
) -> None:
    chat = await chatter(stage, world, water)
    await stage.ask(water.officer, sites=[water.site])
    await start(chat)
    await chat.say("SK 86.32 渗0")
    for turn in ({"unread": "video"}, {"photos": ("0" * 64,)}, {"unread": "photo_lost"}, {"text": "太黑了"}):
        assert "没有收到照片" in await chat.say(**turn)
        assert "水尺（1/5）" in chat.shown.text
    assert "坝面（2/5）" in await chat.tap("skip")
    assert "谢谢" in await chat.tap("no_photo")


async def test_of_two_places_the_sms_asks_which_and_then_takes_it(stage: Shore, water: Water, world: World) -> None:
    await world.post(water.village, "patrol", water.watcher, site=water.bare)
    await stage.ask(water.officer, sites=[water.site])
    check = await stage.ask(water.officer, sites=[water.bare])
    assert "说的是哪里" in await stage.says(WATCHER, "SK 86.32 渗2")
    assert (await stage.says(WATCHER, "1")).startswith("危险！")
    assert (await stage.check(check)).state is State.ANSWERED


async def test_a_report_of_a_dam_is_not_swallowed_by_whatever_else_is_being_talked_of(
    stage: Shore, water: Water
) -> None:
    await stage.ask(water.officer, sites=[water.site])
    await stage.says(WATCHER, "我要报灾")
    said = await stage.says(WATCHER, "SK 86.32 渗2")
    assert said.startswith("危险！")
    assert "video_check.alarmed" in await stage.told()
