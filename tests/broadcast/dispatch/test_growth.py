"""Growth: a repaired number and a new post holder get a warning that is still valid; nobody is taken out."""

import pytest
from sqlalchemy import select

from broadcast.answers import Answer, AnswerKind
from broadcast.dispatch import sweep
from broadcast.notices import Notice
from broadcast.stores.returns import answers
from broadcast.stores.tables import deliveries
from ground.clock import HOUR
from tests.builders import World
from tests.dispatching import TESTER, Stage


async def told(stage: Stage, notice: Notice) -> list[tuple[int, str, str]]:
    async with stage.database.reading() as tx:
        d = deliveries.c
        rows = await tx.rows(select(d.person_id, d.channel, d.why).where(d.notice_id == notice.id).order_by(d.seq))
    return [(row.person_id, row.channel, row.why) for row in rows]


async def open_address(stage: Stage, world: World, person: int, channel: str, value: str) -> None:
    await tell_of(stage, await world.address(channel, value, person), person, channel)


async def tell_of(stage: Stage, address: int, person: int, channel: str) -> None:
    async with stage.database.writing() as tx:
        subject, now = f"address:{address}", stage.clock.now()
        await stage.hub.desk.tell(tx, "address.opened", subject, now, address=address, person=person, channel=channel)


async def test_whom_nothing_reached_is_told_as_soon_as_a_number_is_there(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    person = await world.person(village)
    notice = await stage.notice("residents(36)")
    await stage.play()
    assert await told(stage, notice) == []
    await open_address(stage, world, person, "sms", "+15550100")
    await stage.play()
    assert stage.heard("sms") == ["+15550100"]
    assert await told(stage, notice) == [(person, "sms", "address.opened")]


async def test_a_repaired_number_gets_the_warning_once(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    person = await world.person(village, telegram="1001")
    await stage.notice("residents(36)")
    await stage.play()
    address = await world.address("sms", "+15550100", person)
    for _ in range(2):
        await tell_of(stage, address, person, "sms")
    await stage.play()
    assert stage.heard("sms") == ["+15550100"]


async def test_a_new_post_holder_is_told_and_the_old_ones_delivery_stays(stage: Stage, world: World) -> None:
    village, far = await world.area("36", "Checao"), await world.area("37", "elsewhere")
    old = await world.person(far, sms="+15550100")
    new = await world.person(far, sms="+15550101")
    await world.post(village, "patrol", old, until_at=stage.clock.now() + HOUR)
    notice = await stage.notice("duty(patrol, 36)")
    await stage.play()
    stage.clock.pass_by(HOUR)
    await world.post(village, "patrol", new, from_at=stage.clock.now())
    async with stage.database.writing() as tx:
        facts = {"post": 1, "from": old, "to": new}
        await stage.hub.desk.tell(tx, "duty.handed_over", "post:1", stage.clock.now(), **facts)
    await stage.play()
    assert await told(stage, notice) == [(old, "sms", "planned"), (new, "sms", "duty.handed_over")]
    assert stage.heard("sms") == ["+15550100", "+15550101"]


@pytest.mark.parametrize("end", ["expired", "superseded"])
async def test_a_warning_that_is_over_grows_no_more(stage: Stage, world: World, end: str) -> None:
    village = await world.area("36", "Checao")
    person = await world.person(village, telegram="1001")
    notice = await stage.notice("residents(36)")
    await stage.play()
    if end == "expired":
        stage.clock.pass_by(7 * HOUR)
    else:
        await stage.notice(supersedes=[notice.id], expires=None)
    await stage.play()
    await open_address(stage, world, person, "sms", "+15550100")
    await stage.play()
    assert stage.heard("sms") == []


async def test_who_is_no_business_of_the_warnings_does_not_get_it_by_a_new_number(stage: Stage, world: World) -> None:
    await world.area("36", "Checao")
    stranger = await world.person(await world.area("37", "elsewhere"))
    notice = await stage.notice("residents(36)")
    await stage.play()
    await open_address(stage, world, stranger, "sms", "+15550100")
    await stage.play()
    assert await told(stage, notice) == []


async def test_a_number_repaired_while_slices_are_still_planned_is_told_once(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    person = await world.person(village, telegram="1001")
    notice = await stage.notice("residents(36)")
    await open_address(stage, world, person, "sms", "+15550100")
    await sweep.hand_on_news(stage.hub)
    await stage.play()
    assert len(await told(stage, notice)) == 1


async def test_who_has_answered_is_not_told_again_at_a_repaired_number(stage: Stage, world: World) -> None:
    """Neither is anybody whose neighbours share a phone: what they share is no business of hers."""
    village = await world.area("36", "Checao")
    answering = await world.person(village, telegram="1001")
    for _ in range(2):
        await world.person(village, sms="+15550199")
    notice = await stage.notice("residents(36)")
    await stage.play()
    async with stage.database.writing() as tx:
        chat = await tx.value(select(deliveries.c.address_id).where(deliveries.c.person_id == answering))
        now = stage.clock.now()
        given = Answer(notice.id, chat, answering, AnswerKind.SAFE, "telegram", now, "ok", "telegram:1")
        await answers.record(tx, TESTER, stage.hub.desk, given)
    await open_address(stage, world, answering, "sms", "+15550100")
    await stage.play()
    assert stage.heard("sms") == ["+15550199"]
    assert await stage.states(notice) == {"accepted": 2, "suppressed": 1}
