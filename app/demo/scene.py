"""What every act has at hand, and how it waits for what must come."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from app.demo.cast import Cast
from app.demo.crowd import Crowd
from app.demo.desk import Desk
from app.demo.errors import StoryFailed
from app.demo.screen import Screen
from app.demo.stage import Stage

T = TypeVar("T")
LOOK = 0.25  # seconds
PATIENCE = 90.0  # seconds


@dataclass(slots=True)
class Scene:
    """The stage, the people at their desks, the villagers, and the warnings so far (by what the API calls them)."""

    stage: Stage
    screen: Screen
    cast: Cast
    crowd: Crowd
    admin: Desk
    officer: Desk
    approver: Desk
    duty: Desk
    dongjia: Desk  # the township of the hail
    tokens: Mapping[str, str] = field(repr=False)
    people: Mapping[str, int] = field(default_factory=dict)  # the sample's name for somebody → the hub's
    orange: str = ""
    red: str = ""
    order: str = ""  # of evacuation
    evacuated: int = 0  # people who were moved
    still_missing: int = 0  # on the missing list of the evacuation when it was lifted
    called: Mapping[str, int] = field(default_factory=dict)  # ladders and calls
    passed: int = 0  # video checks
    relief: Mapping[str, int] = field(default_factory=dict)

    async def notice(self, alert: str) -> str:
        """Return the newest notice of a warning's chain."""
        listed = await self.duty.get(f"/alerts/{alert}/notices")
        return str(listed[-1]["id"])

    async def progress(self, notice: str) -> Any:
        return await self.duty.get(f"/notices/{notice}")

    async def missing(self, notice: str) -> list[Any]:
        return [each async for each in self.duty.everything(f"/notices/{notice}/missing")]

    async def prove(self, person: str, channel: str) -> None:
        """Let somebody send a one-time code from their phone or chat: from then on it is proven to be theirs."""
        made = await self.admin.post(f"/people/{self.people[person]}/proof-codes")
        if channel == "sms":
            await self.stage.director.text(self.cast.phones[person], made["code"])
        else:
            await self.stage.director.write(self.cast.chats[person], made["code"])

        async def proven() -> bool:
            listed = await self.admin.get(f"/people/{self.people[person]}/addresses")
            return any(each["channel"] == channel and each["verified_at"] is not None for each in listed)

        await self.until("a number or a chat proven", proven)

    async def until(self, what: str, look: Callable[[], Awaitable[T | None]], patience: float = PATIENCE) -> T:
        """Return what `look` finds; StoryFailed with `what` if it finds nothing in time."""
        end = time.monotonic() + patience
        while True:
            self.crowd.check()
            found = await look()
            if found:
                return found
            if time.monotonic() > end:
                raise StoryFailed(what=f"nobody saw {what} within {patience:.0f} seconds")
            await asyncio.sleep(LOOK)


def states_of(progress: Any, channel: str | None = None) -> dict[str, int]:
    """Return how many deliveries are in which state, on one channel or on all."""
    total: dict[str, int] = {}
    for name, states in progress["channels"].items():
        if channel in (None, name):
            for state, n in states.items():
                total[state] = total.get(state, 0) + n
    return total
