"""Files are kept under their digest, are what their content says, and are found by nothing but the digest."""

import contextlib
import hashlib
import io
import stat
import wave
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground import media
from ground.errors import MediaMissing, MediaRefused
from ground.media import MediaFolder, Medium
from ground.transaction import Database
from tests.pictures import jpeg, png, webp


def wav(milliseconds: int, *, rate: int = 8_000) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"\0\0" * (milliseconds * rate // 1_000))
    return written.getvalue()


async def test_a_sound_is_kept_under_its_digest_and_opened_by_it(tmp_path: Path) -> None:
    folder, content = MediaFolder(tmp_path), wav(1_500)
    medium = await folder.keep(content)
    assert medium == Medium(hashlib.sha256(content).hexdigest(), "audio/wav", len(content), 1_500)
    with folder.open(medium.digest) as file:
        assert file.read() == content
    assert stat.S_IMODE(folder.path(medium.digest).stat().st_mode) == 0o600


async def test_the_same_sound_twice_is_one_file(tmp_path: Path) -> None:
    folder = MediaFolder(tmp_path)
    assert await folder.keep(wav(100)) == await folder.keep(wav(100))
    [shelf] = tmp_path.iterdir()  # noqa: ASYNC240 - a test may wait for a disk
    assert len(list(shelf.iterdir())) == 1


async def test_the_row_says_what_the_file_is(database: Database, tmp_path: Path) -> None:
    medium = await MediaFolder(tmp_path).keep(wav(100))
    async with database.writing() as tx:
        await media.record(tx, medium, 5, "gong")
        await media.record(tx, medium, 6, "gong again")
    async with database.reading() as tx:
        assert await media.find(tx, medium.digest) == medium
        with pytest.raises(MediaMissing):
            await media.find(tx, "0" * 64)


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "0" * 63, "A" * 64, "0" * 64 + "\n", "0" * 64])
def test_nothing_but_the_digest_of_a_kept_file_opens_anything(tmp_path: Path, digest: str) -> None:
    with pytest.raises(MediaMissing):
        MediaFolder(tmp_path).open(digest)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "neither"),
        (b"ID3\x04", "neither"),
        (b"RIFF", "cannot be read"),
        (b"RIFF\x24\0\0\0WAVEjunk", "cannot be read"),
        (wav(0), "no sound"),
        (wav(1_000)[:-100], "cut off"),
        (wav(31 * 60_000, rate=100), "31 minutes"),
    ],
)
async def test_what_cannot_be_played_is_refused_with_the_reason(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(MediaRefused, match=why):
        await MediaFolder(tmp_path).keep(content)


async def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaRefused, match="more than the 100"):
        await MediaFolder(tmp_path, limit=100).keep(wav(1_000))


async def test_a_warning_as_it_came_in_is_kept_too(tmp_path: Path) -> None:
    medium = await MediaFolder(tmp_path).keep(b'\xef\xbb\xbf<?xml version="1.0"?><alert/>')
    assert (medium.mime_type, medium.duration_ms) == ("application/xml", None)


@pytest.mark.parametrize(("content", "kind"), [(jpeg(), "image/jpeg"), (png(), "image/png"), (webp(), "image/webp")])
async def test_a_picture_is_known_by_what_it_holds(tmp_path: Path, content: bytes, kind: str) -> None:
    assert (await MediaFolder(tmp_path).keep(content)).mime_type == kind


@pytest.mark.parametrize("content", [jpeg()[:-2], png()[:-12], webp()[:-1], b"GIF89a" + bytes(20), b"%PDF-1.7"])
async def test_half_a_picture_and_what_is_none_are_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(MediaRefused):
        await MediaFolder(tmp_path).keep(content)


@given(st.binary(max_size=400))
def test_no_rubbish_behind_a_riff_header_breaks_the_reader(rest: bytes) -> None:
    with contextlib.suppress(MediaRefused):
        assert media.wav_duration(b"RIFF" + rest) > 0
