"""One township with loudspeakers."""

import asyncio

from sqlalchemy import select

from audiences.stores.tables import gateways
from tests.speakers import PATIENCE, Speakers

COUNTY, TOWNSHIP, VILLAGE = "360981", "360981210", "360981210201"
ABOVE = [VILLAGE, TOWNSHIP, COUNTY]


async def township(speakers: Speakers, *codes: str, put_up: bool = True) -> int:
    """Make a township with gateways in its one village; return the village."""
    county = await speakers.world.area(COUNTY, level="county")
    town = await speakers.world.area(TOWNSHIP, parent=county, level="township")
    village = await speakers.world.area(VILLAGE, parent=town)
    await speakers.gateways(ABOVE, village, *codes, put_up=put_up)
    return village


async def state_of(speakers: Speakers, code: str) -> str:
    async with speakers.database.reading() as tx:
        return str(await tx.value(select(gateways.c.state).where(gateways.c.code == code)))


async def until_state(speakers: Speakers, code: str, state: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while await state_of(speakers, code) != state:  # noqa: ASYNC110 - a row has no event
            await asyncio.sleep(0.05)
