"""Ten thousand doors: the same statements as for one, no writer kept waiting, a crash in the middle costs nothing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, func, insert, select

from audiences.stores.tables import households, particulars, people
from bot.cases.door_task import Kind, Reason, Task
from bot.doors import looking
from bot.doors.escalating import hand_on
from bot.doors.opening import open_tasks
from bot.stores.doors import names, runs, tasks
from bot.stores.doors.runs import Grave
from bot.stores.doors.steps import KEEPER
from bot.stores.doors.tables import tasks as door_tasks
from broadcast.alerts import drafting
from broadcast.alerts.model import Level
from ground.clock import MINUTE
from ground.transaction import Database, Dialect
from tests.bot.doors.conftest import OFFICER, A, Slope, Village
from tests.broadcast.alerts.warnings import rain
from tests.builders import NOON

MANY = 10_000
LONGEST = 0.05


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    heard: list[str] = []

    def note(*given: object) -> None:
        heard.append(str(given[2]))

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield heard
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def crowd(database: Database, slope: Slope, count: int) -> list[int]:
    """Make so many households under the slope, each of one person whom nothing reaches."""
    first = 100_000
    async with database.writing() as tx:
        keys = [first + n for n in range(count)]
        named = [{"id": key, "source": "many", "external_id": str(key), "area_id": slope.group} for key in keys]
        charged = {"responsible_a_id": slope.person_a, "responsible_b_id": slope.person_b, "hazard": "landslide"}
        await tx.execute(insert(households), [each | charged for each in named])
        living = [each | {"household_id": each["id"]} for each in named]
        await tx.execute(insert(people), living)
        await tx.execute(insert(particulars), [{"person_id": key, "name": f"P{key}"} for key in keys])
    return keys


def asked(household: int) -> Task:
    return Task(kind=Kind.BY_HAND, origin="many", reason=Reason.ASKED, household=household)


@pytest.mark.parametrize("count", [1, 60])
async def test_opening_handing_on_and_naming_cost_the_same_for_one_and_for_many(
    stage: Village, slope: Slope, count: int
) -> None:
    homes = await crowd(stage.database, slope, count)
    with counted(stage.database) as opened:
        async with stage.database.writing() as tx:
            await open_tasks(tx, [asked(each) for each in homes], stage.clock.now())
    stage.clock.pass_by(5 * MINUTE)
    with counted(stage.database) as moved:
        assert await hand_on(stage.keeper) == count
    listed = await stage.doors()
    with counted(stage.database) as named:
        async with stage.database.reading() as tx:
            await names.of_tasks(tx, KEEPER, listed)
    costs = [len([each for each in heard if not each.startswith("BEGIN")]) for heard in (opened, moved, named)]
    assert costs == [8, 10, 6]


async def test_ten_thousand_doors_are_opened_in_short_slices_and_a_crash_costs_nothing(
    stage: Village, slope: Slope, monkeypatch: pytest.MonkeyPatch
) -> None:
    await crowd(stage.database, slope, MANY)
    async with stage.database.writing() as tx:
        alert = await drafting.draft(tx, OFFICER, stage.office, rain(slope.county), NOON)
        await runs.begin(tx, KEEPER, Grave(alert.id, alert.id, None, slope.county, 1, drill=False), NOON)
    monkeypatch.setattr(looking, "SLICES_AT_ONCE", 3)
    await looking.look(stage.keeper)  # and the process dies
    async with stage.database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(door_tasks)) < MANY
    monkeypatch.undo()
    writes = await timed(stage)
    async with stage.database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(door_tasks)) == MANY + 3
        assert (await tasks.counted(tx, OFFICER))["open"] == MANY + 3
    if stage.database.dialect is Dialect.SQLITE:
        assert sorted(writes)[len(writes) // 4] < LONGEST  # the slower ones waited for others at a busy machine


async def timed(stage: Village) -> list[float]:
    """Go on looking, and return how long each slice held the writer."""
    held: list[float] = []
    database = stage.database
    whole = database.writing

    class Watch:
        def __init__(self) -> None:
            self._inner = whole()

        async def __aenter__(self) -> object:
            entered = await self._inner.__aenter__()
            self._began = time.perf_counter()
            return entered

        async def __aexit__(self, *failed: object) -> object:
            left = await self._inner.__aexit__(*failed)  # type: ignore[arg-type]
            held.append(time.perf_counter() - self._began)
            return left

    database.writing = Watch  # type: ignore[method-assign, assignment]
    try:
        await looking.look(stage.keeper)
    finally:
        database.writing = whole  # type: ignore[method-assign]
    return held


async def test_one_message_counts_them_all_and_one_word_takes_the_first_of_them(stage: Village, slope: Slope) -> None:
    homes = await crowd(stage.database, slope, 450)
    async with stage.database.writing() as tx:
        await open_tasks(tx, [asked(each) for each in homes], stage.clock.now())
    await stage.go_round()
    (said,) = stage.said_to("sms", A)
    assert "450处" in said
    assert {each.batch for each in await stage.doors()} == {(await stage.doors())[0].batch}
    caller = stage.chat(A)
    await caller.read()
    with counted(stage.database) as heard:
        await caller.tap("我去")
    assert len(heard) < 80
    assert sum(each.accepted_by == slope.person_a for each in await stage.doors()) == 200


async def test_many_open_doors_become_graver_in_short_slices(stage: Village, slope: Slope) -> None:
    await crowd(stage.database, slope, 450)
    first = await stage.issue(slope.village, "360101", level=Level.ORANGE)
    assert {each.level for each in await stage.doors()} == {2}
    with counted(stage.database) as heard:
        await stage.issue(slope.village, "360101", level=Level.RED, replaces=first.id, msg_type=first.msg_type.UPDATE)
    assert len([each for each in heard if each.startswith("UPDATE door_tasks SET level")]) == 3
    assert {each.level for each in await stage.doors()} == {1}
