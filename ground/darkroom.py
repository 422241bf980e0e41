"""The darkroom: pictures are looked at, made smaller and written anew, so that nothing else travels along.

What is kept is a JPEG of ours: no position, no camera, no name, nothing hidden behind the last byte.
"""

import io
import struct
from itertools import pairwise
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from ground.errors import MediaRefused

FORMATS: Final = ("JPEG", "PNG", "WEBP")
MOST_PIXELS: Final = {"JPEG": 40_000_000}  # a small file may claim far more than any camera makes
MOST_PIXELS_ELSE: Final = 20_000_000  # these cannot be unpacked in part
LONGEST_SIDE: Final = 1_600
QUALITY: Final = 80
PATCHES: Final = 8
TOO_LARGE: Final = "it has more pixels than any photo"
BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)
BROKEN: Final = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, struct.error)


def written_anew(content: bytes) -> bytes:
    """Return a picture as a JPEG of at most 1600 pixels a side, the right way up; MediaRefused if it is none."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            _refuse_bomb(picture)
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is unpacked no larger than needed
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            written = io.BytesIO()
            _on_white(upright).save(written, "JPEG", quality=QUALITY)
    except BOMBS:
        raise MediaRefused(why=TOO_LARGE) from None
    except BROKEN:
        raise MediaRefused(why="it is no JPEG, PNG or WebP picture that can be read; take the photo anew") from None
    return written.getvalue()


def look_of(content: bytes) -> str:
    """Return how a picture looks, as 16 hexadecimal digits (dHash).

    They say which of 8 × 8 patches is lighter than the next. What was made smaller or saved again keeps nearly all.
    """
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        small = picture.convert("L").resize((PATCHES + 1, PATCHES), Image.Resampling.LANCZOS)
    light = small.tobytes()
    rows = [light[start : start + PATCHES + 1] for start in range(0, len(light), PATCHES + 1)]
    bits = 0
    for row in rows:
        for left, right in pairwise(row):
            bits = bits << 1 | (left > right)
    return f"{bits:016x}"


def _refuse_bomb(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS.get(picture.format or "", MOST_PIXELS_ELSE):
        raise MediaRefused(why=TOO_LARGE)


def _on_white(picture: Image.Image) -> Image.Image:
    """A JPEG knows nothing transparent."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    ground = Image.new("RGB", picture.size, "white")
    layer = picture.convert("RGBA")
    ground.paste(layer, mask=layer)
    return ground
