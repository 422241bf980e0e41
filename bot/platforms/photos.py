"""Photos on their way in: fetched and looked at before the turn is heard; one that cannot be had is named as lost."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog

from broadcast.channels.errors import SendError, Throttled, Unreachable
from broadcast.channels.kind import Surroundings
from ground import media
from ground.errors import MediaRefused
from ground.media import MEBIBYTE, MediaFolder
from ground.pictures import renewed

log = structlog.get_logger()
LARGEST: Final = 5 * MEBIBYTE
LOST: Final = "photo_lost"
TRIES: Final = 2

Fetch = Callable[[], Awaitable[bytes | SendError]]


@dataclass(frozen=True, slots=True)
class Album:
    """Where photos are kept: the file under its digest, and the row that says what it is."""

    around: Surroundings

    async def keep(self, fetch: Fetch) -> str:
        """Return the digest of a photo, or nothing if it could not be had: a turn never fails for its photo."""
        content = await _fetched(fetch)
        if isinstance(content, SendError):
            log.warning("photo.lost", reason=content.reason)
            return ""
        try:
            drawn = await renewed(content)  # without the place and the camera that a file tells of
            medium = await MediaFolder(self.around.folder / "media", LARGEST).keep(drawn)
        except MediaRefused as refused:
            log.warning("photo.lost", reason=str(refused))
            return ""
        async with self.around.database.writing() as tx:
            await media.record(tx, medium, self.around.clock.now(), "photo")
        return medium.digest


async def _fetched(fetch: Fetch) -> bytes | SendError:
    """Try once more what may be there a moment later."""
    content = await fetch()
    for _ in range(TRIES - 1):
        if not isinstance(content, Unreachable | Throttled):
            break
        content = await fetch()
    return content
