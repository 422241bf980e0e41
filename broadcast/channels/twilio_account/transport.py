"""The Twilio SDK's HTTP seam, filled with one shared aiohttp session that goes to the base address of the settings.

The SDK's own asynchronous client logs numbers and opens a session of its own; edge and region cannot name a host.
"""

import logging
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from aiohttp import ClientSession
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from yarl import URL

from broadcast.channels.attempt import patience
from broadcast.channels.errors import Rejected, SendError, Unreachable

MOST_REDIRECTS = 3
CHUNK = 64 * 1024
_silent = logging.getLogger("twilio.silent")  # the seam asks for one; nothing is written to it


class SharedTransport(AsyncHttpClient):  # type: ignore[misc]  # the SDK has no types
    """Answers `request` as the SDK wants it; one session for all calls, whatever host the SDK thinks of."""

    def __init__(self, session: ClientSession, base_url: str, timeout: float) -> None:
        super().__init__(_silent, is_async=True, timeout=timeout)
        self._session = session
        self._base = urlsplit(base_url.rstrip("/"))
        self._patience = patience(timeout)

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109, ARG002 - the SDK's signature
        allow_redirects: bool = False,  # noqa: FBT001, FBT002 - the SDK's signature
    ) -> Response:
        answer = await self._session.request(
            method.upper(),
            URL(self._rebased(uri), encoded=True),
            params=_plain(params),
            data=urlencode(data or {}, doseq=True).encode(),
            headers={**(headers or {}), **_authorization(auth)},
            timeout=self._patience,
            allow_redirects=allow_redirects,
        )
        async with answer:
            return Response(answer.status, (await answer.read()).decode(errors="replace"), answer.headers)

    async def fetch(self, url: str, auth: tuple[str, str], limit: int) -> bytes | SendError:
        """Read a file of the account; where the API sends us on to, our password does not go along."""
        asked = self._session.get(
            URL(self._rebased(url), encoded=True),
            headers=_authorization(auth),
            timeout=self._patience,
            max_redirects=MOST_REDIRECTS,
        )
        async with asked as answer:
            if not answer.ok:
                return Unreachable("no_file")
            content = bytearray()
            async for chunk in answer.content.iter_chunked(CHUNK):
                content += chunk
                if len(content) > limit:
                    return Rejected("file_too_large")
            return bytes(content)

    def _rebased(self, uri: str) -> str:
        asked = urlsplit(uri)
        return urlunsplit((self._base.scheme, self._base.netloc, self._base.path + asked.path, asked.query, ""))


def _plain(params: dict[str, object] | None) -> dict[str, str] | None:
    return {name: str(value) for name, value in params.items()} if params else None


def _authorization(auth: tuple[str, str] | None) -> dict[str, Any]:
    return {"Authorization": "Basic " + b64encode(":".join(auth).encode()).decode()} if auth else {}
