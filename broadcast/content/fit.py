"""What fits: SMS segments counted exactly, and texts cut to them or to a chat's limit.

Sources: 3GPP TS 23.038 §6.2.1 (the GSM-7 alphabet and its extension table), TS 23.040 §9.2.3.24.1 (concatenation with
an 8-bit reference: 153 septets or 67 UTF-16 units a part).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from broadcast.content.breaks import beginning

GSM_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED: Final = frozenset("\f^{}\\[~]|€")
"""Each is an escape and a character: two units that must stay in one segment."""

_PLAIN: Final = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\u202f": " ", "•": "-"}
)


class Encoding(StrEnum):
    GSM_7 = "gsm-7"
    UCS_2 = "ucs-2"


@dataclass(frozen=True, slots=True)
class Segments:
    """How an SMS travels. Units are septets in GSM-7, UTF-16 code units in UCS-2."""

    encoding: Encoding
    units: int
    segments: int
    room_left: int  # units that the last segment still takes


_ALONE: Final = {Encoding.GSM_7: 160, Encoding.UCS_2: 70}
_PART: Final = {Encoding.GSM_7: 153, Encoding.UCS_2: 67}


def measure(text: str) -> Segments:
    """Count `text` as the network will; an empty one still takes a message."""
    encoding = encoding_of(text)
    costs = [_cost(character, encoding) for character in text]
    units, alone = sum(costs), _ALONE[encoding]
    if units <= alone:
        return Segments(encoding, units, 1, alone - units)
    part = _PART[encoding]
    segments, used = 1, 0
    for cost in costs:
        if used + cost > part:  # an escape pair or a surrogate pair moves on as a whole
            segments, used = segments + 1, 0
        used += cost
    return Segments(encoding, units, segments, part - used)


def within(text: str, max_segments: int) -> bool:
    """Say whether `text` fits; one that is longer than any alphabet allows is not even counted."""
    return len(text) <= max_segments * _ALONE[Encoding.GSM_7] and measure(text).segments <= max_segments


def encoding_of(text: str) -> Encoding:
    """Return GSM-7 if every character is in its alphabet; a single other one makes all of it UCS-2."""
    return Encoding.GSM_7 if GSM_BASIC.union(GSM_EXTENDED).issuperset(text) else Encoding.UCS_2


def utf16_units(text: str) -> int:
    """Return the length as UCS-2 messages and chat platforms count it: a character beyond U+FFFF is two."""
    return len(text) + sum(character > "\uffff" for character in text)


def plain(text: str) -> str:
    """Return `text` without typographic signs if that alone makes it GSM-7, which takes less than half the segments."""
    plainer = text.translate(_PLAIN)
    return plainer if encoding_of(plainer) is Encoding.GSM_7 else text


def cut(text: str, max_segments: int, signature: str = "") -> str:
    """Return the beginning of `text` that fits into `max_segments` together with `signature`, and the signature."""
    return beginning(text, lambda head: within(head + signature, max_segments)) + signature


def limit(text: str, units: int, ending: str = "") -> str:
    """Return the beginning of `text` that stays within `units` UTF-16 units together with `ending`, and the ending."""
    return beginning(text, lambda head: utf16_units(head + ending) <= units) + ending


def _cost(character: str, encoding: Encoding) -> int:
    wide = character in GSM_EXTENDED if encoding is Encoding.GSM_7 else character > "\uffff"
    return 2 if wide else 1
