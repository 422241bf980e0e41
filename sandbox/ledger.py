"""The ledger: every message that a phone, a chat or a loudspeaker really received, append-only, on disk.

One JSON line each, written before the provider's answer leaves, so that no crash of anybody can make a message that
was heard disappear from it. The checker compares it with what the hub believes.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sandbox.clock import StoryTime, machine_now


@dataclass(frozen=True, slots=True)
class Entry:
    """One message received. `mark` is the sender's own reference, where the protocol let one travel."""

    channel: str  # telegram sms speaker webchat
    address: str
    provider_id: str
    mark: str
    text: str
    digest: str  # SHA-256 of the text (UTF-8), hexadecimal
    at: int  # story time
    real_at: int  # machine time
    facts: dict[str, Any]  # what else the channel knows: buttons, duration played


class Ledger:
    """Opened on a file that may hold the entries of an earlier run."""

    def __init__(self, path: Path, time: StoryTime) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._time = time
        self._entries = list(_read(path))
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    def __len__(self) -> int:
        return len(self._entries)

    def receive(
        self, channel: str, address: str, provider_id: str, text: str, *, mark: str = "", **facts: Any
    ) -> Entry:
        """Write down that `address` received `text`."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        entry = Entry(channel, address, provider_id, mark, text, digest, self._time.now(), machine_now(), facts)
        os.write(self._file, json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n")
        self._entries.append(entry)
        return entry

    def entries(self, *, since: int = 0, channel: str | None = None, address: str | None = None) -> list[Entry]:
        """Return the entries from number `since` on, in the order in which they came."""
        return [
            entry
            for entry in self._entries[since:]
            if channel in (None, entry.channel) and address in (None, entry.address)
        ]


def _read(path: Path) -> Iterator[Entry]:
    """Read what an earlier run wrote; a last line torn by a crash was never answered for, and is cut off."""
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        with path.open("r+b") as file:
            file.truncate(whole)
    for line in content[:whole].splitlines():
        yield Entry(**json.loads(line))
