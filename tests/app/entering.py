"""Somebody to be entered by hand, how that is called for, and an ear for what is told of it."""

from collections.abc import Sequence
from typing import Any

import httpx
from sqlalchemy import func, select

from app.house import House
from ground.events import Event, NewsDesk, Subscription
from ground.transaction import Transaction

WANG: dict[str, Any] = {
    "name": "王小明",
    "area": "1",
    "language": "zh_CN",
    "phone_kind": "smart",
    "phone": "+1 555 0100",
    "telegram": "7000000001",
    "needs": ["lives_alone", "cannot_walk"],
    "whereabouts": "away",
}


class Ear:
    """Hears what is told of addresses."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._heard: list[str] = []
        house.desk = NewsDesk([Subscription("ear", frozenset({"address.opened", "address.closed"}), self._hear)])

    async def told(self) -> Sequence[str]:
        await self._house.desk.hand_on(self._house.database)
        heard, self._heard = self._heard, []
        return sorted(heard)

    async def _hear(self, _tx: Transaction, news: Event) -> None:
        self._heard.append(news.kind)


async def enter(http: httpx.AsyncClient, who: dict[str, str], path: str = "/people", **fields: Any) -> int:
    answer = await http.post(path, headers=who, json=fields)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def change(http: httpx.AsyncClient, who: dict[str, str], path: str, **fields: Any) -> bool:
    answer = await http.patch(path, headers=who, json=fields)
    assert answer.status_code == 200, answer.text
    return bool(answer.json()["changed"])


async def numbers(http: httpx.AsyncClient, who: dict[str, str], person: int) -> dict[str, str]:
    """Return the open addresses of a person by channel."""
    found = (await http.get(f"/people/{person}/addresses", headers=who)).json()
    return {each["channel"]: each["value"] for each in found if each["closed_at"] is None}


async def problem(answer: httpx.Response) -> dict[str, tuple[str | None, str]]:
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json"), answer.text
    return {each["pointer"]: (each.get("value"), each["detail"]) for each in answer.json()["errors"]}


async def count(house: House, table: Any) -> int:
    async with house.database.reading() as tx:
        return int(await tx.value(select(func.count()).select_from(table)))
