"""A village committee member with the roll of a group on a phone: a browser with its cookie, its origin, its keys."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import update

from app.api.application import make_application
from app.house import House
from audiences.stores.tables import addresses
from bot.cases.evacuation import OrderKind
from bot.evacuation.advancing import Marshal, advance
from bot.evacuation.ordering import MARSHAL, Asked, order
from bot.stores.evacuation import links
from bot.stores.evacuation.orders import Order
from bot.telling import Teller
from ground.actor import Actor
from ground.transaction import Database
from tests.builders import NOON, World

ORIGIN = "http://hub.test"


@dataclass(frozen=True)
class Slope:
    """Two households and four people under a slope, and who answers for them. Row 1 cannot walk."""

    county: int
    group: int
    shelter: int
    caller: int
    address: int  # the caller's proven one
    officer: Actor
    order: Order


async def slope(world: World, database: Database, clock: Any, kinds: Any = (), *, code: str = "1") -> Slope:
    """Build the slope, order its evacuation and let the roll be frozen."""
    county = await world.area(code, "丰城市", level="county")
    village = await world.area(f"{code}1", "车草村", parent=county)
    group = await world.area(f"{code}11", "北下组", parent=village, level="group")
    shelter = await world.site(village, "shelter", "车草小学")
    await world.site(village, "shelter", "村委会")
    number = f"+9990000{code:>04}"
    caller = await world.person(village, "章明", sms=number)
    answering: dict[str, Any] = {"responsible_a_id": caller, "shelter_id": shelter, "assembly_point": "晒谷场"}
    homes = [await world.household(group, **answering) for _ in range(2)]
    await world.person(group, "涂老太", household=homes[0], needs_codes=["cannot_walk"], sms=f"+9991111{code:>04}")
    await world.person(group, "涂国平", household=homes[0])
    await world.person(group, "李梅", household=homes[1])
    await world.person(group, "李小宝", household=homes[1])
    officer = await world.operator(county)
    async with database.writing() as tx:
        mine = addresses.c.value == number
        await tx.execute(update(addresses).where(mine).values(verified_at=1, verified_how="call"))
        address = int(await tx.value(addresses.select().where(mine).with_only_columns(addresses.c.id)))
        asked = Asked(kind=OrderKind.NOW, area=village)
        made = await order(tx, officer, Teller(kinds), asked, clock.now())
    await advance(Marshal(database, clock, Teller(kinds)))
    return Slope(county, group, shelter, caller, address, officer, made)


async def link_to(database: Database, there: Slope, *, at: int = NOON) -> str:
    """Return the secret of a fresh link, as the chat sends it."""
    async with database.writing() as tx:
        return await links.make(
            tx, MARSHAL, there.order.key, there.group, address_id=there.address, person=there.caller, at=at
        )


def key() -> str:
    return str(uuid4())


WRONG = 1_000_000_000_000  # what a phone says that was never set


def tapped(line: int, state: str = "moved", *, age: int = 0, **more: Any) -> dict[str, Any]:
    return {"key": key(), "line": line, "state": state, "at": WRONG - age} | more


class Phone:
    """One browser that opens links."""

    def __init__(self, house: House, **headers: str) -> None:
        self.roll = ""
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(make_application(house), raise_app_exceptions=False),
            base_url=ORIGIN,
            headers={"Origin": ORIGIN, **headers},
        )

    async def open(self, secret: str) -> httpx.Response:
        answer = await self.http.get(f"/v/{secret}")
        if answer.status_code == 303:
            self.roll = answer.headers["Location"].removeprefix("/v/")
        return answer

    async def look(self) -> httpx.Response:
        return await self.http.get(f"/v/{self.roll}/roll")

    async def rows(self) -> dict[int, dict[str, Any]]:
        answer = await self.look()
        assert answer.status_code == 200, answer.text
        return {row["number"]: row for home in answer.json()["homes"] for row in home["rows"]}

    async def report(
        self, *reports: dict[str, Any], added: list[dict[str, Any]] | None = None, sent: int = WRONG
    ) -> httpx.Response:
        batch = {"sent": sent, "reports": list(reports), "added": added or []}
        return await self.http.post(f"/v/{self.roll}/reports", json=batch)

    async def photo(self, content: bytes, kind: str = "image/jpeg") -> httpx.Response:
        return await self.http.post(f"/v/{self.roll}/photo", content=content, headers={"Content-Type": kind})
