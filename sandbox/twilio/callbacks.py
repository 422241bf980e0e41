"""Call-backs to the customer's server, signed as Twilio signs them, tried again when it does not answer well."""

import asyncio
from collections.abc import Mapping

import aiohttp

from sandbox.twilio.signing import signature

TRIES = 25
RETRY = 0.2  # seconds


class Callbacks:
    """Brings forms to addresses; what is under way is cut off at the end."""

    def __init__(self, token: str, session: aiohttp.ClientSession) -> None:
        self._token = token
        self._session = session
        self._under_way: set[asyncio.Task[None]] = set()

    def later(self, url: str, *forms: Mapping[str, str], delay: float) -> None:
        """Bring `forms` one after the other, without waiting for it here."""
        task = asyncio.create_task(self._bring_all(url, forms, delay))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def bring(self, url: str, form: Mapping[str, str]) -> int:
        """Bring one form once; return the HTTP status, 0 if there was no answer."""
        return (await self._post(url, form))[0]

    async def ask(self, url: str, form: Mapping[str, str]) -> str:
        """Bring one form and return what was answered; nothing if it was no success."""
        status, content = await self._post(url, form)
        return content if status // 100 == 2 else ""  # noqa: PLR2004 - an HTTP status of success

    async def surely(self, url: str, form: Mapping[str, str]) -> None:
        """Bring one form, again and again until it is taken."""
        for _ in range(TRIES):
            if await self.bring(url, form) // 100 == 2:  # noqa: PLR2004 - an HTTP status of success
                break
            await asyncio.sleep(RETRY)

    async def quiet(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    def cut_off(self) -> None:
        for task in self._under_way:
            task.cancel()

    async def _bring_all(self, url: str, forms: tuple[Mapping[str, str], ...], delay: float) -> None:
        for form in forms:
            await asyncio.sleep(delay)
            await self.surely(url, form)

    async def _post(self, url: str, form: Mapping[str, str]) -> tuple[int, str]:
        headers = {"X-Twilio-Signature": signature(self._token, url, form), "User-Agent": "TwilioProxy/1.1"}
        try:
            async with self._session.post(url, data=dict(form), headers=headers) as answer:
                return answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return 0, ""
