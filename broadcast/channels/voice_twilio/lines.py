"""Lines: at most so many calls at once, each from its dialling to its end or until it must have ended."""

import asyncio
from contextlib import AsyncExitStack
from secrets import token_hex

from broadcast.channels.pace import Pacer
from broadcast.notices import Lane


class Lines:
    """Turns of the account that last as long as a call; the name of a line travels in the call's addresses.

    Where another process hears how calls end, a line is free again when `longest` seconds have passed.
    """

    def __init__(self, pacer: Pacer, longest: float) -> None:
        self._pacer = pacer
        self._longest = longest
        self._held: dict[str, asyncio.TimerHandle] = {}

    def start(self, stack: AsyncExitStack) -> None:
        stack.callback(self._free_all)

    async def take(self, lane: Lane) -> str:
        """Wait for a line; raises NoTurn when there is none soon."""
        await self._pacer.take(lane)
        name = token_hex(6)
        self._held[name] = asyncio.get_running_loop().call_later(self._longest, self.free, name)
        return name

    def free(self, name: str) -> None:
        """Give a line back; a name that is not known any more changes nothing."""
        lapsing = self._held.pop(name, None)
        if lapsing is not None:
            lapsing.cancel()
            self._pacer.give_back()

    def _free_all(self) -> None:
        for name in list(self._held):
            self.free(name)
