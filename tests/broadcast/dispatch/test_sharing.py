"""People who share an address: one message there, each of them marked, and nobody silenced by another's answer."""

from sqlalchemy import select

from audiences.stores.tables import addresses
from broadcast.answers import Answer, AnswerKind
from broadcast.channels.errors import Gone, Rejected, Throttled
from broadcast.notices import Kind, Notice, Policy
from broadcast.stores import counters, missing
from broadcast.stores.returns import answers
from broadcast.stores.tables import delivery_sharers
from ground.clock import SECOND
from tests.builders import World
from tests.dispatching import TESTER, Stage

PHONE = "+15550100"


async def answer(stage: Stage, notice: Notice, channel: str, value: str, *, update: str = "1") -> bool:
    async with stage.database.writing() as tx:
        here = (addresses.c.channel == channel) & (addresses.c.value == value)
        address = await tx.value(select(addresses.c.id).where(here))
        dedupe = f"{channel}:account:{update}"
        given = Answer(notice.id, address, None, AnswerKind.SAFE, channel, stage.clock.now(), "安全", dedupe)
        return await answers.record(tx, TESTER, stage.hub.desk, given) is not None


async def who_is_missing(stage: Stage, notice: Notice) -> list[int]:
    async with stage.database.reading() as tx:
        return [each.person for each in await missing.missing(tx, TESTER, notice)]


async def test_one_who_answered_by_chat_does_not_silence_the_phone_she_shares(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    wang = await world.person(village, sms=PHONE, telegram="1001")
    li = await world.person(village, sms=PHONE)
    stage.channels["sms"].answer(PHONE, Throttled("busy"))
    notice = await stage.notice("residents(36)", policy=Policy(("sms", "telegram")))
    await stage.play()
    async with stage.database.writing() as tx:
        here = addresses.c.value == "1001"
        chat = await tx.value(select(addresses.c.id).where(here))
        by_chat = Answer(notice.id, chat, wang, AnswerKind.SAFE, "telegram", stage.clock.now(), "安全", "telegram:t:1")
        assert await answers.record(tx, TESTER, stage.hub.desk, by_chat)
    await stage.let_retries_be_due()
    await stage.play()
    assert stage.heard("sms") == [PHONE]
    assert await who_is_missing(stage, notice) == [li]


async def test_an_answer_from_a_shared_phone_is_somebodys_there_and_speaks_for_all(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    for _ in range(3):
        await world.person(village, sms=PHONE)
    alone = await world.person(village, sms="+15550101")
    notice = await stage.notice("residents(36)")
    await stage.play()
    assert len(await who_is_missing(stage, notice)) == 4
    assert await answer(stage, notice, "sms", PHONE)
    assert await who_is_missing(stage, notice) == [alone]
    async with stage.database.reading() as tx:
        [kept] = await answers.of_notice(tx, TESTER, notice.id)
    assert kept.person_id is None


async def test_an_answer_counts_once_however_often_it_is_given(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    await world.person(village, sms=PHONE)
    notice = await stage.notice("residents(36)")
    await stage.play()
    assert await answer(stage, notice, "sms", PHONE)
    assert not await answer(stage, notice, "sms", PHONE)
    assert await answer(stage, notice, "sms", PHONE, update="2")
    async with stage.database.reading() as tx:
        assert (await counters.by_channel(tx, TESTER, notice.id))["sms"] == {"accepted": 1, "answered": 1}
        assert len(await answers.of_notice(tx, TESTER, notice.id)) == 2


async def test_two_who_fall_back_to_one_phone_get_one_message_and_both_are_marked(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    people = [await world.person(village, telegram=str(1000 + n), sms=PHONE) for n in range(2)]
    for number in range(2):
        stage.channels["telegram"].always(str(1000 + number), Gone("bot_blocked"))
    notice = await stage.notice("residents(36)")
    await stage.play()
    assert stage.heard("sms") == [PHONE]
    async with stage.database.reading() as tx:
        shown = await missing.missing(tx, TESTER, notice)
    told = {each.person: {sent.channel for sent in each.sendings} for each in shown}
    assert told == {person: {"telegram", "sms"} for person in people}


async def test_who_falls_back_to_a_phone_that_rang_for_a_neighbour_shares_what_was_said_there(
    stage: Stage, world: World
) -> None:
    village = await world.area("36", "Checao")
    chatting = await world.person(village, telegram="1001", sms=PHONE)
    await world.person(village, sms=PHONE)
    stage.channels["telegram"].always("1001", Gone("bot_blocked"))
    await stage.notice("residents(36)")
    await stage.play()
    assert stage.heard("sms") == [PHONE]
    async with stage.database.reading() as tx:
        assert list(await tx.values(select(delivery_sharers.c.person_id))) == [chatting]


async def test_when_a_shared_phone_is_dead_each_of_those_behind_it_is_tried_elsewhere(
    stage: Stage, world: World
) -> None:
    village = await world.area("36", "Checao")
    for number in range(2):
        await world.person(village, sms=PHONE, telegram=str(1000 + number))
    stage.channels["sms"].always(PHONE, Gone("21211"))
    await stage.notice("residents(36)", policy=Policy(("sms", "telegram")))
    await stage.play()
    assert sorted(stage.heard("telegram")) == ["1000", "1001"]


async def test_silence_at_a_shared_phone_calls_only_those_who_have_not_answered(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    wang = await world.person(village, sms=PHONE, telegram="1000")
    await world.person(village, sms=PHONE, telegram="1001")
    notice = await stage.notice("residents(36)", policy=Policy(("sms", "telegram")))
    await stage.play()
    async with stage.database.writing() as tx:
        chat = await tx.value(select(addresses.c.id).where(addresses.c.value == "1000"))
        mine = Answer(notice.id, chat, wang, AnswerKind.SAFE, "telegram", stage.clock.now(), "ok", "telegram:t:9")
        await answers.record(tx, TESTER, stage.hub.desk, mine)
    stage.clock.pass_by(60 * SECOND)
    await stage.play()
    assert stage.heard("telegram") == ["1001"]


async def test_who_shared_the_alarm_at_an_address_shares_its_ending_there(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    for _ in range(2):
        await world.person(village, sms=PHONE)
    alarm = await stage.notice("residents(36)")
    await stage.play()
    ending = await stage.notice(kind=Kind.LIFTED, supersedes=[alarm.id], tells_heard_of=[alarm.id], expires=None)
    await stage.play()
    assert stage.heard("sms") == [PHONE, PHONE]
    async with stage.database.reading() as tx:
        mine = delivery_sharers.c.notice_id == ending.id
        assert len(await tx.rows(select(delivery_sharers).where(mine))) == 1


async def test_a_neighbour_who_dropped_out_of_the_target_hears_the_update_on_the_phone_they_share(
    stage: Stage, world: World
) -> None:
    """The one who is still in the target is told by chat this time; the other has only the shared phone."""
    village, other = await world.area("36", "Checao"), await world.area("37", "Xinze")
    staying = await world.person(village, sms=PHONE)
    await world.person(other, sms=PHONE)
    alarm = await stage.notice("residents(36) | residents(37)", policy=Policy(("sms",)))
    await stage.play()
    await world.address("telegram", "1001", staying)
    update = await stage.notice("residents(36)", kind=Kind.UPDATE, supersedes=[alarm.id], tells_heard_of=[alarm.id])
    await stage.play()
    assert stage.heard("telegram") == ["1001"]
    assert stage.heard("sms") == [PHONE, PHONE]
    assert await stage.states(update) == {"accepted": 2}


async def test_a_refused_message_at_a_shared_phone_is_shown_for_each(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    people = [await world.person(village, sms=PHONE) for _ in range(2)]
    stage.channels["sms"].always(PHONE, Rejected("30007"))
    notice = await stage.notice("residents(36)")
    await stage.play()
    async with stage.database.reading() as tx:
        shown = await missing.missing(tx, TESTER, notice)
    assert [each.person for each in shown] == people
    assert [(each.sendings[0].reason, each.sendings[0].shared) for each in shown] == [("30007", False), ("30007", True)]
