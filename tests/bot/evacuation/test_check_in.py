"""A shelter's keeper notes who arrived: by name, by code, whoever stands on no list; the village checks it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from audiences.duties import Duty
from bot.cases.evacuation import PersonState
from bot.stores.evacuation import codes
from bot.stores.evacuation.tables import reports
from tests.bot.evacuation.conftest import (
    CALLER,
    LI,
    Beixia,
    Field,
    missing_names,
    ordered,
    prove,
    rows,
    system_actor,
)
from tests.builders import World

KEEPER = "+99900000021"


@pytest.fixture
async def keeper(world: World, beixia: Beixia) -> int:
    """Somebody who keeps the school's door, and nothing else."""
    person = await world.person(beixia.village, "何老师", sms=KEEPER)
    await world.post(beixia.village, Duty.SHELTER_KEEPER, person, site=beixia.school)
    await prove(world, KEEPER)
    return person


async def code_of(stage: Field, order: int, household: int) -> str:
    async with stage.database.reading() as tx:
        return (await codes.of_homes(tx, system_actor(), order, [household]))[household]


async def test_who_arrived_is_noted_by_name_and_stays_on_the_missing_list_until_it_is_checked(
    stage: Field, beixia: Beixia, keeper: int
) -> None:
    made = await ordered(stage, beixia)
    assert "谁到了" in await stage.says(KEEPER, "签到")
    stage.born_again()
    assert "1北下组 5 李梅" in await stage.says(KEEPER, "李梅")
    stage.born_again()
    assert "李梅到了车草小学" in await stage.says(KEEPER, "1")
    line = (await rows(stage, made, beixia.group))[5]
    assert (line.state, line.verified, line.missing, line.shelter) == (PersonState.MOVED, False, True, beixia.school)
    assert len(await missing_names(stage, made)) == 6
    async with stage.database.reading() as tx:
        assert set(await tx.values(select(reports.c.by))) == {f"person:{keeper}"}
    await stage.says(CALLER, "到 5")
    assert "李梅" not in await missing_names(stage, made)


async def test_a_part_of_a_name_offers_everybody_whose_name_has_it(stage: Field, beixia: Beixia, keeper: int) -> None:
    await ordered(stage, beixia)
    await stage.says(KEEPER, "签到")
    said = await stage.says(KEEPER, "涂")
    assert all(name in said for name in ("涂国平", "涂家2", "涂家3", "涂老太"))
    assert "李" not in said.replace("李梅", "")


async def test_a_code_brings_the_household_which_is_noted_at_once(stage: Field, beixia: Beixia, keeper: int) -> None:
    made = await ordered(stage, beixia)
    lines = await rows(stage, made, beixia.group)
    code = await code_of(stage, made.key, lines[5].household or 0)
    await stage.says(KEEPER, "签到")
    said = await stage.says(KEEPER, f" {code[:4]}-{code[4:8].lower()} {code[8:]}")
    assert "这一家谁到了" in said
    assert "3这一家都到了" in said
    assert "李梅、李小宝到了" in await stage.says(KEEPER, "3")
    states = [line.state for number, line in (await rows(stage, made, beixia.group)).items() if number > 4]
    assert states == [PersonState.MOVED, PersonState.MOVED]


async def test_a_code_that_nobody_knows_is_no_name(stage: Field, beixia: Beixia, keeper: int) -> None:
    await ordered(stage, beixia)
    await stage.says(KEEPER, "签到")
    assert "没有这个码" in await stage.says(KEEPER, "2345-6789-ABCD")


async def test_whoever_stands_on_no_list_is_added_on_the_spot(stage: Field, beixia: Beixia, keeper: int) -> None:
    made = await ordered(stage, beixia)
    await stage.says(KEEPER, "签到")
    assert "名单上没有修路的老王" in await stage.says(KEEPER, "修路的老王")
    assert "修路的老王到了" in await stage.says(KEEPER, "2")
    line = (await rows(stage, made, beixia.group))[7]
    assert (line.name, line.added, line.state, line.missing) == ("修路的老王", "worker", PersonState.MOVED, True)


async def test_nobody_of_those_who_are_offered_is_added_too(stage: Field, beixia: Beixia, keeper: int) -> None:
    made = await ordered(stage, beixia)
    await stage.says(KEEPER, "签到")
    await stage.says(KEEPER, "李梅")
    await stage.says(KEEPER, "2")  # another of the same name
    await stage.says(KEEPER, "1")
    assert (await rows(stage, made, beixia.group))[7].name == "李梅"


async def test_a_keeper_calls_no_roll_and_sees_no_other_order(
    stage: Field, beixia: Beixia, keeper: int, world: World
) -> None:
    await ordered(stage, beixia)
    assert "现在没有要您清点的转移" in await stage.says(KEEPER, "清点")
    township = await world.area("3602", "别的乡", parent=beixia.county, level="township")
    far = await world.area("360201", "远处村", parent=township)
    home = await world.household(far)
    await world.person(far, "远处的人", household=home)
    await ordered(stage, beixia, site=None, area=far)
    await stage.says(KEEPER, "签到")
    assert "名单上没有远处的人" in await stage.says(KEEPER, "远处的人")


async def test_who_is_not_proven_or_keeps_nothing_is_told_so(stage: Field, beixia: Beixia, world: World) -> None:
    await ordered(stage, beixia)
    assert "还没核实" in await stage.says(LI, "签到")
    await prove(world, LI)
    assert "没有要您登记的安置点" in await stage.says(LI, "签到")


async def test_members_of_the_organisation_that_runs_a_shelter_keep_it(
    stage: Field, beixia: Beixia, world: World
) -> None:
    teacher = await world.person(beixia.village, "周老师", sms=KEEPER)
    headmaster = await world.person(beixia.village, "校长")
    school = await world.organisation(beixia.village, "school", [teacher])
    await world.post(beixia.village, Duty.SHELTER_KEEPER, headmaster, site=beixia.school, organisation=school)
    await prove(world, KEEPER)
    await ordered(stage, beixia)
    assert "车草小学" in await stage.says(KEEPER, "签到")


async def test_the_page_is_sent_to_a_telephone_that_asks_for_it(stage: Field, beixia: Beixia, keeper: int) -> None:
    stage.tools = replace(stage.tools, public_url="https://hub.test")
    stage.born_again()
    await ordered(stage, beixia)
    assert "https://hub.test/k/in/" not in await stage.says(KEEPER, "签到")
    await stage.says(KEEPER, "取消")
    assert "https://hub.test/k/in/" in await stage.says(KEEPER, "签到网页")


async def test_a_drill_and_the_real_thing_are_two_doors(stage: Field, beixia: Beixia, keeper: int) -> None:
    await ordered(stage, beixia)
    await ordered(stage, beixia, drill=True)
    said = await stage.says(KEEPER, "签到")
    assert "1车草小学 2【演练】车草小学" in said
    assert (await stage.says(KEEPER, "2")).startswith("【演练】")
