"""Sealing: what must not be read in a stolen database is encrypted; the newest key seals, every known key opens.

AES-256-GCM. Each seal is bound to its place: what was sealed for one row opens in no other.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ground.errors import Unavailable

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
FINGERPRINT: Final = 16


class NoKey(Unavailable):
    """There is no key to seal this with, so nothing was kept. Set `secrets.keys` (`mingluo key` makes one)."""


class KeyGone(Unavailable):
    """This was sealed with the key {key}, which is not set any more. Put it back into `secrets.keys`."""


class SealBroken(Unavailable):
    """What is sealed here was changed or belongs elsewhere. Enter it again."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is kept: the sealed words, and which key opens them."""

    words: str = field(repr=False)
    key: str


@dataclass(frozen=True, slots=True)
class Seals:
    """The keys of a deployment by their fingerprints, the newest first; none of them is ever shown."""

    _keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, keys: Sequence[str]) -> "Seals":
        read = [key_of(each) for each in keys]
        return cls({hashlib.sha256(each).hexdigest()[:FINGERPRINT]: each for each in read})

    @property
    def newest(self) -> str:
        """The fingerprint of the key that seals; NoKey if there is none."""
        if not self._keys:
            raise NoKey
        return next(iter(self._keys))

    @property
    def known(self) -> Sequence[str]:
        return list(self._keys)

    def seal(self, words: str, place: str) -> Sealed:
        key, nonce = self.newest, os.urandom(NONCE_BYTES)
        sealed = AESGCM(self._keys[key]).encrypt(nonce, words.encode(), place.encode())
        return Sealed(base64.b64encode(nonce + sealed).decode(), key)

    def open(self, sealed: Sealed, place: str) -> str:
        """Return what was sealed at this place; KeyGone or SealBroken if that cannot be read."""
        if sealed.key not in self._keys:
            raise KeyGone(key=sealed.key)
        kept = base64.b64decode(sealed.words)
        try:
            opened = AESGCM(self._keys[sealed.key]).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], place.encode())
        except InvalidTag:
            raise SealBroken from None
        return opened.decode()


def new_key() -> str:
    """Return a fresh key as the settings take it."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def key_of(written: str) -> bytes:
    """Return a key from the way it is written; ValueError, without saying it, if it is none."""
    try:
        key = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("it is not base64: make one with `mingluo key`") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"it has {len(key)} bytes, not {KEY_BYTES}: make one with `mingluo key`")
    return key
