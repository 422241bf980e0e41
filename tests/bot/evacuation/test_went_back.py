"""擅自返回 in chat: by whoever calls the roll or keeps the shelter; persons A and B and the township are alarmed."""

from audiences.duties import Duty
from bot.cases.evacuation import PersonState
from tests.bot.evacuation.conftest import (
    CALLER,
    DEPUTY,
    TOWNSHIP,
    TU,
    Beixia,
    Field,
    missing_names,
    ordered,
    prove,
    rows,
)
from tests.builders import World

KEEPER = "+99900000021"


async def test_who_went_back_is_missing_again_and_those_who_answer_and_the_township_hear_of_it(
    stage: Field, beixia: Beixia
) -> None:
    made = await ordered(stage, beixia)
    await stage.says(CALLER, "到 1-6")
    assert await missing_names(stage, made) == []
    stage.clock.pass_by(60_000)
    assert "谁自己回去了" in await stage.says(CALLER, "擅自返回")
    stage.born_again()
    assert "5号李梅自己回去了" in await stage.says(CALLER, "5")
    assert await missing_names(stage, made) == ["李梅"]
    for number in (DEPUTY, TOWNSHIP):
        assert "5号李梅擅自返回" in stage.said_to("sms", number)[-1]


async def test_a_part_of_a_name_is_asked_about_first(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    await stage.says(CALLER, "到 1-6")
    await stage.says(CALLER, "有人回去了")
    assert "名单上没有“王”" in await stage.says(CALLER, "王")
    assert "1北下组 5 李梅 2北下组 6 李小宝" in await stage.says(CALLER, "李")
    stage.clock.pass_by(60_000)
    await stage.says(CALLER, "2")
    assert await missing_names(stage, made) == ["李小宝"]


async def test_a_keepers_word_alarms_and_is_shown_for_checking(stage: Field, beixia: Beixia, world: World) -> None:
    made = await ordered(stage, beixia)
    keeper = await world.person(beixia.village, "何老师", sms=KEEPER)
    await world.post(beixia.village, Duty.SHELTER_KEEPER, keeper, site=beixia.school)
    await prove(world, KEEPER)
    await stage.says(CALLER, "到 1-6")
    stage.clock.pass_by(60_000)
    await stage.says(KEEPER, "擅自返回")
    await stage.says(KEEPER, "李梅")
    line = (await rows(stage, made, beixia.group))[5]
    assert (line.state, line.missing, line.to_check is None) == (PersonState.MOVED, False, False)
    assert "5号李梅擅自返回" in stage.said_to("sms", TOWNSHIP)[-1]


async def test_whoever_answers_for_nobody_cannot_say_it(stage: Field, beixia: Beixia) -> None:
    await ordered(stage, beixia)
    assert "没有要您负责的转移" in await stage.says(TU, "擅自返回")
