"""Saved audiences and area codes: what a target says is looked up in the actor's area, or refused with a way out."""

import pytest

from audiences.stores.targets import saved
from audiences.stores.targets.freezing import ask
from audiences.stores.targets.preview import preview
from audiences.targeting import line_form
from audiences.targeting.errors import AmbiguousSaved, SavedInCircle, TargetTooLarge, UnknownPlace, UnknownSaved
from audiences.targeting.expression import Area, Difference, Need, Saved
from audiences.targeting.target import Target
from ground.actor import Actor, RoleMissing
from ground.transaction import Database
from tests.builders import NOON, World


async def count(database: Database, actor: Actor, line: str) -> int:
    async with database.reading() as tx:
        return (await preview(tx, actor, Target.of(line), [], NOON)).people


async def keep(database: Database, actor: Actor, name: str, line: str) -> None:
    async with database.writing() as tx:
        await saved.save(tx, actor, name, line_form.read(line), NOON)


async def two_counties(database: Database) -> tuple[World, Actor, Actor, Actor]:
    """Two counties with one person in the first and two in the second; officers of both and of the whole."""
    world = World(database)
    first = await world.area("a1", "East", level="county")
    second = await world.area("b1", "West", level="county")
    await world.person(first)
    for _ in range(2):
        await world.person(second)
    return world, await world.operator(first), await world.operator(second), await world.operator(None)


async def test_a_saved_audience_is_an_expression_true_on_the_day_it_is_used(database: Database) -> None:
    world, east, _, _ = await two_counties(database)
    await keep(database, east, "danger zones", "residents - need(cannot_walk)")
    assert await count(database, east, 'saved("danger zones")') == 1
    await world.person(1)
    assert await count(database, east, 'saved("danger zones")') == 2


async def test_an_area_left_out_means_where_it_was_saved_even_for_an_officer_above(database: Database) -> None:
    _, east, _, above = await two_counties(database)
    await keep(database, east, "everybody", "residents")
    assert await count(database, above, "saved(everybody)") == 1
    assert await count(database, above, "residents") == 3


async def test_two_counties_may_use_the_same_name_and_above_them_it_needs_the_area(database: Database) -> None:
    _, east, west, above = await two_counties(database)
    for actor in (east, west):
        await keep(database, actor, "everybody", "residents")
    assert await count(database, west, "saved(everybody)") == 2
    with pytest.raises(AmbiguousSaved, match="a1, b1"):
        await count(database, above, "saved(everybody)")
    assert await count(database, above, "saved(everybody, b1)") == 2


async def test_saving_again_replaces_and_removing_forgets_only_ones_own(database: Database) -> None:
    _, east, west, _ = await two_counties(database)
    await keep(database, east, "some", "residents")
    await keep(database, east, "some", "area(a1) - need(x)")
    async with database.writing() as tx:
        assert [each.expression for each in await saved.listed(tx, east)] == [Difference(Area("a1"), Need("x"))]
        assert await saved.listed(tx, west) == []
        assert (await saved.load(tx, east, "some")).area == "a1"
        with pytest.raises(UnknownSaved):
            await saved.remove(tx, west, "some")
        with pytest.raises(UnknownSaved):
            await saved.load(tx, west, "some")
        await saved.remove(tx, east, "some")
        assert await saved.listed(tx, east) == []


async def test_a_saved_audience_that_leads_back_to_itself_is_refused_when_it_is_saved(database: Database) -> None:
    _, east, _, _ = await two_counties(database)
    with pytest.raises(SavedInCircle):
        await keep(database, east, "a", "saved(a)")
    await keep(database, east, "a", "residents")
    await keep(database, east, "b", "saved(a) | area(a1)")
    with pytest.raises(SavedInCircle, match="a → b → a"):
        await keep(database, east, "a", "saved(b)")
    assert await count(database, east, "saved(b)") == 1


async def test_a_few_saved_audiences_cannot_unfold_into_millions_of_terms(database: Database) -> None:
    _, east, _, _ = await two_counties(database)
    await keep(database, east, "s0", "residents")
    for level in range(1, 3):
        await keep(database, east, f"s{level}", " | ".join([f"saved(s{level - 1})"] * 10))
    with pytest.raises(TargetTooLarge):
        await count(database, east, " | ".join(["saved(s2)"] * 10))


async def test_what_is_saved_elsewhere_is_unknown_here(database: Database) -> None:
    _, east, west, _ = await two_counties(database)
    await keep(database, west, "theirs", "residents")
    with pytest.raises(UnknownSaved):
        await count(database, east, "saved(theirs)")


async def test_an_unknown_code_is_answered_with_the_nearest_areas(database: Database) -> None:
    world, east, _, _ = await two_counties(database)
    await world.area("a1005", "Checao", parent=1)
    with pytest.raises(UnknownPlace, match=r"Checao \(a1005\)"):
        await count(database, east, "area(a1006)")
    with pytest.raises(UnknownPlace, match=r"Checao \(a1005\)"):
        await count(database, east, "area(Checao)")


async def test_a_foreign_area_is_as_unknown_as_one_that_does_not_exist(database: Database) -> None:
    _, east, _, _ = await two_counties(database)
    with pytest.raises(UnknownPlace) as refused:
        await count(database, east, "residents(b1)")
    assert "West" not in str(refused.value)
    async with database.writing() as tx:
        with pytest.raises(UnknownPlace):
            await ask(tx, east, Target.of("residents", "area(b1)"), NOON)


async def test_only_who_may_keep_audiences_keeps_them(database: Database) -> None:
    _, east, _, _ = await two_counties(database)
    nobody = Actor(east.kind, east.id, east.area)
    async with database.writing() as tx:
        with pytest.raises(RoleMissing):
            await saved.save(tx, nobody, "x", Saved("y"), NOON)
        with pytest.raises(RoleMissing):
            await saved.remove(tx, nobody, "x")
        with pytest.raises(RoleMissing):
            await ask(tx, nobody, Target.of("residents"), NOON)
