"""A town for measuring: 609 villages below one county, people with one phone each; made by the database itself."""

from sqlalchemy import text

from ground.tables import metadata
from ground.transaction import Database, Dialect

VILLAGES = 609
COUNTY = 1
CODE = "360981000000"

STATEMENTS = (
    (
        "INSERT INTO areas (id, code, name, folded, level, parent_id, source) "
        f"VALUES ({COUNTY}, '{CODE}', 'county', 'county', 'county', NULL, 'bench')"
    ),
    (
        "INSERT INTO areas (id, code, name, folded, level, parent_id, source) "
        f"WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {VILLAGES + 1}) "
        f"SELECT i, 'v' || i, 'village', 'village', 'village', {COUNTY}, 'bench' FROM n"
    ),
    "INSERT INTO area_closure (ancestor_id, descendant_id, depth) SELECT id, id, 0 FROM areas",
    f"INSERT INTO area_closure (ancestor_id, descendant_id, depth) SELECT {COUNTY}, id, 1 FROM areas WHERE id > 1",
    (
        "INSERT INTO people (id, source, external_id, area_id) "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :people) "
        f"SELECT i, 'bench', 'p' || i, 2 + i % {VILLAGES} FROM n"
    ),
    "INSERT INTO addresses (id, channel, value) SELECT id, 'sms', '+999' || (1000000 + id) FROM people",
    (
        "INSERT INTO address_owners (address_id, person_id, rank, source, from_at) "
        "SELECT id, id, 0, 'bench', 0 FROM people"
    ),
)


async def build(database: Database, people: int) -> None:
    """Make the tables and fill them."""
    async with database.writing() as tx:
        await tx.connection.run_sync(metadata.create_all)
    for statement in STATEMENTS:
        async with database.writing() as tx:
            await tx.execute(text(statement), {"people": people} if ":people" in statement else {})
    for table in ("areas", "area_closure", "people", "addresses", "address_owners"):
        async with database.writing() as tx:  # as a directory that has stood for a day; the rest is still empty
            await tx.execute(text(f"ANALYZE {table}"))
    if database.dialect is Dialect.POSTGRESQL:  # the ids above were given; the next ones are the database's own
        for table in ("areas", "people", "addresses"):
            async with database.writing() as tx:
                await tx.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))
