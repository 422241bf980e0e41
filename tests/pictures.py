"""Pictures made for tests: the smallest that are what they say, of any size."""

import struct
import zlib


def jpeg(filling: int = 0) -> bytes:
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * filling + b"\xff\xd9"


def png() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + _chunk(b"IEND", b"")


def webp() -> bytes:
    body = b"WEBPVP8 " + struct.pack("<I", 4) + b"\0\0\0\0"
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
