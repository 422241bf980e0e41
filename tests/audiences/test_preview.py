"""The preview of a small county, counted by hand."""

from sqlalchemy import event

from audiences.stores.targets.preview import VillageCount, preview
from audiences.targeting.target import Target
from ground.transaction import Database
from tests.builders import NOON, World


async def test_a_preview_says_who_is_reached_how_and_who_is_not(database: Database) -> None:
    world = World(database)
    county = await world.area("c", "County", level="county")
    upper = await world.area("u", "Upper", parent=county)
    lower = await world.area("l", "Lower", parent=county)
    group = await world.area("l1", "Lower group", parent=lower, level="group")
    await world.person(upper, sms="+15550100", telegram="11")
    await world.person(lower, sms="+15550101")
    await world.person(group, sms="+15550101")
    await world.person(group)
    opted_out = await world.person(group, sms="+15550102")
    await world.opt_out(await world.address("sms", "+15550102"))
    learner = await world.person(upper, sms="+15550103")
    await world.opt_out(await world.address("sms", "+15550103"), "lessons")
    stopped = await world.person(upper)
    await world.address("sms", "+15550104", stopped, stopped_at=1)
    await world.gateway(lower, "g1")
    await world.organisation(upper, "party_cell", [learner, opted_out])
    target = Target.of("organisation(party_cell)", "area(c)")
    async with database.reading() as tx:
        seen = await preview(tx, await world.operator(county), target, ["sms", "telegram", "voice"], NOON)
    assert seen.people == 7
    assert seen.rules == (("organisation(party_cell)", 2), ("area(c)", 5))
    assert seen.addresses == {"sms": 3, "telegram": 1, "voice": 0}
    assert (seen.shared, seen.sharing) == (1, 2)
    assert (seen.unreachable, seen.speakers) == (3, 1)
    assert seen.villages == (
        VillageCount(lower, "l", "Lower", people=4, unreachable=2, speakers=1),
        VillageCount(upper, "u", "Upper", people=3, unreachable=1, speakers=0),
    )


async def test_a_preview_takes_the_same_statements_for_one_village_as_for_many(database: Database) -> None:
    world = World(database)
    county = await world.area("c", level="county")
    for index in range(12):
        village = await world.area(f"v{index}", parent=county)
        await world.person(village, sms=f"+1555010{index}")
    officer = await world.operator(county)
    statements: list[str] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *heard: statements.append(heard[2]))
    counts = []
    for line in ("area(v1)", "area(c)"):
        statements.clear()
        async with database.reading() as tx:
            await preview(tx, officer, Target.of(line), ["sms"], NOON)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8
