"""A warning from its draft to its end, in a town of a few people and two loudspeakers, one of them without a line."""

import pytest

from tests.towns import CHATS, EVERYBODY, PROVED, VILLAGE, Town

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_from_the_draft_to_the_end_everybody_is_told_once_and_the_books_agree(here: Town) -> None:
    await here.director.gateway_goes("G-1", "offline")
    alarm = await here.warn()
    played = await here.heard(1, "speaker")
    assert [line["address"] for line in played] == ["G-0"]
    await here.director.gateway_goes("G-1", "online")
    assert (await here.settled(planned=EVERYBODY, delivered=PROVED)).faults == ()

    update = here.warning(level=2, target=[{"name": "upper", "expression": f"area({VILLAGE})"}])
    upgraded = await here.release(await here.officer.post(f"/alerts/{alarm}/update", update))
    told = await here.settled(planned=2 * EVERYBODY, delivered=2 * PROVED)
    assert told.faults == ()
    assert told.planned == 2 * EVERYBODY, "who drops out of the target learns it, too"

    await here.release(await here.officer.post(f"/alerts/{upgraded}/end", {"ending": "lifted"}))
    finding = await here.settled(planned=3 * EVERYBODY, delivered=3 * PROVED)
    assert finding.faults == ()
    assert (finding.planned, finding.duplicates) == (3 * EVERYBODY, 0)
    assert (finding.states["accepted"], finding.states["delivered"]) == (3 * CHATS, 3 * PROVED)
