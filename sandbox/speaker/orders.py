"""Orders: what a gateway takes for true of what comes on its topics, and why it refuses the rest."""

import base64
import binascii
import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KINDS = frozenset({"play", "stop", "volume", "query"})


class RefusedError(Exception):
    """The box does nothing and answers nothing; `reason` is one word for its own count of refusals."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Sound:
    url: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Order:
    """A command that was verified. Instants are story time, milliseconds."""

    id: str
    kind: str
    counter: int
    drill: bool
    not_before: int
    not_after: int
    priority: int
    volume: int
    repeat: int
    sounds: Sequence[Sound]  # the gong first
    text: str
    stops: Sequence[str]  # notices
    spread: float  # seconds
    notice: str


def verified(
    raw: bytes, topic: str, mine: Container[str], keys: Sequence[Ed25519PublicKey], last: int, now: int
) -> Order:
    """Return the order in `raw`, which came on `topic`; RefusedError if anything about it is not as it must be.

    `mine` are the topics this gateway reads, `last` is the highest counter it took, `now` is story time.
    """
    said = _signed(raw, keys)
    order = _read(said)
    if said.get("target") != topic or topic not in mine:
        raise RefusedError("foreign")
    if now >= order.not_after:
        raise RefusedError("expired")
    if order.counter <= last:
        raise RefusedError("stale")
    return order


def _signed(raw: bytes, keys: Sequence[Ed25519PublicKey]) -> Mapping[str, Any]:
    try:
        envelope = json.loads(raw)
        payload = base64.b64decode(envelope["p"], validate=True)
        signature = base64.b64decode(envelope["s"], validate=True)
    except (ValueError, TypeError, KeyError, binascii.Error, RecursionError):
        raise RefusedError("unsigned") from None
    if not any(_fits(key, signature, payload) for key in keys):
        raise RefusedError("forged")
    said = json.loads(payload)  # whoever holds the key writes JSON
    if not isinstance(said, dict) or said.get("v") != 1:
        raise RefusedError("malformed")
    return said


def _fits(key: Ed25519PublicKey, signature: bytes, payload: bytes) -> bool:
    try:
        key.verify(signature, payload)
    except InvalidSignature:
        return False
    return True


def _read(said: Mapping[str, Any]) -> Order:
    try:
        sounds = [Sound(each["url"], each["sha256"], each["bytes"]) for each in (said["gong"], said["audio"]) if each]
        order = Order(
            id=str(said["id"]),
            kind=str(said["kind"]),
            counter=int(said["counter"]),
            drill=bool(said["drill"]),
            not_before=int(said["not_before"]),
            not_after=int(said["not_after"]),
            priority=int(said["priority"]),
            volume=int(said["volume"]),
            repeat=max(1, int(said["repeat"])),
            sounds=sounds,
            text=str(said["text"]),
            stops=[str(each) for each in said["stops"]],
            spread=said["spread_ms"] / 1_000,
            notice=str(said["notice"]),
        )
    except (KeyError, TypeError, ValueError):
        raise RefusedError("malformed") from None
    if order.kind not in KINDS:
        raise RefusedError("malformed")
    return order
