"""Keeping what is shown: the very bytes, a reduced copy to be looked at, and what speaks against its freshness."""

import asyncio
from dataclasses import dataclass
from typing import Final

from bot.cases.freshness import EvidenceKind
from bot.cases.video_check import State
from bot.stores.video import checks, evidence, looks
from bot.stores.video.checks import Check
from bot.stores.video.evidence import Brought, Kept
from bot.video.desk import CHECKER, VideoDesk
from bot.video.watching import Watch
from ground import pictures
from ground.errors import MediaRefused
from ground.media import JPEG, MEBIBYTE, PNG, MediaFolder, film_type, picture_type
from ground.transaction import Transaction

LARGEST_STILL: Final = 15 * MEBIBYTE
LARGEST_PIECE: Final = 2 * MEBIBYTE
LOOKED_AT_ONCE: Final = 5
darkroom = asyncio.Semaphore(1)  # a picture unpacked takes a hundred megabytes


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is on disk, before its row is: no transaction waits for a disk or a picture."""

    digest: str
    mime_type: str
    bytes: int
    shown_digest: str | None = None
    look: str | None = None


async def store_still(media: MediaFolder, content: bytes) -> Stored:
    """Store a photo as it came, and a copy without the camera's marks; MediaRefused if it is no JPEG or PNG."""
    if len(content) > LARGEST_STILL:
        raise MediaRefused(why=f"the photo is larger than {LARGEST_STILL // MEBIBYTE} MB; take it at a smaller size")
    kind = picture_type(content)
    if kind not in {JPEG, PNG}:
        raise MediaRefused(why="it is no JPEG or PNG photo; take the photo anew")
    async with darkroom:
        shown, look = await pictures.seen(content)
    digest = await media.keep_as_it_is(content)
    copy = await media.keep(shown)
    return Stored(digest, kind, len(content), copy.digest, look)


async def store_piece(media: MediaFolder, content: bytes, *, first: bool) -> Stored:
    """Store a piece of a film as it came; the first one must begin as a film does."""
    if not 0 < len(content) <= LARGEST_PIECE:
        raise MediaRefused(why=f"a piece of film has 1 byte to {LARGEST_PIECE // MEBIBYTE} MB; send smaller pieces")
    kind = film_type(content)
    if first and not kind:
        raise MediaRefused(why="it is no WebM or MP4 film")
    return Stored(await media.keep_as_it_is(content), kind or "application/octet-stream", len(content))


async def keep(desk: VideoDesk, tx: Transaction, check: Check, brought: Brought) -> Kept:
    """Keep the row of what was stored; the first picture moves the check forward."""
    held = await checks.hold(tx, CHECKER, check.key)
    kept = await evidence.keep(tx, CHECKER, held, brought)
    if not kept.new:
        return kept
    first = await checks.forward(tx, CHECKER, held.key, State.SHOWING, brought.received_at)
    if first or brought.kind is EvidenceKind.STILL:
        facts = {"check": held.key, "site": held.site, "area": held.area, "evidence": kept.evidence.key}
        await desk.news.tell(tx, "video_check.shown", f"video_check:{held.id}", brought.received_at, **facts)
    return kept


async def look_at_photos(watch: Watch, media: MediaFolder) -> int:
    """Look at photos that came by chat: what looks like an older one of the site is found out a moment later."""
    async with watch.database.reading() as tx:
        waiting = await looks.unseen(tx, CHECKER, LOOKED_AT_ONCE)
    for photo in waiting:
        look = await _look(media, photo.digest)
        async with watch.database.writing() as tx:
            await looks.seen(tx, CHECKER, photo, look)
    return len(waiting)


async def _look(media: MediaFolder, digest: str) -> str:
    try:
        content = await asyncio.to_thread(media.path(digest).read_bytes)
        async with darkroom:
            _, look = await pictures.seen(content)
    except (MediaRefused, OSError):  # erased meanwhile
        return looks.UNSEEN
    return look


async def showing(tx: Transaction, check: Check, now: int) -> None:
    """Note that a live picture came."""
    await checks.forward(tx, CHECKER, check.key, State.SHOWING, now)
