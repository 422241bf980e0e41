"""The Twilio account: session, signature check and the meaning of refusals, for texts, calls and what comes in."""

from collections.abc import Awaitable, Mapping
from contextlib import AsyncExitStack
from http import HTTPStatus
from typing import Protocol
from urllib.parse import parse_qsl

from aiohttp import ClientError, ClientSession, DummyCookieJar, TCPConnector
from multidict import MultiDict
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from broadcast.channels.attempt import attempt, traces
from broadcast.channels.base import WebhookCall
from broadcast.channels.errors import SendError, Unreachable
from broadcast.channels.twilio_account.refusals import CODES, refusal
from broadcast.channels.twilio_account.transport import SharedTransport

ACTIVE = "active"


class Login(Protocol):
    """What the settings of each product say of the account."""

    @property
    def account_sid(self) -> str: ...
    @property
    def auth_token(self) -> str: ...
    @property
    def base_url(self) -> str: ...
    @property
    def timeout(self) -> float: ...
    @property
    def at_once(self) -> int: ...


class TwilioAccount:
    """Owner of the vendor account; its name is the account's id, which is no secret.

    `codes` are what this product's own error codes mean, beside those that any request may meet.
    """

    def __init__(self, login: Login, codes: Mapping[int, SendError] | None = None) -> None:
        self._login = login
        self._codes = {**CODES, **(codes or {})}
        self.name = login.account_sid
        self._validator = RequestValidator(login.auth_token)
        self._client: Client | None = None
        self._transport: SharedTransport | None = None

    async def open(self, stack: AsyncExitStack) -> None:
        login = self._login
        connector = TCPConnector(limit=login.at_once)
        session = ClientSession(connector=connector, cookie_jar=DummyCookieJar(), trace_configs=[traces()])
        await stack.enter_async_context(session)
        self._transport = SharedTransport(session, login.base_url, login.timeout)
        self._client = Client(login.account_sid, login.auth_token, http_client=self._transport)

    @property
    def client(self) -> Client:
        """Return the SDK's client of the account."""
        if self._client is None:
            raise RuntimeError("the account was not opened")
        return self._client

    async def meant(self, asking: Awaitable[str]) -> str | SendError:
        """Return what was answered, or what the error means for the next try."""
        with attempt() as trying:
            try:
                return await asking
            except TwilioRestException as error:
                return refusal(error.status, error.code, self._codes)
            except (TimeoutError, ClientError, OSError):
                return trying.unanswered()
            except (TwilioException, ValueError, TypeError, AttributeError, KeyError):  # it said yes to something else
                return Unreachable("rubbish", maybe_accepted=True)

    async def fetch(self, url: str, limit: int) -> bytes | SendError:
        """Return what a message brought along, if it has no more than `limit` bytes; `url` is of a signed call."""
        if self._transport is None:
            raise RuntimeError("the account was not opened")
        login = self._login
        try:
            return await self._transport.fetch(url, (login.account_sid, login.auth_token), limit)
        except (TimeoutError, ClientError, OSError, ValueError):
            return Unreachable("no_file")

    def signed_form(self, call: WebhookCall) -> MultiDict[str] | None:
        """Return the form of a call that Twilio signed (X-Twilio-Signature over URL and form), else None."""
        form = MultiDict(parse_qsl(call.body.decode(errors="replace"), keep_blank_values=True))
        signature = call.headers.get("x-twilio-signature", "")
        return form if self._validator.validate(call.url, form, signature) else None

    async def look(self) -> str | SendError:
        """Ask for the account itself; returns its state, which is "active" or an error."""
        return await self.meant(self._state())

    async def _state(self) -> str:
        account = await self.client.api.accounts(self.name).fetch_async()
        if account.status != ACTIVE:
            raise TwilioRestException(HTTPStatus.FORBIDDEN, "", "the account is not active")
        return ACTIVE


def sid_of(resource: object) -> str:
    """Return the id of what was made; a ValueError if the answer has none."""
    sid = getattr(resource, "sid", None)
    if not isinstance(sid, str) or not sid:
        raise ValueError("an answer without an id")
    return sid
