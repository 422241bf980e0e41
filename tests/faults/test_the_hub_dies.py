"""The hub is killed (SIGKILL) between a provider's accept and its own record, and started again on its old folder."""

from pathlib import Path

from app.demo.stage import Tempo
from tests.towns import town

LONG = 120  # seconds
CHATS, PHONES = 8, 8


async def test_what_nobody_can_prove_is_sent_again_and_counted(tmp_path: Path) -> None:
    """A chat has no receipts: rather twice than never."""
    async with town(tmp_path, tempo=Tempo(lease=2), chats=CHATS) as here:
        await here.director.fault("telegram", "delay", times=CHATS, seconds=LONG)
        await here.warn()
        await here.heard(CHATS)
        await here.stage.kill_hub()
        await here.director.fault("telegram", None)
        assert (await here.finding()).lost == CHATS
        await here.stage.start_hub()
        finding = await here.settled(planned=CHATS)
        assert finding.faults == ()
        assert (finding.states["accepted"], finding.duplicates) == (CHATS, CHATS)


async def test_a_receipt_proves_the_accept_that_the_crash_forgot(tmp_path: Path) -> None:
    """The delivery's key travelled out with the text: its receipt comes back to a hub that knows nothing of it."""
    async with town(tmp_path, tempo=Tempo(lease=LONG), phones=PHONES) as here:
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
        finding = await here.settled(planned=PHONES)
        assert finding.faults == ()
        assert (finding.states["delivered"], finding.duplicates) == (PHONES, 0)


async def test_killed_in_mid_send_it_goes_on_where_it_was(tmp_path: Path) -> None:
    """Some have heard, some have not: in the end everybody has, and nobody twice without its being thought of."""
    async with town(tmp_path, tempo=Tempo(lease=2), chats=3 * CHATS, phones=2 * PHONES) as here:
        await here.warn()
        await here.heard(1)
        await here.stage.kill_hub()
        await here.stage.start_hub()
        finding = await here.settled(planned=3 * CHATS + 2 * PHONES)
        assert finding.faults == ()
        assert finding.states["accepted"] + finding.states["delivered"] == 3 * CHATS + 2 * PHONES
