"""The tables of the database, brought to this version before anything reads them."""

from app.migrations import migrate
from app.settings import Settings
from ground.transaction import open_database


async def bring_up_to_date(settings: Settings) -> None:
    """Bring the tables to this version; whoever comes second finds nothing to do."""
    database = open_database(settings.database_url, pool_size=2)
    try:
        await migrate(database)
    finally:
        await database.close()
