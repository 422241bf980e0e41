"""Two hubs as processes on one PostgreSQL: one is killed while ladders are climbed, and comes back; none stalls."""

import itertools
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.engine import URL

from app.demo.children import Child
from app.demo.stage import HUB, Stage, Tempo
from app.process import folder as hub_folder
from audiences.stores.tables import people
from broadcast.deliveries import Key
from broadcast.ladders.model import CALL, Outcome, State, StepKind
from broadcast.stores.ladders import auditing
from broadcast.stores.tables import deliveries, ladder_steps, ladders, notices
from ground.actor import system
from ground.clock import MINUTE, SECOND
from ground.ids import new_id
from ground.transaction import open_database
from tests.builders import World
from tests.databases import command
from tests.towns import Town, town, until

TESTER = system("test")
MONITORS = 30
FIRST_CALL, NEXT_CALL = 40 * SECOND, 80 * SECOND  # the least time between two rungs, by calling.toml
TEMPO = Tempo(rate=20, lease=3, sms_per_second=10)


class Pair(Stage):
    """A stage with a second hub, in a folder and with a queue of its own, on the same database."""

    def __init__(self, folder: Path, database: str) -> None:
        super().__init__(folder, TEMPO)
        self._address = database
        self._other = folder / "other.toml"
        self._second = Child("other", folder, (*HUB, "--config", str(self._other), "serve"))

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.database.close()  # that of a file, where no hub of these writes
        self.database = open_database(self._address, pool_size=2)
        self._stack.push_async_callback(self.database.close)
        self._stack.push_async_callback(self._second.end)
        await self._second.start(lambda: hub_folder.read_word(self.folder / "other") or None)
        return self

    def _write_settings(self) -> None:
        super()._write_settings()
        shared = f'database = "{self._address}"\n' + self._config.read_text(encoding="utf-8")
        self._config.write_text(shared, encoding="utf-8")
        _, data, port, *rest = shared.splitlines(keepends=True)
        assert (data.partition(" ")[0], port.partition(" ")[0]) == ("data", "port")
        apart = [f'data = "{self.folder / "other"}"\n', "port = 0\n"]
        self._other.touch(mode=0o600)
        self._other.write_text("".join([shared.splitlines(keepends=True)[0], *apart, *rest]), encoding="utf-8")


@asynccontextmanager
async def two_hubs(server: URL, folder: Path) -> AsyncIterator[Town]:
    name = "t" + new_id().replace("-", "")
    await command(server, f'CREATE DATABASE "{name}"')  # empty: the hubs make their tables themselves
    address = server.set(database=name).render_as_string(hide_password=False)
    try:
        async with town(folder, on=Pair(folder, address), phones=MONITORS) as here:
            yield here
    finally:
        await command(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def all_monitors(here: Town) -> None:
    world = World(here.stage.database)
    async with here.stage.database.reading() as tx:
        rows = await tx.rows(select(people.c.id, people.c.area_id))
    for row in rows:
        await world.post(row.area_id, "monitor", row.id)


async def all_called(here: Town) -> None:
    """Wait until every ladder has had its first call, which nobody answers."""

    async def enough() -> bool | None:
        rungs = (await steps(here)).values()
        return (len(rungs) == MONITORS and all(StepKind.CALLED in dict(each) for each in rungs)) or None

    await until(enough)


async def steps(here: Town) -> Mapping[int, Sequence[tuple[str, int]]]:
    found: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    async with here.stage.database.reading() as tx:
        for row in await tx.rows(select(ladder_steps).order_by(ladder_steps.c.id)):
            found[row.ladder_id].append((row.kind, row.happened_at))
    return found


async def closed(here: Town) -> None:
    async def all_closed() -> bool | None:
        async with here.stage.database.reading() as tx:
            states = await tx.rows(select(ladders.c.state, ladders.c.outcome))
        return {(row.state, row.outcome) for row in states} == {(State.CLOSED, Outcome.ANSWERED)} or None

    await until(all_closed)


async def test_ladders_go_on_when_one_of_two_hubs_is_killed_and_comes_back(
    postgresql_server: URL, tmp_path: Path
) -> None:
    async with two_hubs(postgresql_server, tmp_path) as here:
        await all_monitors(here)
        await here.begin()
        await here.warn()
        await here.heard(MONITORS // 3, "sms")
        await here.stage.kill_hub()
        await all_called(here)
        await here.stage.start_hub()
        for number in here.phones:
            await here.director.telephone(number, keys="11")  # at the post; everybody is settled
        await closed(here)
        async with here.stage.database.reading() as tx:
            assert await auditing.stalled(tx, TESTER, here.stage.clock.now(), MINUTE) == 0
        no_rung_twice(await steps(here))
        await no_sending_twice(here)


def no_rung_twice(by_ladder: Mapping[int, Sequence[tuple[str, int]]]) -> None:
    """Each ladder was opened and written to once, and its calls lie as far apart as the rungs of one person are."""
    for taken in by_ladder.values():
        kinds = Counter(kind for kind, _ in taken)
        assert kinds[StepKind.OPENED] == kinds[StepKind.MESSAGED] == kinds[StepKind.CLOSED] == 1
        [written] = [at for kind, at in taken if kind == StepKind.MESSAGED]
        to_holder = itertools.takewhile(lambda step: step[0] != StepKind.SKIPPED, taken)
        calls = [at for kind, at in to_holder if kind == StepKind.CALLED]
        assert calls[0] - written >= FIRST_CALL
        assert all(later - earlier >= NEXT_CALL for earlier, later in itertools.pairwise(calls))


async def no_sending_twice(here: Town) -> None:
    """Of every rung each person has one delivery on a channel; what went out twice was a lease that lapsed, counted.

    The lapsed lease may be that of the warning itself, which was being sent when the hub was killed.
    """
    async with here.stage.database.reading() as tx:
        every: Sequence[Any] = await tx.rows(select(deliveries))
        mine = select(notices.c.id).where(notices.c.origin.startswith(f"{CALL}:"))
        calls = {row.id for row in await tx.rows(mine)}
        told = select(ladder_steps.c.notice_id, ladder_steps.c.person_id).where(ladder_steps.c.notice_id.is_not(None))
        rungs = Counter((row.notice_id, row.person_id) for row in await tx.rows(told))
    sent = Counter((row.notice_id, row.person_id, row.channel) for row in every if row.notice_id in calls)
    assert len(sent) >= 2 * MONITORS
    assert set(sent.values()) == set(rungs.values()) == {1}
    lines, _ = await here.director.ledger(here.line)
    heard = Counter(line["mark"] for line in lines if line["mark"] and line["channel"] == "sms")
    foreseen = {str(Key(row.notice_id, row.seq)): 1 + row.maybe_twice for row in every}
    assert {mark: n for mark, n in heard.items() if n > foreseen[mark]} == {}
