"""What falls due while time passes: rows whose moment lies in between. Every deadline of the hub is such a row."""

from functools import cache

from sqlalchemy import BigInteger, Select, bindparam, exists, or_, select

from ground.tables import metadata
from ground.transaction import Database

MOMENTS = ("_at", "expires", "onset", "valid_from")


async def something_due(database: Database, after: int, until: int) -> bool:
    """Say whether any row of any table has a moment after the one and not after the other."""
    async with database.reading() as tx:
        return bool(await tx.value(_question(), {"after": after, "until": until}))


@cache
def _question() -> Select[tuple[bool]]:
    after, until = bindparam("after", type_=BigInteger), bindparam("until", type_=BigInteger)
    columns = (column for table in metadata.sorted_tables for column in table.c)
    moments = [each for each in columns if isinstance(each.type, BigInteger) and each.name.endswith(MOMENTS)]
    return select(or_(*(exists().where(each > after, each <= until) for each in moments)))
