"""Media: files kept under the SHA-256 of what they hold, with a row that says what they are.

A name never comes from outside: a file is found by its digest alone. What it is follows from its content, never from
what the sender says it is.
"""

import asyncio
import hashlib
import io
import re
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import BigInteger, ColumnElement, delete, literal, select

from ground.bulk import among, insert_chosen, insert_rows
from ground.clock import machine_now
from ground.errors import MediaMissing, MediaRefused
from ground.files import write_whole
from ground.tables import media, released_media
from ground.transaction import Transaction

WAV = "audio/wav"
XML = "application/xml"
JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
WEBM, MP4 = "video/webm", "video/mp4"
PICTURES = frozenset({JPEG, PNG, WEBP})
MEBIBYTE = 1024 * 1024
DIGEST = re.compile(r"[0-9a-f]{64}")
LONGEST_SOUND = 30 * 60 * 1_000  # milliseconds


@dataclass(frozen=True, slots=True)
class Medium:
    """One file as it is kept. `duration_ms` is of sounds alone."""

    digest: str
    mime_type: str
    bytes: int
    duration_ms: int | None = None


class MediaFolder:
    """Where the files are: the first two characters of a digest are a folder, so that none grows too large."""

    def __init__(self, folder: Path, limit: int = 32 * MEBIBYTE) -> None:
        self._folder = folder
        self._limit = limit

    async def keep(self, content: bytes) -> Medium:
        """Look at what the bytes are and store them; MediaRefused if they are none of what we take.

        The row is for `record` to write: no transaction waits for a disk.
        """
        return await asyncio.to_thread(self._keep, content)

    async def keep_as_it_is(self, content: bytes) -> str:
        """Store bytes that the caller has looked at, and return their digest: a photo with its marks, a piece of film.

        No row is written for them, so that no open door hands them out.
        """
        return await asyncio.to_thread(self._write, content)

    def open(self, digest: str) -> BinaryIO:
        """Open the file with this digest; MediaMissing if there is none, or it is no digest."""
        try:
            return self.path(digest).open("rb")
        except FileNotFoundError:
            raise MediaMissing(digest=digest) from None

    def path(self, digest: str) -> Path:
        """Return where the file with this digest is, or would be."""
        if not DIGEST.fullmatch(digest):
            raise MediaMissing(digest="(malformed)")
        return self._folder / digest[:2] / digest

    async def delete(self, digests: Sequence[str]) -> None:
        """Delete files from the disk; one that is gone already is no matter."""
        await asyncio.to_thread(self._delete, digests)

    def _delete(self, digests: Sequence[str]) -> None:
        for each in digests:
            self.path(each).unlink(missing_ok=True)

    def _keep(self, content: bytes) -> Medium:
        if len(content) > self._limit:
            raise MediaRefused(why=f"it has {len(content)} bytes, more than the {self._limit} that are taken")
        medium = examined(content)
        self._write(content)
        return medium

    def _write(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if not path.exists():
            write_whole(path, [content])
        return digest


async def record(tx: Transaction, medium: Medium, at: int, note: str = "") -> None:
    """Write the row of a file that was kept; one that is known stays as it is."""
    row = {
        "digest": medium.digest,
        "mime_type": medium.mime_type,
        "bytes": medium.bytes,
        "duration_ms": medium.duration_ms,
        "stored_at": at,
        "note": note,
    }
    await insert_rows(tx, media, [row], ignore_known=True)


async def find(tx: Transaction, digest: str) -> Medium:
    """Return what is known of the file with this digest; MediaMissing if nothing is."""
    row = await tx.row(select(media).where(media.c.digest == digest))
    if row is None:
        raise MediaMissing(digest=digest if DIGEST.fullmatch(digest) else "(malformed)")
    return Medium(row.digest, row.mime_type, row.bytes, row.duration_ms)


async def recording(tx: Transaction, digest: str) -> Medium:
    """As `find`, of what a loudspeaker can play; MediaRefused for any other file: it would stay silent."""
    medium = await find(tx, digest)
    if medium.mime_type != WAV:
        raise MediaRefused(why=f"{medium.mime_type} cannot be played; give the digest of a WAV recording")
    return medium


async def known(tx: Transaction, digests: Sequence[str]) -> frozenset[str]:
    """Return those of the digests under which a file is kept."""
    if not digests:
        return frozenset()
    return frozenset(await tx.values(select(media.c.digest).where(media.c.digest.in_(digests))))


async def release(tx: Transaction, column: ColumnElement[str], chosen: ColumnElement[bool]) -> None:
    """Note the files that a table is about to let go of: `column` of its `chosen` rows."""
    columns: list[ColumnElement[Any]] = [column, literal(machine_now(), BigInteger)]
    let_go = select(*columns).where(chosen, column.is_not(None)).distinct()
    await insert_chosen(tx, released_media, ["digest", "released_at"], let_go)


async def release_all(tx: Transaction, digests: Sequence[str]) -> None:
    """Note files that are about to be let go of."""
    at = machine_now()
    rows = [{"digest": each, "released_at": at} for each in dict.fromkeys(digests)]
    await insert_rows(tx, released_media, rows, ignore_known=True)


async def released(tx: Transaction, limit: int) -> Sequence[str]:
    """Return files that were let go of, the longest ago first."""
    oldest = select(released_media.c.digest).order_by(released_media.c.released_at, released_media.c.digest)
    return await tx.values(oldest.limit(limit))


async def forget(tx: Transaction, digests: Sequence[str]) -> None:
    """Drop the rows of files that nobody holds: their files are deleted before."""
    await tx.execute(delete(media).where(among(tx, media.c.digest, digests)))


async def settle_released(tx: Transaction, digests: Sequence[str]) -> None:
    """Note that these were looked after."""
    await tx.execute(delete(released_media).where(among(tx, released_media.c.digest, digests)))


def examined(content: bytes) -> Medium:
    """Return what the bytes are: a WAV file that can be played, a picture, or XML; anything else is refused."""
    digest = hashlib.sha256(content).hexdigest()
    if picture := picture_type(content):
        return Medium(digest, picture, len(content))
    if content[:4] == b"RIFF":
        return Medium(digest, WAV, len(content), wav_duration(content))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return Medium(digest, XML, len(content))
    raise MediaRefused(why="it is neither a WAV file (PCM) nor a JPEG, PNG or WebP picture nor XML; make it one")


def picture_type(content: bytes) -> str:
    """Return which kind of picture the bytes begin as and end as; nothing if they are none, or are cut off."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG if b"\xff\xd9" in content[3:] else ""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG if b"IEND" in content[-16:] else ""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP if len(content) >= 8 + int.from_bytes(content[4:8], "little") else ""
    return ""


def film_type(content: bytes) -> str:
    """Return which kind of film the bytes begin as; nothing if they begin as none."""
    if content.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in content[:64]:
        return WEBM
    return MP4 if content[4:8] == b"ftyp" else ""


def wav_duration(content: bytes) -> int:
    """Return how long a WAV file plays, in milliseconds, from its frames; MediaRefused if it could not be played."""
    try:
        with wave.open(io.BytesIO(content), "rb") as sound:
            frames, rate = sound.getnframes(), sound.getframerate()
            size = sound.getnchannels() * sound.getsampwidth()
            there = len(sound.readframes(frames))
    except (wave.Error, EOFError, RuntimeError) as broken:
        raise MediaRefused(why=f"the WAV file cannot be read ({str(broken) or 'it ends too early'})") from None
    if not frames or not rate:
        raise MediaRefused(why="the WAV file holds no sound")
    if there != frames * size:
        raise MediaRefused(why="the WAV file is cut off: it holds less sound than its header says")
    duration = frames * 1_000 // rate
    if duration > LONGEST_SOUND:
        raise MediaRefused(why=f"it plays {duration // 60_000} minutes; {LONGEST_SOUND // 60_000} is the most")
    return max(duration, 1)
