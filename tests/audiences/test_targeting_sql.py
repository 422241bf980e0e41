"""The SQL of targets, freezing and preview against a plain evaluator over random small worlds, on both databases."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from audiences.stores.freezing import ask, freeze_slice
from audiences.stores.growth import matches_now
from audiences.stores.preview import preview
from audiences.stores.tables import audience_members, audiences
from audiences.targeting.expression import Expression
from audiences.targeting.target import Rule, Target
from ground.actor import Role, operator, system
from ground.transaction import Database, Transaction
from tests.audiences.plain_reading import Member, PlainReading
from tests.audiences.small_worlds import CHANNELS, SmallWorld, code, expressions, worlds
from tests.builders import NOON

often = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


class NothingStays(Exception):
    """Undo the transaction: the next example starts from an empty database."""


@asynccontextmanager
async def undone(database: Database) -> AsyncIterator[Transaction]:
    with suppress(NothingStays):
        async with database.writing() as tx:
            yield tx
            raise NothingStays


@st.composite
def cases(draw: st.DrawFn) -> tuple[SmallWorld, int | None, list[Expression]]:
    """A world, the area that bounds the officer, and the rules of a target, all of whose areas lie in that bound."""
    world = draw(worlds())
    keys = [row["id"] for row in world.rows["areas"]]
    scope = draw(st.none() | st.sampled_from(keys))
    within = [code(key) for key in keys if world.lies_in(key, scope)]
    return world, scope, draw(st.lists(expressions(within), min_size=1, max_size=3))


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
@given(case=cases(), limit=st.sampled_from([1, 2, 3, 5, 1_000]))
async def test_freezing_in_any_slices_yields_whom_a_plain_reading_names(
    database: Database, case: tuple[SmallWorld, int | None, list[Expression]], limit: int
) -> None:
    world, scope, rules = case
    expected = PlainReading(world, scope).members(rules)
    officer = operator("o", scope, [Role.OFFICER])
    async with undone(database) as tx:
        await world.insert(tx)
        audience = await ask(tx, officer, target_of(rules), NOON)
        assert await freeze(tx, audience, limit) == expected
        row = await tx.row(select(audiences).where(audiences.c.id == audience))
        assert row is not None
        assert (row.size, row.stage, row.frozen_at) == (len(expected), "frozen", NOON)
        everybody = [row["id"] for row in world.rows["people"]]
        named = {who for kind, who, _, _ in expected if kind == "person"}
        assert await matches_now(tx, officer, audience, everybody, NOON) == named


@often
@given(case=cases(), channels=st.lists(st.sampled_from(CHANNELS), max_size=2, unique=True))
async def test_the_preview_counts_what_a_plain_reading_counts(
    database: Database, case: tuple[SmallWorld, int | None, list[Expression]], channels: list[str]
) -> None:
    world, scope, rules = case
    reading = PlainReading(world, scope)
    members = reading.members(rules)
    people = {who: (area, rule) for kind, who, area, rule in members if kind == "person"}
    links = reading.links(set(people), channels)
    owners = Counter(address for _, address, _ in links)
    unreachable = people.keys() - {who for who, _, _ in links}
    async with undone(database) as tx:
        await world.insert(tx)
        seen = await preview(tx, operator("o", scope, []), target_of(rules), channels, NOON)
    assert seen.people == len(people)
    assert [count for _, count in seen.rules] == [
        sum(1 for _, rule in people.values() if rule == index) for index in range(len(rules))
    ]
    assert seen.addresses == {
        channel: len({address for _, address, at in links if at == channel}) for channel in channels
    }
    assert seen.shared == sum(1 for count in owners.values() if count > 1)
    assert seen.sharing == len({who for who, address, _ in links if owners[address] > 1})
    assert seen.unreachable == len(unreachable)
    assert seen.speakers == len(members) - len(people)
    assert {each.area_id: each.people for each in seen.villages if each.people} == Counter(
        reading.village(area) for area, _ in people.values()
    )
    assert {each.area_id: each.unreachable for each in seen.villages if each.unreachable} == Counter(
        reading.village(people[who][0]) for who in unreachable
    )
    assert {each.area_id: each.speakers for each in seen.villages if each.speakers} == Counter(
        reading.village(area) for kind, _, area, _ in members if kind == "gateway"
    )
