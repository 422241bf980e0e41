"""The board itself: who sits in which room, and lines that pass on what is said there, in order and in bounds."""

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from app.switchboard import words
from app.switchboard.carrier import Carrier, Within
from app.switchboard.stills import Wall
from broadcast.channels.webchat.allowance import Allowance

PER_MINUTE: Final = 400  # messages of one line: a call needs about thirty
WAITING: Final = 200  # messages that a slow page may leave unread
IN_A_ROOM: Final = 12  # lines on this hub: the phone itself shows to four at once
AT_ALL: Final = 600


class Side(StrEnum):
    FIELD = "field"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class Seat:
    """One page in a room. The same page has the same name when it comes back."""

    room: str
    side: Side
    name: str

    @classmethod
    def of(cls, room: str, side: Side, whose: str, page: str) -> "Seat":
        """Name it by who holds it and which page it is: nobody can take another's."""
        return cls(room, side, hashlib.sha256(f"{room} {side} {whose} {page}".encode()).hexdigest()[:16])


class Closed(Exception):
    """The line is to be ended, and why: a code that the page understands."""

    def __init__(self, code: int) -> None:
        self.code = code


MALFORMED, TOO_MUCH, TAKEN_OVER, OVER, CROWDED = 4400, 4429, 4409, 4403, 4503


@dataclass(slots=True, eq=False)
class Line:
    """What one page says and hears."""

    seat: Seat
    carrier: Carrier
    allowance: Allowance
    unread: asyncio.Queue[dict[str, Any] | Closed] = field(default_factory=lambda: asyncio.Queue(WAITING))
    hang_up: Callable[[], None] = lambda: None

    async def say(self, said: str) -> None:
        """Pass on what the page said, with its seat written on it; raises Closed for what no page of ours says."""
        if self.allowance.take(self.seat.name):
            raise Closed(TOO_MUCH)
        heard = words.read(said, field=self.seat.side is Side.FIELD)
        if heard is None:
            raise Closed(MALFORMED)
        await self.announce(heard)

    async def announce(self, said: dict[str, Any]) -> None:
        marked = said | {"from": self.seat.name, "side": self.seat.side.value}
        await self.carrier.say(self.seat.room, json.dumps(marked).encode())

    async def next(self) -> dict[str, Any]:
        """Wait for the next thing to hear; raises Closed if the line is to be ended."""
        heard = await self.unread.get()
        if isinstance(heard, Closed):
            raise heard
        return heard

    def hear(self, carried: bytes) -> None:
        said: dict[str, Any] = json.loads(carried)
        if said["from"] == self.seat.name:
            return
        if said["side"] == self.seat.side.value:
            if self.seat.side is Side.FIELD and said["kind"] == "seated":
                self.end(TAKEN_OVER)  # opened anew: a phone shows from one page
            return
        if said.get("to", self.seat.name) == self.seat.name:
            self.note(said)

    def end(self, code: int) -> None:
        while self.unread.full():
            self.unread.get_nowait()
        self.unread.put_nowait(Closed(code))

    def note(self, said: dict[str, Any]) -> None:
        """Have the page hear this next."""
        if self.unread.full():
            self.end(TOO_MUCH)
        else:
            self.unread.put_nowait(said)


class Switchboard:
    """All rooms of this hub. `carrier` is put in its place before anybody sits down."""

    def __init__(self, carrier: Carrier | None = None) -> None:
        self._carrier = carrier or Within()
        self._rooms: dict[str, set[Line]] = {}
        self._allowance = Allowance(PER_MINUTE)
        self.wall = Wall(self._carrier)

    def connect(self, carrier: Carrier) -> None:
        """Let another carrier carry from now on."""
        self._carrier = carrier
        self.wall = Wall(carrier)

    async def sit_down(self, seat: Seat) -> Line:
        """Open a line for a page; raises Closed if there are too many."""
        there = self._rooms.get(seat.room, set())
        before = [each for each in there if each.seat == seat]
        for each in before:
            each.end(TAKEN_OVER)
        crowded = len(there) - len(before) >= IN_A_ROOM
        if crowded or sum(map(len, self._rooms.values())) >= AT_ALL:
            raise Closed(CROWDED)
        line = Line(seat, self._carrier, self._allowance)
        line.hang_up = self._carrier.listen(seat.room, line.hear)
        self._rooms.setdefault(seat.room, set()).add(line)
        await line.announce({"kind": "seated"})
        return line

    async def stand_up(self, line: Line) -> None:
        line.hang_up()
        there = self._rooms.get(line.seat.room, set())
        there.discard(line)
        if not there:
            self._rooms.pop(line.seat.room, None)
        if not any(each.seat == line.seat for each in there):
            await line.announce({"kind": "gone"})

    def close_room(self, room: str) -> None:
        """End every line of a check that is over."""
        for line in tuple(self._rooms.get(room, ())):
            line.end(OVER)
