"""Many people at once, written in bulk, for tests of what a batch costs."""

from sqlalchemy import func, select

from audiences.stores.tables import address_owners, addresses, people
from ground.bulk import insert_rows, refresh_statistics
from ground.transaction import Database


async def crowd(database: Database, area: int, size: int, *channels: str) -> None:
    """Make `size` people who live in an area, each with an address of their own on every channel."""
    async with database.writing() as tx:
        person = int(await tx.value(select(func.max(people.c.id))) or 0)
        address = int(await tx.value(select(func.max(addresses.c.id))) or 0)
        ids = range(person + 1, person + size + 1)
        lives = {"area_id": area, "source": "crowd"}
        await insert_rows(tx, people, [lives | {"id": each, "external_id": f"c{each}"} for each in ids])
        for channel in channels:
            numbered = list(enumerate(ids, start=address + 1))
            rows = [{"id": number, "channel": channel, "value": f"{channel}-{number}"} for number, _ in numbered]
            await insert_rows(tx, addresses, rows)
            link = {"source": "crowd", "from_at": 0, "rank": 0}
            owned = [link | {"address_id": number, "person_id": each} for number, each in numbered]
            await insert_rows(tx, address_owners, owned)
            address += size
        await refresh_statistics(tx, people, addresses, address_owners)  # as an import does
