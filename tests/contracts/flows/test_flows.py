"""What every flow owes: whatever arrives at whatever step is answered, and steering works everywhere.

Each flow is led to each of its questions, with buttons and with numbers, in Chinese and in English, and there gets
everything that people send by accident, in anger or in a hurry.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from audiences.stores.reach import addresses
from bot.flows import FLOWS
from bot.flows.base import Talk
from bot.stores import talks
from bot.turns import Choice, Contact, Place
from broadcast.content.message import Message
from broadcast.deliveries import Key
from ground.actor import system
from ground.transaction import Database
from tests.bot.chatting import Chatter
from tests.contracts.flows.moments import WAYS, Ground, begun, noted, stood, turn
from tests.contracts.flows.routes import MORE, ROUTES, Route

HUB = system("test")
CHINESE: Final = re.compile("[一-鿿]")
ALL = [*ROUTES.items(), *MORE]


def first_seen() -> Iterator[tuple[str, Route, Sequence[int]]]:
    """Yield each route with the steps that no earlier one came to: routes that begin alike share their questions."""
    seen = set()
    for name, route in ALL:
        steps = [step for step in range(max(1, len(route.lead))) if (*key_of(route), *route.lead[:step]) not in seen]
        seen |= {(*key_of(route), *route.lead[:step]) for step in steps}
        if route.asks and steps:
            yield name, route, steps


def key_of(route: Route) -> tuple[Any, ...]:
    return (route.start, route.prepare)


EACH_STEP = list(first_seen())


def spoken() -> Iterator[Any]:
    """Yield each route with both ways of answering and both languages: what is Chinese by buttons is English by SMS.

    The next route has it the other way round.
    """
    for number, (name, route, steps) in enumerate(EACH_STEP):
        for turned, way in enumerate(WAYS):
            language = ("zh", "en")[(number + turned) % 2]
            yield pytest.param(name, route, steps, way, language, id=f"{name} {route.start} {steps} {way} {language}")


BY_ROUTE = pytest.mark.parametrize(("name", "route", "steps", "way", "language"), [*spoken()])
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


def test_every_registered_flow_is_led_through_this() -> None:
    assert {flow.name for flow in FLOWS} <= set(ROUTES)
    assert len({flow.name for flow in FLOWS}) == len(FLOWS)


@pytest.fixture
def ground(sqlite_template: Path, tmp_path: Path) -> Ground:
    return Ground(sqlite_template, tmp_path)


async def open_talks(chatter: Chatter) -> Sequence[Talk]:
    async with chatter.stage.database.writing() as tx:
        address = await addresses.find(tx, HUB, chatter.platform, chatter.address)
        return [] if address is None else await talks.open_at(tx, HUB, address.id)


def says_something(shown: Message) -> None:
    assert shown.text.strip()
    assert "{{" not in shown.text.replace("{{ 7*7 }}", "")


@BY_ROUTE
async def test_whatever_arrives_at_whatever_step_is_answered(
    ground: Ground, name: str, route: Route, steps: Sequence[int], way: str, language: str
) -> None:
    """Every input is tried at every step, by buttons and by numbers, in Chinese and in English.

    Not tried is every language in every way at the same step: `spoken` says which go together.
    """
    for moment in await ground.moments(route, way, language, steps):
        async with moment.lived(ground.folder) as chatter:
            assert (await open_talks(chatter))[0].flow == name
            for text, things in HOSTILE:
                with noted(f"at {text[:40]!r} {things}"):
                    chatter.shown = Message("")
                    assert await chatter.hear(text, **things) is not None
                    says_something(chatter.shown)
            await end_all(chatter)


async def end_all(chatter: Chatter) -> None:
    """Cancelling always comes to an end, however many talks have gathered."""
    for _ in range(20):
        if not await open_talks(chatter):
            return
        await chatter.say("取消")
        says_something(chatter.shown)
    raise AssertionError("there is no way out")


@BY_ROUTE
async def test_steering_works_at_every_step(
    ground: Ground, name: str, route: Route, steps: Sequence[int], way: str, language: str
) -> None:
    for moment in await ground.moments(route, way, language, steps):
        async with moment.lived(ground.folder) as chatter:
            await steered(chatter, name)


async def steered(chatter: Chatter, name: str) -> None:
    [before] = await open_talks(chatter)
    asked = chatter.shown.text
    languages = ("English", "中文") if len(CHINESE.findall(asked)) > len(asked) / 3 else ("中文", "English")
    assert asked.splitlines()[-1] in await chatter.say("/help"), "help asks again what was being asked"
    for language in languages:
        await chatter.say(language)
    assert asked.splitlines()[-1] in chatter.shown.text
    await chatter.say("返回")
    says_something(chatter.shown)
    [back] = await open_talks(chatter)
    assert back.id == before.id
    await chatter.say("重来")
    [again] = await open_talks(chatter)
    assert (again.flow, again.id) == (name, before.id)
    await chatter.say("取消")
    assert await open_talks(chatter) == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("name", "route"), ALL, ids=[f"{name} {route.start}" for name, route in ALL])
async def test_the_typical_turns_come_to_an_end(database: Database, name: str, route: Route, way: str) -> None:
    stage = await stood(database, route)
    chatter = await begun(stage, way, "zh", route)
    for word in route.turns(way):
        await turn(chatter, word)
    says_something(chatter.shown)
    if not route.lead or way == "numbers":  # an old phone may be asked less, as its number is known
        await end_all(chatter)
    assert await open_talks(chatter) == []


@pytest.mark.parametrize(("name", "route"), ALL, ids=[f"{name} {route.start}" for name, route in ALL])
async def test_a_group_gets_no_conversation(ground: Ground, name: str, route: Route) -> None:
    async with (await ground.stand(route)).played(ground.folder) as stage:
        group = Chatter(stage, "telegram", "-100")
        assert await group.hear(route.start, is_group=True) is None
        assert await open_talks(group) == []
