"""The Twilio account: session, pace per sender and signature check, shared by warnings, replies and inbound texts."""

from collections.abc import Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl

from aiohttp import ClientError, ClientSession, DummyCookieJar, TCPConnector
from multidict import MultiDict
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from broadcast.channels.attempt import attempt, traces
from broadcast.channels.base import Accepted, WebhookCall
from broadcast.channels.errors import NoTurn, SendError, Throttled, Unreachable
from broadcast.channels.pace import Pace, Pacer
from broadcast.channels.sms_twilio.meanings import refusal
from broadcast.channels.sms_twilio.settings import TwilioSettings
from broadcast.channels.sms_twilio.transport import SharedTransport
from broadcast.notices import Lane

ACTIVE = "active"
SERVICE = "MG"  # how the id of a messaging service begins, where a number begins with +


@dataclass(frozen=True, slots=True)
class Text:
    """One SMS as Twilio takes it."""

    to: str = field(repr=False)
    body: str = field(repr=False)
    status_callback: str
    validity: int | None  # seconds, 1–36000


class TwilioAccount:
    """Owner of the vendor account; its name is the account's id, which is no secret."""

    def __init__(self, settings: TwilioSettings) -> None:
        self._settings = settings
        self.name = settings.account_sid
        self._validator = RequestValidator(settings.auth_token)
        self._pacer = Pacer(
            Pace(
                per_second=settings.per_second,
                replies_share=settings.replies_share,
                at_once=settings.at_once,
                patience=settings.patience,
            )
        )
        self._client: Client | None = None
        self._transport: SharedTransport | None = None

    async def open(self, stack: AsyncExitStack) -> None:
        settings = self._settings
        connector = TCPConnector(limit=settings.at_once)
        session = ClientSession(connector=connector, cookie_jar=DummyCookieJar(), trace_configs=[traces()])
        await stack.enter_async_context(session)
        self._transport = SharedTransport(session, settings.base_url, settings.timeout)
        self._client = Client(settings.account_sid, settings.auth_token, http_client=self._transport)

    async def send(self, text: Text, lane: Lane) -> Accepted | SendError:
        """Send one SMS when it is its turn."""
        try:
            async with self._pacer.turn(lane):
                answer = await self._send(text)
                if isinstance(answer, Throttled):
                    self._pacer.pause(answer.retry_after)
                return answer
        except NoTurn as none:
            return Throttled("quota", none.fields["seconds"])

    async def fetch(self, url: str, limit: int) -> bytes | SendError:
        """Return what a message brought along, if it has no more than `limit` bytes; `url` is of a signed call."""
        if self._transport is None:
            raise RuntimeError("the account was not opened")
        settings = self._settings
        try:
            return await self._transport.fetch(url, (settings.account_sid, settings.auth_token), limit)
        except (TimeoutError, ClientError, OSError, ValueError):
            return Unreachable("no_file")

    def signed_form(self, call: WebhookCall) -> MultiDict[str] | None:
        """Return the form of a call that Twilio signed (X-Twilio-Signature over URL and form), else None."""
        form = MultiDict(parse_qsl(call.body.decode(errors="replace"), keep_blank_values=True))
        signature = call.headers.get("x-twilio-signature", "")
        return form if self._validator.validate(call.url, form, signature) else None

    async def look(self) -> str | SendError:
        """Ask for the account itself; returns its state, which is "active" or an error."""
        return await self._meant(self._state())

    async def _send(self, text: Text) -> Accepted | SendError:
        answer = await self._meant(self._create(text))
        return Accepted(self.name, answer) if isinstance(answer, str) else answer

    async def _meant(self, asking: Awaitable[str]) -> str | SendError:
        """Return what was answered, or what the error means for the next try."""
        with attempt() as trying:
            try:
                return await asking
            except TwilioRestException as error:
                return refusal(error.status, error.code)
            except (TimeoutError, ClientError, OSError):
                return trying.unanswered()
            except (TwilioException, ValueError, TypeError, AttributeError, KeyError):  # it said yes to something else
                return Unreachable("rubbish", maybe_accepted=True)

    async def _state(self) -> str:
        account = await self._opened.api.accounts(self.name).fetch_async()
        if account.status != ACTIVE:
            raise TwilioRestException(HTTPStatus.FORBIDDEN, "", "the account is not active")
        return ACTIVE

    @property
    def _opened(self) -> Client:
        if self._client is None:
            raise RuntimeError("the account was not opened")
        return self._client

    async def _create(self, text: Text) -> str:
        sender = self._settings.sender
        who = {"messaging_service_sid": sender} if sender.startswith(SERVICE) else {"from_": sender}
        how = {} if text.validity is None else {"validity_period": text.validity}
        message = await self._opened.messages.create_async(
            to=text.to, body=text.body, status_callback=text.status_callback, **who, **how
        )
        if not isinstance(message.sid, str) or not message.sid:
            raise ValueError("an answer without an id")
        return message.sid
