"""The SQL of targets, freezing and preview against a plain evaluator over random small worlds, on both databases."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from audiences.stores.tables import audience_members, audiences
from audiences.stores.targets.freezing import ask, freeze_slice
from audiences.stores.targets.growth import matches_now
from audiences.stores.targets.preview import Preview, preview
from audiences.targeting.expression import Expression
from audiences.targeting.target import Rule, Target
from ground.actor import Role, operator, system
from ground.transaction import Database, Transaction
from tests.audiences.plain_reading import Member, PlainReading
from tests.audiences.small_worlds import CHANNELS, Maker, SmallWorld, Speaker, code
from tests.builders import NOON

often = settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller seed is no smaller world
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class NothingStays(Exception):
    """Undo the transaction: the next example starts from an empty database."""


@asynccontextmanager
async def undone(database: Database) -> AsyncIterator[Transaction]:
    with suppress(NothingStays):
        async with database.writing() as tx:
            yield tx
            raise NothingStays


@dataclass(frozen=True)
class Case:
    """A world, the area that bounds the officer (None: nothing does), and the rules of a target within that bound."""

    world: SmallWorld
    scope: int | None
    rules: list[Expression]


def cases(random: Random) -> list[Case]:
    """Return one world with three officers and their targets."""
    world = Maker(random).make()
    keys = [row["id"] for row in world.rows["areas"]]
    scopes = [None, *random.choices(keys, k=2)]
    codes = [[code(key) for key in keys if world.lies_in(key, scope)] for scope in scopes]
    return [Case(world, scope, Speaker(random, within).rules()) for scope, within in zip(scopes, codes, strict=True)]


def target_of(rules: list[Expression]) -> Target:
    return Target(tuple(Rule(f"rule {index}", rule) for index, rule in enumerate(rules)))


async def freeze(tx: Transaction, audience: int, limit: int) -> list[Member]:
    """Freeze in slices and return the members by seq, which must be dense; each slice says what it added."""
    last, done = 0, False
    while not done:
        piece = await freeze_slice(tx, system("planner"), audience, limit, NOON)
        assert piece.first_seq == last + 1
        assert last <= piece.last_seq <= last + limit
        last, done = piece.last_seq, piece.done
    rows = await tx.rows(
        select(audience_members).where(audience_members.c.audience_id == audience).order_by(audience_members.c.seq)
    )
    assert [row.seq for row in rows] == list(range(1, last + 1))
    return [
        ("person", row.person_id, row.area_id, row.rule)
        if row.person_id
        else ("gateway", row.gateway_id, row.area_id, row.rule)
        for row in rows
    ]


@often
@given(random=st.randoms(use_true_random=True))
async def test_freezing_in_any_slices_yields_whom_a_plain_reading_names(database: Database, random: Random) -> None:
    found = cases(random)
    async with undone(database) as tx:
        await found[0].world.insert(tx)
        for case in found:
            await frozen_as_read(tx, case, random.choice([1, 1, 2, 5, 1_000]))


async def frozen_as_read(tx: Transaction, case: Case, limit: int) -> None:
    expected = PlainReading(case.world, case.scope).members(case.rules)
    officer = operator("o", case.scope, [Role.OFFICER])
    audience = await ask(tx, officer, target_of(case.rules), NOON)
    assert await freeze(tx, audience, limit) == expected
    row = await tx.row(select(audiences).where(audiences.c.id == audience))
    assert row is not None
    assert (row.size, row.stage, row.frozen_at) == (len(expected), "frozen", NOON)
    everybody = [row["id"] for row in case.world.rows["people"]]
    named = {who for kind, who, _, _ in expected if kind == "person"}
    assert await matches_now(tx, officer, audience, everybody, NOON) == named


@often
@given(random=st.randoms(use_true_random=True))
async def test_the_preview_counts_what_a_plain_reading_counts(database: Database, random: Random) -> None:
    found = cases(random)
    async with undone(database) as tx:
        await found[0].world.insert(tx)
        for case in found:
            channels = random.sample(CHANNELS, 2)
            officer = operator("o", case.scope, [])
            counted_as_read(case, channels, await preview(tx, officer, target_of(case.rules), channels, NOON))


def counted_as_read(case: Case, channels: list[str], seen: Preview) -> None:
    reading = PlainReading(case.world, case.scope)
    members = reading.members(case.rules)
    people = {who: (area, rule) for kind, who, area, rule in members if kind == "person"}
    links = reading.links(set(people), channels)
    owners = Counter(address for _, address, _ in links)
    unreachable = people.keys() - {who for who, _, _ in links}
    assert seen.people == len(people)
    assert [count for _, count in seen.rules] == [
        sum(1 for _, rule in people.values() if rule == index) for index in range(len(case.rules))
    ]
    assert seen.addresses == {
        channel: len({address for _, address, at in links if at == channel}) for channel in channels
    }
    assert seen.shared == sum(1 for count in owners.values() if count > 1)
    assert seen.sharing == len({who for who, address, _ in links if owners[address] > 1})
    assert seen.unreachable == len(unreachable)
    assert seen.speakers == len(members) - len(people)
    by_village = {each.area_id: (each.people, each.unreachable, each.speakers) for each in seen.villages}
    living = Counter(reading.village(area) for area, _ in people.values())
    missed = Counter(reading.village(people[who][0]) for who in unreachable)
    gongs = Counter(reading.village(area) for kind, _, area, _ in members if kind == "gateway")
    assert by_village == {place: (living[place], missed[place], gongs[place]) for place in living | gongs}
