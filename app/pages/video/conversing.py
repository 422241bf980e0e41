"""A line that stays open between a page and the switchboard, for as long as the page may sit there."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import structlog
from fastapi import WebSocket

from app.house import House
from app.switchboard.board import MALFORMED, OVER, Closed, Line, Seat
from app.switchboard.relays import relays_for
from ground.clock import machine_now

log = structlog.get_logger()

BEAT: Final = 10.0  # seconds; a page that hears nothing for longer takes the line for dead
LEFT: Final = 1000  # the code of a page that went by itself
Allowed = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Conversation:
    """One page's line. `allowed`: whether it may still sit there, asked at every beat."""

    house: House
    socket: WebSocket
    seat: Seat
    allowed: Allowed

    async def hold(self) -> None:
        """Pass words on until the page goes or may no longer sit there."""
        board = self.house.switchboard
        try:
            line = await board.sit_down(self.seat)
        except Closed as closed:
            await self.socket.close(closed.code)
            return
        try:
            line.note({"kind": "welcome", "me": self.seat.name, "servers": self._servers()})
            code = await _first_end(self._listen(line), self._tell(line), self._watch(line))
        finally:
            await board.stand_up(line)
        log.info("line.closed", side=self.seat.side.value, code=code)
        with suppress(RuntimeError):  # it is closed already
            await self.socket.close(code)

    async def _listen(self, line: Line) -> None:
        while True:
            message = await self.socket.receive()
            if message["type"] == "websocket.disconnect":
                raise Closed(LEFT)
            said = message.get("text")
            if not isinstance(said, str):
                raise Closed(MALFORMED)
            await line.say(said)

    async def _tell(self, line: Line) -> None:
        while True:
            await self.socket.send_json(await line.next())

    async def _watch(self, line: Line) -> None:
        """See at each beat that the page may still sit there; give it fresh relays before the old ones run out."""
        fresh_for = self.house.settings.video.turn.ttl / 2
        age = 0.0
        while True:
            await asyncio.sleep(BEAT)
            if not await self.allowed():
                raise Closed(OVER)
            age += BEAT
            if age >= fresh_for:
                age = 0.0
                line.note({"kind": "relays", "servers": self._servers()})
            line.note({"kind": "beat"})

    def _servers(self) -> dict[str, Any]:
        """Return what a browser's peer connection is made with."""
        video = self.house.settings.video
        found = relays_for(video, self.seat.name, machine_now())
        return {"iceServers": found, "iceTransportPolicy": "relay" if video.turn.only else "all"}


async def _first_end(*work: Coroutine[Any, Any, None]) -> int:
    """Do all at once until one ends, and return the code with which to close."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    faults = [task.exception() for task in done]
    codes = [fault.code for fault in faults if isinstance(fault, Closed)]
    for fault in faults:
        if fault is not None and not isinstance(fault, Closed | RuntimeError):
            log.warning("line.broken", fault=type(fault).__name__)
    return codes[0] if codes else LEFT
