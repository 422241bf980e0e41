"""A provider takes a message and answers nonsense, or nothing: it may have arrived, and the hub knows that."""

import pytest

from tests.towns import CHATS, EVERYBODY, PROVED, Town

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("how", ["rubbish", "drop"])
async def test_an_answer_that_says_nothing_is_counted_as_possibly_twice(here: Town, how: str) -> None:
    """In the chat the message comes again; of the texts, receipts prove in time that they arrived."""
    await here.director.fault("telegram", how, times=3)
    await here.director.fault("twilio", how, times=3)
    await here.warn()
    finding = await here.settled(planned=EVERYBODY, delivered=PROVED)
    assert finding.faults == ()
    assert (finding.states["accepted"], finding.states["delivered"]) == (CHATS, PROVED)
    assert finding.duplicates == 3


async def test_a_provider_that_is_down_for_a_while_delays_and_loses_nothing(here: Town) -> None:
    await here.director.fault("telegram", "error", times=CHATS)
    await here.director.fault("twilio", "throttle", times=2, seconds=1)
    await here.warn()
    finding = await here.settled(planned=EVERYBODY, delivered=PROVED)
    assert finding.faults == ()
    assert (finding.states["accepted"], finding.states["delivered"]) == (CHATS, PROVED)
    assert finding.duplicates == 0
