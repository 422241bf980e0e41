"""A moment of a conversation, kept whole: it can be gone back to as often as there are things to try at it.

Everything that a conversation knows lies in the database, so a moment is the file of one and the time on the clock.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from copy import copy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from bot.dialogue import Dialogue
from ground.ids import new_id
from ground.transaction import Database
from tests import databases
from tests.bot.chatting import Chatter
from tests.bot.conftest import Listening
from tests.builders import NOON, World
from tests.contracts.flows.routes import Prepare, Route, Stand

PHONE, CHAT = "+99900000001", "4711"
WAYS: Final = {"buttons": ("telegram", CHAT), "numbers": ("sms", PHONE)}


@dataclass(frozen=True, slots=True)
class Scene:
    """A village at a moment."""

    file: bytes
    now: int

    @classmethod
    async def of(cls, stage: Listening) -> "Scene":
        async with stage.database.engine.connect() as connection:
            checkpoint = await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            assert checkpoint.scalar_one() == 0, "somebody still holds the database"
            file = await connection.exec_driver_sql("SELECT file FROM pragma_database_list WHERE name = 'main'")
            return cls(_read(str(file.scalar_one())), stage.clock.now())

    @asynccontextmanager
    async def played(self, folder: Path) -> AsyncIterator[Listening]:
        path = folder / f"{new_id()}.db"
        path.write_bytes(self.file)
        async with databases.opened_sqlite(path) as database:
            stage = Listening(database)
            stage.clock.pass_by(self.now - NOON)
            yield stage
        path.unlink()


def _read(path: str) -> bytes:
    return Path(path).read_bytes()


@dataclass(frozen=True, slots=True)
class Moment:
    """A scene, and somebody who was just asked something in it."""

    step: int
    scene: Scene
    chatter: Chatter

    @asynccontextmanager
    async def lived(self, folder: Path) -> AsyncIterator[Chatter]:
        async with self.scene.played(folder) as stage:
            again = copy(self.chatter)
            again.stage = stage
            with noted(f"at step {self.step}, after: {self.chatter.shown.text}"):
                yield again


@contextmanager
def noted(what: str) -> Iterator[None]:
    """Say with a failure where it happened."""
    try:
        yield
    except Exception as error:
        error.add_note(what)
        raise


class Ground:
    """Where conversations are played; a village is set up once for all routes that need the same."""

    _stands: Final[dict[tuple[Prepare, bool], Scene]] = {}

    def __init__(self, template: Path, folder: Path) -> None:
        self.folder, self._fresh = folder, partial(databases.fresh_sqlite, template, folder)

    async def stand(self, route: Route) -> Scene:
        key = (route.prepare, route.stranger)
        if key not in self._stands:
            async with self._fresh() as database:
                self._stands[key] = await Scene.of(await stood(database, route))
        return self._stands[key]

    async def moments(self, route: Route, way: str, language: str, steps: Sequence[int]) -> Sequence[Moment]:
        """Lead somebody along the route, and keep the moments after so many turns as are asked for."""
        kept = []
        async with (await self.stand(route)).played(self.folder) as stage:
            chatter = await begun(stage, way, language, route)
            turns = route.turns(way)
            for step in range(len(turns) + 1):
                if step in steps:
                    kept.append(Moment(step, await Scene.of(stage), copy(chatter)))
                if step < len(turns):
                    await turn(chatter, turns[step])
        return kept


async def stood(database: Database, route: Route) -> Listening:
    stage, world = Listening(database), World(database)
    top = await world.area("3609", "丰城市", level="county")
    village = await world.area("360981", "车草村", parent=top)
    sms, chat = (None, None) if route.stranger else (PHONE, CHAT)
    person = await world.person(village, "李四", sms=sms, telegram=chat)
    await route.prepare(Stand(stage, world, village, person))
    return stage


async def begun(stage: Listening, way: str, language: str, route: Route) -> Chatter:
    chatter = Chatter(stage, *WAYS[way], language)
    if language == "en":
        await chatter.say("English")
    await chatter.say(route.start)
    return chatter


async def turn(chatter: Chatter, word: str) -> None:
    """Take the choice with this key if it is offered, else say the word; the process dies before each turn."""
    chatter.stage.dialogue = Dialogue(chatter.stage.tools)
    if any(each.key == word for each in chatter.shown.offered):
        await chatter.tap(word)
    else:
        await chatter.say(word)
