"""Answers that an officer enters on behalf of somebody: they count, are marked, and stand beside the person's own."""

import pytest
from sqlalchemy import func, select

from broadcast.answers import Answer, AnswerKind, Entry, Means, Spoke
from broadcast.errors import NotAsked, WasNotMeant
from broadcast.notices import Notice, Policy
from broadcast.stores import counters, missing
from broadcast.stores.returns import answers, entering
from broadcast.stores.tables import deliveries, fallbacks
from ground.actor import Actor, Role, RoleMissing
from ground.clock import MINUTE
from tests.builders import World
from tests.dispatching import TESTER, Stage

PHONE, CHAT = "+15550100", "4711"


async def officer(world: World, area: int, *roles: Role) -> Actor:
    return await world.operator(area, *(roles or (Role.DUTY,)))


async def enter(
    stage: Stage, actor: Actor, notice: Notice, person: int, kind: AnswerKind = AnswerKind.SAFE, ago: int = 0
) -> int | None:
    said_at = stage.clock.now() - ago
    entry = Entry(notice.id, person, kind, Means.IN_PERSON, Spoke.NEIGHBOUR, said_at, "在女儿家")
    async with stage.database.writing() as tx:
        return await entering.enter(tx, actor, stage.hub.desk, notice, entry, at=stage.clock.now())


async def missing_people(stage: Stage, actor: Actor, notice: Notice) -> list[int]:
    async with stage.database.reading() as tx:
        return [each.person for each in await missing.missing(tx, actor, notice)]


async def test_somebody_without_any_phone_is_answered_for(stage: Stage, world: World) -> None:
    area = await world.area("1")
    nobody_reaches = await world.person(area, phone_kind="none")
    notice = await stage.notice("area(1)")
    await stage.play()
    duty = await officer(world, area)
    assert await missing_people(stage, duty, notice) == [nobody_reaches]
    assert await enter(stage, duty, notice, nobody_reaches) is not None
    assert await missing_people(stage, duty, notice) == []
    async with stage.database.reading() as tx:
        [row] = await answers.of_notice(tx, duty, notice.id)
        assert (row.address_id, row.person_id, row.area_id, row.channel) == (None, nobody_reaches, area, "entered")
        assert (row.means, row.spoke, row.entered_by, row.words) == ("in_person", "neighbour", duty.name, "在女儿家")
        assert (await counters.by_area(tx, duty, notice.id, area))[area]["answered"] == 1


async def test_an_entered_answer_stops_the_fallback_like_any_other(stage: Stage, world: World) -> None:
    area = await world.area("1")
    person = await world.person(area, sms=PHONE, telegram=CHAT)
    notice = await stage.notice("area(1)", policy=Policy(("sms", "telegram")))
    await stage.play()
    await enter(stage, await officer(world, area), notice, person)
    stage.clock.pass_by(10 * MINUTE)
    await stage.play()
    assert stage.heard("telegram") == []
    async with stage.database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(fallbacks)) == 0
        assert (await counters.by_channel(tx, TESTER, notice.id))["sms"]["answered"] == 1


async def test_their_own_later_answer_is_kept_beside_it_and_counted_once(stage: Stage, world: World) -> None:
    area = await world.area("1")
    person = await world.person(area, sms=PHONE)
    notice = await stage.notice("area(1)", policy=Policy(("sms",)))
    await stage.play()
    duty = await officer(world, area)
    await enter(stage, duty, notice, person)
    async with stage.database.writing() as tx:
        address = await tx.value(select(deliveries.c.address_id))
        own = Answer(notice.id, address, None, AnswerKind.NEED_HELP, "sms", stage.clock.now(), "3", "sms:1:1")
        await answers.record(tx, TESTER, stage.hub.desk, own)
    async with stage.database.reading() as tx:
        rows = await answers.of_notice(tx, duty, notice.id)
        assert [(row.kind, row.means) for row in rows] == [("safe", "in_person"), ("need_help", None)]
        assert (await counters.by_channel(tx, TESTER, notice.id))["sms"]["answered"] == 1


async def test_an_entry_for_one_does_not_answer_for_others_at_the_same_phone(stage: Stage, world: World) -> None:
    area = await world.area("1")
    one, other = [await world.person(area, sms=PHONE) for _ in range(2)]
    notice = await stage.notice("area(1)", policy=Policy(("sms",)))
    await stage.play()
    duty = await officer(world, area)
    await enter(stage, duty, notice, one)
    assert await missing_people(stage, duty, notice) == [other]


async def test_the_same_words_said_at_the_same_moment_are_entered_once(stage: Stage, world: World) -> None:
    area = await world.area("1")
    person = await world.person(area, sms=PHONE)
    notice = await stage.notice("area(1)", policy=Policy(("sms",)))
    await stage.play()
    duty = await officer(world, area)
    assert await enter(stage, duty, notice, person) is not None
    assert await enter(stage, duty, notice, person) is None
    assert await enter(stage, duty, notice, person, ago=MINUTE) is not None


async def test_who_may_not_enter_is_told_why(stage: Stage, world: World) -> None:
    area, beside = await world.area("1"), await world.area("2")
    person, stranger = await world.person(area, sms=PHONE), await world.person(beside)
    notice = await stage.notice("area(1)")
    unasked = await stage.notice("area(1)", asks_answer=False)
    await stage.play()
    duty = await officer(world, area)
    with pytest.raises(RoleMissing):
        await enter(stage, await officer(world, area, Role.OFFICER), notice, person)
    with pytest.raises(WasNotMeant):
        await enter(stage, await officer(world, beside), notice, person)
    with pytest.raises(WasNotMeant):
        await enter(stage, duty, notice, stranger)
    with pytest.raises(NotAsked):
        await enter(stage, duty, unasked, person)
