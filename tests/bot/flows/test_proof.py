"""Proof by one-time code: for one person, once, within a day, and not by guessing."""

import asyncio

import pytest
from sqlalchemy import select

from audiences.errors import ServesElsewhere, UnknownPerson
from audiences.stores.reach import proofs, speaking
from audiences.stores.reach.proofs import Verdict
from audiences.stores.tables import address_owners, addresses, proof_codes
from bot.standing import Speaker, standing
from ground.actor import Actor, Role, RoleMissing, system
from ground.clock import DAY, HOUR
from ground.events import NewsDesk
from tests.bot.chatting import Chatter
from tests.bot.conftest import Listening
from tests.builders import World

HUB = system("test")


async def member(world: World) -> tuple[int, int]:
    """Make a village with a member of its committee; return both."""
    area = await world.area("1", "车草村")
    person = await world.person(area, "李书记", sms="+99900001001")
    await world.organisation(area, "village_committee", [person])
    return area, person


async def code_for(stage: Listening, person: int, actor: Actor = HUB) -> str:
    async with stage.database.writing() as tx:
        return (await proofs.make(tx, actor, person, at=stage.clock.now())).code


async def speaker_at(stage: Listening, chat: str) -> Speaker:
    async with stage.database.writing() as tx:
        address = await speaking.heard_from(tx, HUB, NewsDesk(), "telegram", chat, lost=(), at=stage.clock.now())
        return await standing(tx, address, "zh_CN", stage.clock.now())


@pytest.mark.parametrize("how", ["{}", "验证码 {}", "code: {}", "验证码是{}"])
async def test_a_code_makes_a_chat_the_members_own_and_says_what_they_can_do(
    stage: Listening, world: World, how: str
) -> None:
    _, person = await member(world)
    code = await code_for(stage, person)
    said = await Chatter(stage, "telegram", "4711").say(how.format(code.lower()))
    assert "验证好了" in said
    assert "您在村里任职" in said
    speaker = await speaker_at(stage, "4711")
    assert (speaker.person, speaker.proven) == (person, True)
    assert Role.DUTY in speaker.actor_in(1).roles


async def test_a_code_works_once(stage: Listening, world: World) -> None:
    _, person = await member(world)
    code = await code_for(stage, person)
    await Chatter(stage, "telegram", "4711").say(code)
    assert "不对，或者过期" in await Chatter(stage, "telegram", "666").say(code)
    assert (await speaker_at(stage, "666")).person is None


async def test_of_two_chats_that_send_a_code_at_once_one_is_proven(stage: Listening, world: World) -> None:
    _, person = await member(world)
    code = await code_for(stage, person)
    await asyncio.gather(*(stage.hear(f"{chat}", code, "telegram") for chat in range(1, 5)))
    proven = [(await speaker_at(stage, f"{chat}")).proven for chat in range(1, 5)]
    assert sum(proven) == 1


async def test_a_code_lasts_a_day(stage: Listening, world: World) -> None:
    _, person = await member(world)
    code = await code_for(stage, person)
    stage.clock.pass_by(DAY + 1)
    assert "过期" in await Chatter(stage, "telegram", "4711").say(code)


async def test_a_new_code_ends_the_one_before(stage: Listening, world: World) -> None:
    _, person = await member(world)
    earlier, newer = await code_for(stage, person), await code_for(stage, person)
    chatter = Chatter(stage, "telegram", "4711")
    assert "不对" in await chatter.say(earlier)
    assert "验证好了" in await chatter.say(newer)


async def test_after_five_wrong_codes_not_even_the_right_one_is_looked_at_that_day(
    stage: Listening, world: World
) -> None:
    _, person = await member(world)
    code = await code_for(stage, person)
    chatter = Chatter(stage, "telegram", "666")
    for guess in range(5):
        assert "不对" in await chatter.say(f"ABCDEF{guess + 2}K")
    assert "试了太多次" in await chatter.say(code)
    assert (await speaker_at(stage, "666")).person is None
    assert "验证好了" in await Chatter(stage, "telegram", "4711").say(code)  # of another chat it is none the less
    stage.clock.pass_by(DAY + HOUR)
    assert "验证好了" in await chatter.say(await code_for(stage, person))


async def test_a_chat_that_is_proven_somebody_elses_is_not_given_away(stage: Listening, world: World) -> None:
    area, person = await member(world)
    other = await world.person(area, "王五")
    await Chatter(stage, "telegram", "4711").say(await code_for(stage, other))
    assert "别人的" in await Chatter(stage, "telegram", "4711").say(await code_for(stage, person))
    assert (await speaker_at(stage, "4711")).person == other


async def test_who_joined_by_poster_becomes_the_one_the_code_was_made_for(stage: Listening, world: World) -> None:
    area, person = await member(world)
    entered = await world.person(area, "小李", source="chat", external_id="c1")
    await world.address("telegram", "4711", entered)
    async with stage.database.writing() as tx:
        await tx.execute(address_owners.update().where(address_owners.c.person_id == entered).values(source="chat"))
    await Chatter(stage, "telegram", "4711").say(await code_for(stage, person))
    assert (await speaker_at(stage, "4711")).people == (person,)


async def test_a_code_at_a_phone_that_a_family_shares_gives_nobody_the_office(stage: Listening, world: World) -> None:
    area, person = await member(world)
    await world.person(area, "奶奶", sms="+99900001001")
    assert "几个人共用" in await Chatter(stage, "sms", "+99900001001").say(await code_for(stage, person))
    async with stage.database.reading() as tx:
        shared = select(addresses.c.id).where(addresses.c.value == "+99900001001")
        open_links = address_owners.c.until_at.is_(None) & address_owners.c.address_id.in_(shared)
        assert len(await tx.values(select(address_owners.c.person_id).where(open_links))) == 2


async def test_a_code_is_kept_as_nothing_that_could_be_read(stage: Listening, world: World) -> None:
    _, person = await member(world)
    code = await code_for(stage, person)
    async with stage.database.reading() as tx:
        [row] = await tx.rows(select(proof_codes))
    assert code.replace("-", "") not in str(tuple(row))


async def test_only_an_office_above_all_that_somebody_serves_can_make_the_code(stage: Listening, world: World) -> None:
    county = await world.area("9", level="county")
    village = await world.area("91", parent=county)
    person = await world.person(village, "李书记")
    await world.organisation(county, "command_centre", [person])
    with pytest.raises(ServesElsewhere):
        await code_for(stage, person, await world.operator(village, Role.DUTY))
    assert await code_for(stage, person, await world.operator(county, Role.DUTY))
    with pytest.raises(UnknownPerson):
        await code_for(stage, person, await world.operator(await world.area("8"), Role.DUTY))
    with pytest.raises(RoleMissing):
        await code_for(stage, person, await world.operator(county, Role.OFFICER))


def test_what_is_plainly_no_code_is_none() -> None:
    assert proofs.as_code("K7M4-Q2XP") == "K7M4Q2XP"
    for text in ("REPEATED", "23456789", "K7M4Q2X", "O0I1LLLL", "收到收到收到收到", "K7M4Q2XP" * 3, ""):
        assert proofs.as_code(text) == ""
    assert set(Verdict) == {"proven", "wrong", "enough", "taken"}


async def test_a_code_amid_a_report_proves_the_chat_and_the_report_goes_on(stage: Listening, world: World) -> None:
    _, person = await member(world)
    chatter = Chatter(stage, "telegram", "4711")
    asked = await chatter.say("屋顶被冰雹打坏了，没人受伤，车草村")
    said = await chatter.say(await code_for(stage, person))
    assert "验证好了" in said
    assert asked.splitlines()[-1] in said, "the open question is asked again"
    assert (await speaker_at(stage, "4711")).proven
    assert "验证" not in await chatter.say("三口人"), "and it is answered"


async def test_what_only_looks_like_a_code_is_the_answer_to_what_was_asked(stage: Listening, world: World) -> None:
    await member(world)
    chatter = Chatter(stage, "telegram", "4711")
    await chatter.say("屋顶被冰雹打坏了，没人受伤，三口人，车草村")
    assert "户主" in chatter.shown.text
    said = await chatter.say("WANG2345")
    assert "验证码" not in said
    assert "户主" not in said


async def test_guessing_amid_a_talk_is_counted_as_anywhere(stage: Listening, world: World) -> None:
    _, person = await member(world)
    chatter = Chatter(stage, "telegram", "4711")
    await chatter.say("我要报灾")
    for number in range(2, 7):
        await chatter.say(f"WANG234{number}")
    await chatter.say(await code_for(stage, person))
    assert not (await speaker_at(stage, "4711")).proven
