"""The missing list where people share a phone: an answer from it speaks for its owners, and for nobody else."""

from sqlalchemy import select

from audiences.stores.tables import addresses
from broadcast.answers import Answer, AnswerKind
from broadcast.notices import Notice
from broadcast.stores import missing
from broadcast.stores.returns import answers
from tests.builders import World
from tests.dispatching import TESTER, Stage

SHARED = "+15550100"


async def test_an_answer_from_a_shared_phone_speaks_for_its_owners_alone(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    couple = {await world.person(village, name, sms=SHARED) for name in ("Xie", "Huang")}
    neighbour = await world.person(village, "Fu", sms="+15550101")
    phoneless = await world.person(village, "Old Huang")
    notice = await stage.notice("residents(36)")
    await stage.play()
    assert await people_missing(stage, notice) == {*couple, neighbour, phoneless}
    await somebody_answers(stage, notice)
    assert await people_missing(stage, notice) == {neighbour, phoneless}


async def somebody_answers(stage: Stage, notice: Notice) -> None:
    async with stage.database.writing() as tx:
        phone = await tx.value(select(addresses.c.id).where(addresses.c.value == SHARED))
        said = Answer(notice.id, phone, None, AnswerKind.SAFE, "sms", stage.clock.now(), "2", "sms:test:1")
        assert await answers.record(tx, TESTER, stage.hub.desk, said)


async def people_missing(stage: Stage, notice: Notice) -> set[int]:
    async with stage.database.reading() as tx:
        return {each.person for each in await missing.missing(tx, TESTER, notice)}
