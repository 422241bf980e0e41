"""Lines: at most so many calls at once and so many a second, however many hubs share the account and its database.

Lines are rows with a lease, from a call's dialling to its end, or until it must have ended: so any hub may hear how a
call ends, and what a hub held that died is free again: soon, if no call was placed on it yet. They are fetched for all
who wait, at most for the calls of the next few seconds: another hub wants some, too.
"""

import asyncio
from collections import deque
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from math import ceil
from secrets import token_hex
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from broadcast.channels.errors import NoTurn
from broadcast.channels.pace import Pace, Pacer
from broadcast.notices import Lane
from broadcast.stores import voice_lines
from broadcast.stores.voice_lines import Line
from ground.actor import system
from ground.clock import SECOND
from ground.transaction import Database

log = structlog.get_logger()
EXCHANGE = system("voice lines")
AHEAD: Final = 5.0  # seconds of calls that are fetched at once
AT_HAND: Final = 60.0  # seconds for which they are held until calls are placed
FRESH: Final = 30.0  # seconds after which a line at hand is fetched anew
LOOK: Final = 0.5  # seconds from one look for a free line to the next
GATHER: Final = 0.05  # seconds in which lines that come free are given back together
KEEP: Final = 2.0  # seconds in which calls that are placed are noted together
FAREWELL: Final = 5.0  # seconds that giving back may still take when the hub stops
SOON: Final = 5.0  # seconds after which one without a line tries again


@dataclass(frozen=True, slots=True)
class Lease:
    """What the account may do. `longest` are the seconds after which a call must have ended."""

    account: str
    lines: int
    per_second: float
    longest: float
    patience: float  # seconds one waits for a line
    replies_share: float = 0.1


@dataclass(frozen=True, slots=True)
class _AtHand:
    line: Line
    turn: float  # when its call may be placed
    fetched: float


class Lines:
    """Hands out lines, each with its turn to call; the most urgent lane first. Used inside one event loop."""

    def __init__(self, database: Database, lease: Lease) -> None:
        self._database = database
        self._lease = lease
        pace = Pace(lease.per_second, replies_share=lease.replies_share, at_once=1, patience=lease.patience)
        self._pacer = Pacer(pace)  # of this hub: who is next, and a rate that no hub alone exceeds
        self._laid = False
        self._wanting = 0
        self._at_hand: deque[_AtHand] = deque()
        self._placed: set[Line] = set()
        self._returning: set[Line] = set()
        self._ended = asyncio.Event()
        self._news = asyncio.Event()
        self._clerk: asyncio.Task[None] | None = None

    def start(self, stack: AsyncExitStack) -> None:
        stack.push_async_callback(self._close)

    def pause(self, seconds: float) -> None:
        self._pacer.pause(seconds)

    async def take(self, lane: Lane) -> str:
        """Wait for a line and a turn, and return the line's name; raises NoTurn when there is none soon."""
        self._wanting += 1
        try:
            async with self._pacer.turn(lane), asyncio.timeout(self._lease.patience):
                return str(await self._next())
        except TimeoutError:
            raise NoTurn(seconds=SOON) from None
        finally:
            self._wanting -= 1
            if not self._wanting:
                self._let_go()

    def free(self, name: str) -> None:
        """Give a line back, soon; a name that is not known any more changes nothing."""
        line = Line.parse(name)
        if line is not None:
            self._give_back(line)

    async def _next(self) -> Line:
        """Return a line once its turn has come. One at a time is here: see `at_once` above."""
        loop = asyncio.get_running_loop()
        while True:
            if self._at_hand and self._at_hand[0].fetched + FRESH < loop.time():
                self._let_go()
            if not self._at_hand:  # shielded: what a fetch holds when its caller has gone must be known, to be let go
                await asyncio.shield(asyncio.create_task(self._fetch(), name="voice lines"))
            if self._at_hand:
                await asyncio.sleep(max(0.0, self._at_hand[0].turn - loop.time()))
                return self._placed_on(self._at_hand.popleft().line)
            self._news.clear()
            try:
                async with asyncio.timeout(LOOK):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def _fetch(self) -> None:
        lease, loop = self._lease, asyncio.get_running_loop()
        interval = ceil(SECOND / lease.per_second)
        wanted = max(1, min(self._wanting, ceil(AHEAD * lease.per_second), lease.lines))
        hold = round(min(AT_HAND, lease.longest) * SECOND)
        most = {"lines": lease.lines, "wanted": wanted, "hold": hold, "interval": interval}
        try:
            async with self._database.writing() as tx:
                if not self._laid:
                    await voice_lines.lay(tx, EXCHANGE, lease.account, lease.lines)
                taken = await voice_lines.take(tx, EXCHANGE, lease.account, token_hex(6), **most)
        except (DBAPIError, OSError) as fault:
            log.warning("lines.unreadable", fault=type(fault).__name__)
            return
        self._laid = True
        now = loop.time()
        turns = (now + (taken.first_in + place * interval) / SECOND for place in range(len(taken.lines)))
        self._at_hand += [_AtHand(line, turn, now) for line, turn in zip(taken.lines, turns, strict=True)]
        if not self._wanting:
            self._let_go()

    def _let_go(self) -> None:
        """Nobody waits here any more: what is at hand is another hub's to use."""
        while self._at_hand:
            self._give_back(self._at_hand.popleft().line)

    def _placed_on(self, line: Line) -> Line:
        self._placed.add(line)
        self._call_clerk()
        return line

    def _give_back(self, line: Line) -> None:
        self._returning.add(line)
        self._ended.set()
        self._call_clerk()

    def _call_clerk(self) -> None:
        if self._clerk is None or self._clerk.done():
            self._clerk = asyncio.create_task(self._note(), name="voice lines")

    async def _note(self) -> None:
        """Note which calls are placed and which have ended, those of a moment together."""
        while self._placed or self._returning:
            with suppress(TimeoutError):
                async with asyncio.timeout(KEEP):
                    await self._ended.wait()
                    await asyncio.sleep(GATHER)
            self._ended.clear()
            await self._note_now()
            self._news.set()

    async def _note_now(self) -> None:
        """What cannot be noted is as if we had died: a line lapses, and the vendor refuses one call too many."""
        placed, ended = self._placed - self._returning, self._returning
        self._placed, self._returning = set(), set()
        account, hold = self._lease.account, round(self._lease.longest * SECOND)
        try:
            async with self._database.writing() as tx:
                await voice_lines.keep(tx, EXCHANGE, account, placed, hold)
                await voice_lines.give_back(tx, EXCHANGE, account, ended)
        except (DBAPIError, OSError) as fault:
            log.warning("lines.unnoted", placed=len(placed), ended=len(ended), fault=type(fault).__name__)

    async def _close(self) -> None:
        """Calls that are under way keep their lines: whichever hub hears of their end gives them back."""
        self._let_go()
        self._ended.set()
        if self._clerk is not None:
            _, late = await asyncio.wait({self._clerk}, timeout=FAREWELL)
            for clerk in late:
                clerk.cancel()
