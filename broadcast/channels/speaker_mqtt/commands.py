"""Commands to gateways: one JSON object, signed with Ed25519 as the very bytes that go out.

On the wire: {"p": base64 of the payload, "s": base64 of its signature}. A gateway holds public keys only. Everything
that could be bent is inside what is signed: id, target, sounds with their hashes, validity, drill, counter.
"""

import base64
import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

VERSION = 1


class CommandKind(StrEnum):
    PLAY = "play"
    STOP = "stop"  # whatever is playing or waiting of the notices in `stops`; they are not played later either
    VOLUME = "volume"
    QUERY = "query"  # say where you stand: the same report as at a hello


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound to be fetched by HTTP and checked before it is played."""

    url: str
    sha256: str
    bytes: int
    duration_ms: int
    mime: str


@dataclass(frozen=True, slots=True)
class Command:
    """One command to whoever reads the topic `target`. Instants are story time.

    `id` names what is to be done, `counter` this sending of it: a known id with a new counter is answered with its
    state and not done twice. A gateway refuses a counter that is not above the last one it took.
    """

    id: str
    kind: CommandKind
    counter: int
    target: str
    drill: bool
    not_before: int
    not_after: int
    sent_at: int
    notice: str = ""  # the notice's public id
    priority: int = 4  # 1 red … 4 blue: the higher pre-empts the lower
    volume: int = 80  # per cent
    repeat: int = 1
    gong: Sound | None = None
    audio: Sound | None = None
    text: str = ""
    stops: tuple[str, ...] = ()  # notices that this one ends, by public id
    spread_ms: int = 0  # answer at a random moment within this real time, so that thousands do not answer at once

    def payload(self) -> bytes:
        """Return the bytes that are signed."""
        fields = {"v": VERSION, **asdict(self)}
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def sealed(key: Ed25519PrivateKey, command: Command) -> bytes:
    """Return the command as it goes out, signed."""
    payload = command.payload()
    envelope = {"p": _base64(payload), "s": _base64(key.sign(payload))}
    return json.dumps(envelope, separators=(",", ":")).encode()


def command_id(notice: str, text: str) -> str:
    """Return the id under which a notice (by public id) is played with these words; `notice_of` reads it back."""
    return f"{notice}.{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def notice_of(command: str) -> str:
    return command.partition(".")[0]


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
