"""What carries words from one line to the others of a room: within this process, or between hubs as well."""

from collections.abc import Callable
from typing import Protocol

Hear = Callable[[bytes], None]


class Carrier(Protocol):
    """Carries at most once and in each speaker's order. What is lost is asked for again: pages redial."""

    def listen(self, room: str, hear: Hear) -> Callable[[], None]:
        """Have everything that is said in a room from now on heard, one's own words too; return how to stop that."""
        ...

    async def say(self, room: str, words: bytes) -> None: ...


class Within:
    """A carrier for one process."""

    def __init__(self) -> None:
        self._rooms: dict[str, list[Hear]] = {}

    def listen(self, room: str, hear: Hear) -> Callable[[], None]:
        self._rooms.setdefault(room, []).append(hear)

        def stop() -> None:
            those = self._rooms.get(room, [])
            if hear in those:
                those.remove(hear)
            if not those:
                self._rooms.pop(room, None)

        return stop

    async def say(self, room: str, words: bytes) -> None:
        self.tell(room, words)

    def tell(self, room: str, words: bytes) -> None:
        """Let everybody who listens here hear it now."""
        for hear in tuple(self._rooms.get(room, ())):
            hear(words)

    def listeners(self, room: str) -> int:
        return len(self._rooms.get(room, ()))
