"""Who is connected with whom: the one place where channels, platforms, sweeps and readers of news are put together."""

from contextlib import AsyncExitStack

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.api.idempotency import forget_old_answers
from app.hub import Hub
from app.migrations import needed_revision, present_revision
from app.scheduler import Round
from app.security.codes import forget_old_codes
from app.security.sessions import forget_old_sessions
from app.settings import Settings
from broadcast.channels import CHANNELS
from broadcast.channels.kind import Surroundings
from ground.clock import HOUR, SECOND
from ground.events import NewsDesk
from ground.media import MediaFolder
from ground.transaction import Database, open_database


async def assemble(settings: Settings, stack: AsyncExitStack, public_url: str) -> Hub:
    """Put the hub together; what must be closed is pushed on `stack`. Nothing is sent or answered yet."""
    database = open_database(settings.database_url, pool_size=settings.database_pool)
    stack.push_async_callback(database.close)
    clock = settings.story_clock()
    surroundings = Surroundings(clock, database, public_url, settings.data)
    kinds = [kind for kind in CHANNELS if settings.channel(kind.name) is not None]
    channels = {kind.name: kind.build(settings.channel(kind.name), surroundings) for kind in kinds}
    return Hub(
        settings=settings,
        public_url=public_url,
        clock=clock,
        database=database,
        desk=NewsDesk(),
        media=MediaFolder(settings.data / "media", settings.limits.media),
        kinds=kinds,
        channels=channels,
        webhooks=[door for channel in channels.values() for door in channel.webhooks],
        checks={"database": lambda: answers(database), "tables": lambda: tables_are_new(database)},
    )


def rounds_of(hub: Hub) -> list[Round]:
    """Return every sweep with how often it is woken."""
    return [
        Round("news", 0.2, lambda: hub.desk.hand_on(hub.database)),
        Round("forgetting", HOUR / SECOND, lambda: forget(hub.database)),
    ]


async def forget(database: Database) -> None:
    """Drop what was kept for a while only: answers by key, sessions, one-time codes."""
    for drop in (forget_old_answers, forget_old_sessions, forget_old_codes):
        async with database.writing() as tx:
            await drop(tx)


async def answers(database: Database) -> bool:
    """Say whether the database answers."""
    try:
        async with database.reading() as tx:
            return bool(await tx.value(select(1)))
    except (DBAPIError, OSError):
        return False


async def tables_are_new(database: Database) -> bool:
    """Say whether the tables are those of this version."""
    try:
        async with database.reading() as tx:
            return await present_revision(tx) == needed_revision()
    except (DBAPIError, OSError):
        return False
