"""The newest small picture of each phone that shows: for the wall, kept in memory, gone with the process."""

import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from app.switchboard.carrier import Carrier

ROOM: Final = "stills"
KEPT: Final = 300
LARGEST: Final = 120_000  # bytes


@dataclass(frozen=True, slots=True)
class Still:
    """One small picture, and when it came (machine time)."""

    at: int
    picture: bytes = field(repr=False)


class Wall:
    """What all phones showed last, whichever hub they sent it to."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._stills: OrderedDict[str, Still] = OrderedDict()
        self.stop: Callable[[], None] = carrier.listen(ROOM, self._hear)

    async def hang(self, check: str, still: Still) -> None:
        head = json.dumps({"check": check, "at": still.at}).encode()
        await self._carrier.say(ROOM, head + b"\n" + still.picture)

    def of(self, check: str) -> Still | None:
        return self._stills.get(check)

    def _hear(self, words: bytes) -> None:
        head, _, picture = words.partition(b"\n")
        said = json.loads(head)
        self._stills.pop(said["check"], None)
        self._stills[said["check"]] = Still(said["at"], picture)
        if len(self._stills) > KEPT:
            self._stills.popitem(last=False)
