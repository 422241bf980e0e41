"""Pictures made for tests: the smallest that are what they say, of any size."""

import struct
import zlib
from io import BytesIO

from PIL import Image

CAMERA = 0x010F  # EXIF: Make


def jpeg(filling: int = 0) -> bytes:
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * filling + b"\xff\xd9"


def photo_with_place() -> bytes:
    """A real photo of a few pixels that tells of the camera that took it."""
    exif, written = Image.Exif(), BytesIO()
    exif[CAMERA] = "A camera of somebody"
    Image.new("RGB", (8, 6), "grey").save(written, "JPEG", exif=exif)
    return written.getvalue()


def png() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + _chunk(b"IEND", b"")


def webp() -> bytes:
    body = b"WEBPVP8 " + struct.pack("<I", 4) + b"\0\0\0\0"
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
