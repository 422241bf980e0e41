"""Pictures as strangers send them: what is kept is drawn anew in the darkroom, away from what must answer."""

import asyncio


async def renewed(content: bytes) -> bytes:
    """Return a picture as a JPEG of at most 1600 pixels a side, the right way up; MediaRefused if it is none."""
    return await asyncio.to_thread(_developed, content)


def _developed(content: bytes) -> bytes:
    from ground.darkroom import written_anew  # noqa: PLC0415 - Pillow is slow to import, and no photo may ever come

    return written_anew(content)


async def seen(content: bytes) -> tuple[bytes, str]:
    """Return a picture written anew as `renewed` does, and how it looks: 64 bits that a like picture shares."""
    return await asyncio.to_thread(_seen, content)


def _seen(content: bytes) -> tuple[bytes, str]:
    from ground.darkroom import look_of, written_anew  # noqa: PLC0415 - as above

    anew = written_anew(content)
    return anew, look_of(anew)
