"""The hub is killed (SIGKILL) between a provider's accept and its own record, and started again on its old folder."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.demo.stage import Tempo
from tests.towns import Town, town

pytestmark = pytest.mark.asyncio(loop_scope="module")
LONG = 120  # seconds
CHATS, PHONES = 16, 8


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mortal_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """What its dead hub held is sent by the next one after three seconds."""
    folder = tmp_path_factory.mktemp("mortal")
    async with town(folder, tempo=Tempo(lease=3), chats=CHATS, phones=PHONES) as mortal:
        yield mortal


@pytest_asyncio.fixture(loop_scope="module")
async def here(mortal_town: Town) -> Town:
    await mortal_town.begin()
    return mortal_town


async def test_what_nobody_can_prove_is_sent_again_and_counted(here: Town) -> None:
    """A chat has no receipts: rather twice than never."""
    await here.director.fault("telegram", "delay", times=CHATS, seconds=LONG)
    await here.warn()
    await here.heard(CHATS, "telegram")
    await here.proved(PHONES)
    await here.stage.kill_hub()
    await here.director.fault("telegram", None)
    assert (await here.finding()).lost == CHATS
    await here.stage.start_hub()
    finding = await here.settled(planned=CHATS + PHONES, delivered=PHONES)
    assert finding.faults == ()
    assert (finding.states["accepted"], finding.duplicates) == (CHATS, CHATS)


async def test_killed_in_mid_send_it_goes_on_where_it_was(here: Town) -> None:
    """Some have heard, some have not: in the end everybody has, and nobody twice without its being thought of."""
    await here.warn()
    await here.heard(1)
    await here.stage.kill_hub()
    await here.stage.start_hub()
    finding = await here.settled(planned=CHATS + PHONES, delivered=PHONES)
    assert finding.faults == ()
    assert (finding.states["accepted"], finding.states["delivered"]) == (CHATS, PHONES)


async def test_a_receipt_proves_the_accept_that_the_crash_forgot(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The delivery's key travelled out with the text: its receipt comes back to a hub that knows nothing of it."""
    async with town(tmp_path_factory.mktemp("proof"), tempo=Tempo(lease=LONG), phones=PHONES) as here:
        await here.director.receipts(order=[])
        await here.director.fault("twilio", "delay", times=PHONES, seconds=LONG)
        await here.warn()
        lines = await here.heard(PHONES)
        await here.stage.kill_hub()
        await here.director.fault("twilio", None)
        await here.stage.start_hub()
        for line in lines:
            url = f"{here.stage.url}/hooks/twilio/status?key={line['mark']}"
            assert await here.director.receipt(url, line, "delivered") == 204
        finding = await here.settled(planned=PHONES, delivered=PHONES)
        assert finding.faults == ()
        assert finding.duplicates == 0
