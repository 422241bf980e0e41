"""What every flow owes: whatever arrives at whatever step is answered, and steering works everywhere.

Each flow is led to each of its questions, with buttons and with numbers, in Chinese and in English, and there gets
everything that people send by accident, in anger or in a hurry.
"""

import os
from collections.abc import Sequence
from typing import Any, Final

import pytest

from audiences.stores.reach import addresses
from bot.dialogue import Dialogue
from bot.flows import FLOWS
from bot.flows.base import Talk
from bot.stores import talks
from bot.turns import Choice, Contact, Place
from broadcast.content.message import Message
from broadcast.deliveries import Key
from ground.actor import system
from ground.transaction import Database
from tests.bot.chatting import Chatter
from tests.bot.conftest import Listening
from tests.builders import World
from tests.contracts.flows.routes import MORE, ROUTES, Route, Stand

HUB = system("test")
PHONE, CHAT = "+99900000001", "4711"
WAYS: Final = {"buttons": ("telegram", CHAT), "numbers": ("sms", PHONE)}
ALL = [*ROUTES.items(), *MORE]
EACH_STEP = list(  # routes that begin alike share their first questions
    {
        (route.start, route.prepare, *route.lead[:steps]): (name, route, steps)
        for name, route in ALL
        if route.asks
        for steps in range(max(1, len(route.lead)))
    }.values()
)
BY_STEP = pytest.mark.parametrize(
    ("name", "route", "steps"), EACH_STEP, ids=[f"{name} {route.start} {steps}" for name, route, steps in EACH_STEP]
)
HOSTILE: Final[Sequence[tuple[str, dict[str, Any]]]] = (
    ("", {"unread": "sticker"}),
    ("", {"unread": "voice"}),
    ("", {"unread": "photo_lost"}),
    ("", {"photos": ("0" * 64,)}),
    ("", {"place": Place(0.0, 0.0)}),
    ("", {"place": Place(-90.0, 180.0)}),
    ("", {"contact": Contact("not a number", vouched=True)}),
    ("", {"contact": Contact("+99900000001", vouched=False)}),
    ("", {"link": "no_such-link"}),
    ("", {"choice": Choice(Key(1, 1), "gone")}),
    ("", {"choice": Choice(Key(999_999, 7), "agree")}),
    ("", {}),
    ("   ", {}),
    ("🙏🙏🙏", {}),
    ("四" * 4_000, {}),
    ("4" * 4_000, {}),
    ("a\0b", {}),
    ("\u202e反着写\u202c", {}),
    ("0", {}),
    ("99", {}),
    ("-1", {}),
    ("1 99", {}),
    ("１２３", {}),
    ("'; DROP TABLE talks; --", {}),
    ("{{ 7*7 }} %(name)s %s {0}", {}),
    ("<b>&amp;</b>", {}),
)


PAIRS = [("buttons", "zh"), ("numbers", "en")]
if "MINGLUO_TEST_ALL" in os.environ:  # every pair takes minutes more: where everything is tried, they are, too
    PAIRS += [("buttons", "en"), ("numbers", "zh")]


def test_every_registered_flow_is_led_through_this() -> None:
    assert {flow.name for flow in FLOWS} <= set(ROUTES)
    assert len({flow.name for flow in FLOWS}) == len(FLOWS)


async def stood(database: Database, route: Route) -> Listening:
    stage, world = Listening(database), World(database)
    top = await world.area("3609", "丰城市", level="county")
    village = await world.area("360981", "车草村", parent=top)
    sms, chat = (None, None) if route.stranger else (PHONE, CHAT)
    person = await world.person(village, "李四", sms=sms, telegram=chat)
    await route.prepare(Stand(stage, world, village, person))
    return stage


async def open_talks(stage: Listening, chatter: Chatter) -> Sequence[Talk]:
    async with stage.database.writing() as tx:
        address = await addresses.find(tx, HUB, chatter.platform, chatter.address)
        return [] if address is None else await talks.open_at(tx, HUB, address.id)


async def turn(chatter: Chatter, word: str) -> None:
    """Take the choice with this key if it is offered, else say the word; the process dies before each turn."""
    chatter.stage.dialogue = Dialogue(chatter.stage.tools)
    if any(each.key == word for each in chatter.shown.offered):
        await chatter.tap(word)
    else:
        await chatter.say(word)


async def led(stage: Listening, way: str, language: str, route: Route, steps: int) -> Chatter:
    """Start the flow and go `steps` turns into it."""
    platform, address = WAYS[way]
    chatter = Chatter(stage, platform, address, language)
    if language == "en":
        await chatter.say("English")
    await chatter.say(route.start)
    for word in route.by_number(steps) if platform == "sms" else route.lead[:steps]:
        await turn(chatter, word)
    return chatter


def says_something(shown: Message) -> None:
    assert shown.text.strip()
    assert "{{" not in shown.text.replace("{{ 7*7 }}", "")


@pytest.mark.parametrize(("way", "language"), PAIRS)
@BY_STEP
async def test_whatever_arrives_at_whatever_step_is_answered(
    sqlite: Database, name: str, route: Route, steps: int, way: str, language: str
) -> None:
    stage = await stood(sqlite, route)
    chatter = await led(stage, way, language, route, steps)
    assert (await open_talks(stage, chatter))[0].flow == name
    for text, things in HOSTILE:
        chatter.shown = Message("")
        reply = await chatter.hear(text, **things)
        assert reply is not None, (text, things)
        says_something(chatter.shown)
    await end_all(stage, chatter)


async def end_all(stage: Listening, chatter: Chatter) -> None:
    """Cancelling always comes to an end, however many talks have gathered."""
    for _ in range(20):
        if not await open_talks(stage, chatter):
            return
        await chatter.say("取消")
        says_something(chatter.shown)
    raise AssertionError("there is no way out")


@pytest.mark.parametrize("way", WAYS)
@BY_STEP
async def test_steering_works_at_every_step(sqlite: Database, name: str, route: Route, steps: int, way: str) -> None:
    stage = await stood(sqlite, route)
    chatter = await led(stage, way, "zh", route, steps)
    [before] = await open_talks(stage, chatter)
    asked = chatter.shown.text
    assert asked.splitlines()[-1] in await chatter.say("/help"), "help asks again what was being asked"
    await chatter.say("English")
    await chatter.say("中文")
    assert asked.splitlines()[-1] in chatter.shown.text
    await chatter.say("返回")
    says_something(chatter.shown)
    [back] = await open_talks(stage, chatter)
    assert back.id == before.id
    await chatter.say("重来")
    [again] = await open_talks(stage, chatter)
    assert (again.flow, again.id) == (name, before.id)
    await chatter.say("取消")
    assert await open_talks(stage, chatter) == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("name", "route"), ALL, ids=[f"{name} {route.start}" for name, route in ALL])
async def test_the_typical_turns_come_to_an_end(database: Database, name: str, route: Route, way: str) -> None:
    stage = await stood(database, route)
    chatter = await led(stage, way, "zh", route, len(route.lead))
    says_something(chatter.shown)
    if not route.lead or way == "numbers":  # an old phone may be asked less, as its number is known
        await end_all(stage, chatter)
    assert await open_talks(stage, chatter) == []


@pytest.mark.parametrize(("name", "route"), ALL, ids=[f"{name} {route.start}" for name, route in ALL])
async def test_a_group_gets_no_conversation(sqlite: Database, name: str, route: Route) -> None:
    stage = await stood(sqlite, route)
    group = Chatter(stage, "telegram", "-100")
    assert await group.hear(route.start, is_group=True) is None
    assert await open_talks(stage, group) == []
