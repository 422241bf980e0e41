"""One township with loudspeakers."""

from tests.speakers import Speakers

COUNTY, TOWNSHIP, VILLAGE = "360981", "360981210", "360981210201"
ABOVE = [VILLAGE, TOWNSHIP, COUNTY]


async def township(speakers: Speakers, *codes: str, put_up: bool = True) -> int:
    """Make a township with gateways in its one village; return the village."""
    county = await speakers.world.area(COUNTY, level="county")
    town = await speakers.world.area(TOWNSHIP, parent=county, level="township")
    village = await speakers.world.area(VILLAGE, parent=town)
    await speakers.gateways(ABOVE, village, *codes, put_up=put_up)
    return village
