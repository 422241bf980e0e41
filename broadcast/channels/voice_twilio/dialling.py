"""Dialling: one call when there is a line and a turn, and calling it back while it still rings."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from broadcast.channels.base import Accepted
from broadcast.channels.errors import NoTurn, SendError, Throttled, Unreachable
from broadcast.channels.twilio_account.account import TwilioAccount, sid_of
from broadcast.channels.voice_twilio.lines import Lease, Lines
from broadcast.channels.voice_twilio.meanings import CODES
from broadcast.channels.voice_twilio.settings import VoiceSettings
from broadcast.notices import Lane
from ground.transaction import Database

EVENTS = ["initiated", "ringing", "answered", "completed"]
CANCELED = "canceled"
SLACK = 30.0  # seconds that the vendor may take around ringing and talking


@dataclass(frozen=True, slots=True)
class Number:
    """One call as Twilio takes it."""

    to: str = field(repr=False)
    document: str = field(repr=False)
    status_callback: str


class Dialling:
    def __init__(self, settings: VoiceSettings, database: Database) -> None:
        self._settings = settings
        self.account = TwilioAccount(settings, CODES)
        lease = Lease(
            account=self.account.name,
            lines=settings.lines,
            per_second=settings.calls_per_second,
            longest=settings.ring_seconds + settings.longest_seconds + SLACK,
            patience=settings.patience,
            replies_share=settings.replies_share,
        )
        self._lines = Lines(database, lease)

    async def open(self, stack: AsyncExitStack) -> None:
        await self.account.open(stack)
        self._lines.start(stack)

    async def dial(self, number: Number, lane: Lane) -> Accepted | SendError:
        """Place one call; its line is held until `over` says that it ended."""
        try:
            line = await self._lines.take(lane)
        except NoTurn as none:
            return Throttled("quota", none.fields["seconds"])
        holding = False
        try:
            answer = await self.account.meant(self._create(number, line))
            holding = isinstance(answer, str) or (isinstance(answer, Unreachable) and answer.maybe_accepted)
        finally:
            if not holding:
                self._lines.free(line)
        if isinstance(answer, Throttled):
            self._lines.pause(answer.retry_after)
        return Accepted(self.account.name, answer) if isinstance(answer, str) else answer

    def over(self, line: str) -> None:
        """A call ended: its line may be given to another."""
        self._lines.free(line)

    async def cancel(self, sid: str) -> bool:
        return await self.account.meant(self._cancel(sid)) == CANCELED

    async def _create(self, number: Number, line: str) -> str:
        settings = self._settings
        return sid_of(
            await self.account.client.calls.create_async(
                to=number.to,
                from_=settings.sender,
                twiml=number.document,
                status_callback=f"{number.status_callback}&line={line}",
                status_callback_event=EVENTS,
                timeout=settings.ring_seconds,
                time_limit=settings.longest_seconds,
            )
        )

    async def _cancel(self, sid: str) -> str:
        call = await self.account.client.calls(sid).update_async(status=CANCELED)
        return str(call.status)
