"""Whether what the hub needs is there: the database, its tables, the queue."""

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.migrations import needed_revision, present_revision
from broadcast.errors import QueueAway
from broadcast.queues.base import Queue
from ground.transaction import Database


async def database_answers(database: Database) -> bool:
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


async def queue_answers(queue: Queue) -> bool:
    """Say whether the queue takes what it is given; an empty handful asks it without giving it anything."""
    try:
        await queue.publish([])
    except QueueAway:
        return False
    return True
