"""The director: moves the people and boxes of the sandbox, and reads its ledger."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

Line = Mapping[str, Any]
"""One line of the ledger, as sandbox/ledger.py writes it."""


class Director:
    """Speaks to the sandbox's control address."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def ledger(self, since: int = 0) -> tuple[Sequence[Line], int]:
        """Return the lines from number `since` on, and where to go on."""
        told = await self._get("/ledger", since=since)
        return told["entries"], int(told["next"])

    async def press(self, chat: str, button: str) -> None:
        """Let whoever is in the chat press its newest button that says `button`."""
        await self._post("/telegram/press", {"chat": int(chat), "button": button})

    async def write(self, chat: str, text: str) -> None:
        """Let whoever is in the chat write to the bot."""
        await self._post("/telegram/message", {"chat": int(chat), "text": text})

    async def open_page(self, page: str, url: str, code: str = "") -> str:
        """Let a villager open the hub's chat in a browser, and keep it open; return the browser's address."""
        answer = await self._client.post("/browser/open", json={"page": page, "url": url, "code": code})
        answer.raise_for_status()
        return str(answer.json()["address"])

    async def write_on_page(self, page: str, text: str) -> None:
        await self._post("/browser/say", {"page": page, "text": text})

    async def photo(self, chat: str, content: bytes, caption: str) -> None:
        """Let whoever is in the chat send a photo with words below it."""
        sent = {"kind": "photo", "content": b64encode(content).decode(), "caption": caption}
        await self._post("/telegram/thing", {"chat": int(chat), **sent})

    async def press_exactly(self, chat: str, carried: str) -> None:
        """Let whoever is in the chat press the very button that carries this."""
        await self._post("/telegram/press", {"chat": int(chat), "data": carried})

    async def block_bot(self, chat: str) -> None:
        await self._post("/telegram/block", {"chat": int(chat)})

    async def text(self, number: str, body: str) -> None:
        """Let a phone text the hub."""
        await self._post("/twilio/sms", {"from": number, "body": body})

    async def telephone(self, number: str, **manner: object) -> None:
        """Say how a number takes calls: `keys` pressed, `from_call` the first that is answered, see the sandbox."""
        await self._post("/twilio/telephone", {"number": number, **manner})

    async def sms_url(self, url: str) -> None:
        await self._post("/twilio/sms_url", {"url": url})

    async def phone_fails(self, number: str, code: int | None) -> None:
        """Let every text to a number end in one of Twilio's error codes; None: let it arrive again."""
        await self._post("/twilio/phone", {"number": number, "error": code})

    async def receipts(self, order: Sequence[str]) -> None:
        """Say which statuses follow a text that was taken; none: nobody ever hears of it."""
        await self._post("/twilio/receipts", {"order": list(order)})

    async def receipt(self, url: str, line: Line, status: str) -> int:
        """Bring one status of a text that a phone received; return what the hub answered."""
        body = {"url": url, "sid": line["provider_id"], "to": line["address"], "status": status}
        answer = await self._client.post("/twilio/status", json=body)
        answer.raise_for_status()
        return int(answer.json()["answer"])

    async def fault(self, peer: str, kind: str | None, times: int = 1, seconds: float = 0) -> None:
        """Let the next answers of `peer` go wrong, see sandbox/faults.py; None takes all orders back."""
        await self._post(f"/{peer}/faults", {"kind": kind, "times": times, "seconds": seconds})

    async def put_up(self, accounts: Mapping[str, Mapping[str, Any]]) -> None:
        """Mount gateways (code → what the hub's API says it needs to connect) and switch them on."""
        by_broker = next(iter(accounts.values()))
        boxes = [
            {
                "code": code,
                "username": account["username"],
                "password": account["password"],
                "up": account["writes"][0],
                "reads": account["reads"],
            }
            for code, account in accounts.items()
        ]
        fitted = {"host": by_broker["host"], "port": by_broker["port"], "keys": [by_broker["public_key"]]}
        await self._post("/speaker/gateways", {**fitted, "heartbeat": 5.0, "gateways": boxes})

    async def gateways_online(self) -> int:
        told = await self._get("/speaker/gateways")
        return sum(bool(each["online"]) for each in told.values())

    async def gateway_goes(self, code: str, where: str) -> None:
        """Cut a gateway's line (`offline`), or mend it (`online`)."""
        await self._post(f"/speaker/gateways/{code}/{where}", {})

    async def _get(self, path: str, **query: int) -> Any:
        answer = await self._client.get(path, params=query)
        answer.raise_for_status()
        return answer.json()

    async def _post(self, path: str, body: Mapping[str, object]) -> None:
        (await self._client.post(path, json=body)).raise_for_status()
