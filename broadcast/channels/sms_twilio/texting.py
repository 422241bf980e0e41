"""Texts of the Twilio account at the pace that its sender may keep, warnings and replies alike."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from broadcast.channels.base import Accepted
from broadcast.channels.errors import NoTurn, SendError, Throttled
from broadcast.channels.pace import Pace, Pacer
from broadcast.channels.sms_twilio.meanings import CODES
from broadcast.channels.sms_twilio.settings import TwilioSettings
from broadcast.channels.twilio_account.account import TwilioAccount, sid_of
from broadcast.notices import Lane

SERVICE = "MG"  # how the id of a messaging service begins, where a number begins with +


@dataclass(frozen=True, slots=True)
class Text:
    """One SMS as Twilio takes it."""

    to: str = field(repr=False)
    body: str = field(repr=False)
    status_callback: str
    validity: int | None  # seconds, 1–36000


class Texting:
    def __init__(self, settings: TwilioSettings) -> None:
        self._settings = settings
        self.account = TwilioAccount(settings, CODES)
        self._pacer = Pacer(
            Pace(
                per_second=settings.per_second,
                replies_share=settings.replies_share,
                at_once=settings.at_once,
                patience=settings.patience,
            )
        )

    async def open(self, stack: AsyncExitStack) -> None:
        await self.account.open(stack)

    async def send(self, text: Text, lane: Lane) -> Accepted | SendError:
        """Send one SMS when it is its turn."""
        try:
            async with self._pacer.turn(lane):
                answer = await self.account.meant(self._create(text))
                if isinstance(answer, Throttled):
                    self._pacer.pause(answer.retry_after)
                return Accepted(self.account.name, answer) if isinstance(answer, str) else answer
        except NoTurn as none:
            return Throttled("quota", none.fields["seconds"])

    async def _create(self, text: Text) -> str:
        sender = self._settings.sender
        who = {"messaging_service_sid": sender} if sender.startswith(SERVICE) else {"from_": sender}
        how = {} if text.validity is None else {"validity_period": text.validity}
        return sid_of(
            await self.account.client.messages.create_async(
                to=text.to, body=text.body, status_callback=text.status_callback, **who, **how
            )
        )
