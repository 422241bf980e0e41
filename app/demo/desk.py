"""A desk: one operator at the hub's API. Every unsafe call has its key; a refusal comes with the hub's own words."""

from collections.abc import AsyncIterator
from typing import Any

import httpx

from app.demo.errors import CallRefused
from ground.ids import new_id


class Desk:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def get(self, path: str, **query: str | int) -> Any:
        return _answer(await self._client.get(path, params=query))

    async def post(self, path: str, body: object = None, **query: str | int) -> Any:
        headers = {"Idempotency-Key": new_id()}
        return _answer(await self._client.post(path, json={} if body is None else body, params=query, headers=headers))

    async def put(self, path: str, body: object) -> Any:
        return _answer(await self._client.put(path, json=body, headers={"Idempotency-Key": new_id()}))

    async def upload(self, path: str, content: bytes, kind: str, **query: str | int) -> Any:
        """Post a file as it is: a CAP message, a recording, a CSV file."""
        headers = {"Content-Type": kind}
        return _answer(await self._client.post(path, content=content, params=query, headers=headers))

    async def everything(self, path: str, **query: str | int) -> AsyncIterator[Any]:
        """Yield all items of a listing, page after page."""
        cursor: dict[str, str] = {}
        while True:
            page = await self.get(path, **query, **cursor)
            for item in page["items"]:
                yield item
            if page["next"] is None:
                return
            cursor = {"cursor": page["next"]}


def _answer(response: httpx.Response) -> Any:
    if response.is_error:
        call = f"{response.request.method} {response.request.url.path}"
        raise CallRefused(call=call, status=response.status_code, why=_why(response))
    return response.json() if response.content else None


def _why(response: httpx.Response) -> str:
    try:
        problem = response.json()
    except ValueError:
        return "without a reason"
    wrong = "; ".join(f"{each['pointer']}: {each['detail']}" for each in problem.get("errors") or ())
    return f"{problem.get('detail', '')} {wrong}".strip()
