"""The missing list and progress: who has not answered, why, how they can be reached; by village and by duty."""

from sqlalchemy import select

from audiences.stores.tables import addresses
from broadcast.answers import Answer, AnswerKind
from broadcast.channels.errors import Gone
from broadcast.notices import Notice
from broadcast.stores import counters, missing, progress
from broadcast.stores.progress import DutyProgress
from broadcast.stores.returns import answers
from ground.actor import Actor
from tests.builders import World
from tests.dispatching import TESTER, Stage


async def answer(stage: Stage, notice: Notice, value: str) -> None:
    async with stage.database.writing() as tx:
        row = await tx.row(select(addresses.c.id, addresses.c.channel).where(addresses.c.value == value))
        assert row is not None
        dedupe = f"{row.channel}:account:{value}"
        given = Answer(notice.id, row.id, None, AnswerKind.RECEIVED, row.channel, stage.clock.now(), "1", dedupe)
        await answers.record(tx, TESTER, stage.hub.desk, given)


async def missing_of(stage: Stage, notice: Notice, actor: Actor = TESTER, area: int | None = None) -> list[int]:
    async with stage.database.reading() as tx:
        shown = await missing.missing(tx, actor, notice, area=area)
        assert await missing.count_missing(tx, actor, notice, area) == len(shown)
    return [each.person for each in shown]


async def test_each_missing_person_is_shown_with_why_and_by_what_they_can_be_reached(
    stage: Stage, world: World
) -> None:
    village = await world.area("36", "Checao")
    responsible = await world.person(village, "Wang", sms="+15550100")
    household = await world.household(village, responsible_a_id=responsible)
    blocked = await world.person(village, "Li", telegram="1001", household=household, phone_kind="smart")
    unreachable = await world.person(village, "Zhao", household=household, phone_kind="none")
    out = await world.person(village, "Chen")
    await world.opt_out(await world.address("sms", "+15550101", out))
    stage.channels["telegram"].always("1001", Gone("bot_blocked"))
    notice = await stage.notice("residents(36)")
    await stage.play()
    async with stage.database.reading() as tx:
        shown = {each.person: each for each in await missing.missing(tx, TESTER, notice)}
    assert set(shown) == {responsible, blocked, unreachable, out}
    assert [(sent.channel, sent.state, sent.reason) for sent in shown[blocked].sendings] == [
        ("telegram", "failed", "bot_blocked")
    ]
    assert shown[blocked].channels == ()
    assert (shown[blocked].name, shown[blocked].responsible) == ("Li", responsible)
    assert (shown[unreachable].sendings, shown[unreachable].phone_kind) == ((), "none")
    assert [(sent.state, sent.reason) for sent in shown[out].sendings] == [("suppressed", "opted_out")]
    assert [(sent.channel, sent.state) for sent in shown[responsible].sendings] == [("sms", "accepted")]
    assert shown[responsible].channels == ("sms",)


async def test_who_answers_leaves_the_list(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    people = [await world.person(village, sms=f"+1555010{n}") for n in range(3)]
    notice = await stage.notice("residents(36)")
    await stage.play()
    await answer(stage, notice, "+15550101")
    assert await missing_of(stage, notice) == [people[0], people[2]]


async def test_a_village_sees_its_own_and_the_township_can_look_at_one(stage: Stage, world: World) -> None:
    town = await world.area("36", "Hehu", level="township")
    checao = await world.area("361", "Checao", parent=town)
    xinze = await world.area("362", "Xinze", parent=town)
    here, there = await world.person(checao, sms="+15550100"), await world.person(xinze, sms="+15550101")
    notice = await stage.notice("residents(36)", area=town)
    await stage.play()
    assert await missing_of(stage, notice, await world.operator(checao)) == [here]
    assert await missing_of(stage, notice, await world.operator(town)) == [here, there]
    assert await missing_of(stage, notice, await world.operator(town), xinze) == [there]
    assert await missing_of(stage, notice, await world.operator(await world.area("37"))) == []
    async with stage.database.reading() as tx:
        village = await counters.by_channel(tx, await world.operator(checao), notice.id)
        rolled = await counters.by_area(tx, await world.operator(town), notice.id, town)
    assert village == {"": {"people": 1}, "sms": {"accepted": 1}}
    assert rolled == {
        town: {"people": 2, "accepted": 2},
        checao: {"people": 1, "accepted": 1},
        xinze: {"people": 1, "accepted": 1},
    }


async def test_pages_of_the_list_follow_each_other_without_gap_or_repetition(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    people = [await world.person(village, sms=f"+155501{n:02}") for n in range(7)]
    notice = await stage.notice("residents(36)")
    await stage.play()
    seen: list[int] = []
    after = 0
    async with stage.database.reading() as tx:
        while page := await missing.missing(tx, TESTER, notice, after=after, limit=3):
            seen += [each.person for each in page]
            after = page[-1].seq
    assert seen == people


async def test_progress_by_duty_counts_who_was_told_and_who_answered(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    patrol = [await world.person(village, sms=f"+1555010{n}") for n in range(3)]
    for person in patrol:
        await world.post(village, "patrol", person)
    await world.post(village, "monitor", patrol[0])
    await world.post(village, "monitor", await world.person(village))
    notice = await stage.notice("duty(patrol, 36)", "duty(monitor, 36)")
    await stage.play()
    await answer(stage, notice, "+15550100")
    async with stage.database.reading() as tx:
        shown = await progress.by_duty(tx, TESTER, notice, stage.clock.now())
    assert shown == [DutyProgress("monitor", 2, 1, 1), DutyProgress("patrol", 3, 3, 1)]


async def test_post_holders_who_share_a_phone_are_told_and_answer_there(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    for _ in range(2):
        await world.post(village, "patrol", await world.person(village, sms="+15550100"))
    notice = await stage.notice("residents(36)")
    await stage.play()
    async with stage.database.reading() as tx:
        assert await progress.by_duty(tx, TESTER, notice, stage.clock.now()) == [DutyProgress("patrol", 2, 2, 0)]
    await answer(stage, notice, "+15550100")
    async with stage.database.reading() as tx:
        assert await progress.by_duty(tx, TESTER, notice, stage.clock.now()) == [DutyProgress("patrol", 2, 2, 2)]
