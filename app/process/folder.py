"""The data folder: one hub owns it at a time, and leaves word there where it can be reached."""

import contextlib
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.errors import FolderTaken

LOCK = "hub.lock"
WORD = "hub.json"
LONGEST_SOCKET_PATH = 100  # bytes: the kernel takes 107


@contextlib.contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Own the folder for the block; raises FolderTaken while another process does. The kernel ends a dead one's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / LOCK).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FolderTaken(pid=_written_pid(folder), folder=folder) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def owner(folder: Path) -> str | None:
    """Return the id of the process that owns the folder; None if none does."""
    try:
        with owned(folder):
            return None
    except FolderTaken as taken:
        return str(taken.fields["pid"])


def _written_pid(folder: Path) -> str:
    return (folder / LOCK).read_text().strip() or "just starting"


def leave_word(folder: Path, **addresses: Any) -> None:
    """Write where this hub is reached, readable by its owner only."""
    word = folder / WORD
    word.touch(mode=0o600)
    word.write_text(json.dumps({"pid": os.getpid(), **addresses}, indent=1))


def read_word(folder: Path) -> dict[str, Any]:
    """Return where the hub of this folder is reached; empty if none has left word."""
    try:
        word = json.loads((folder / WORD).read_text())
    except (OSError, ValueError):
        return {}
    return word if isinstance(word, dict) else {}


def forget_word(folder: Path) -> None:
    (folder / WORD).unlink(missing_ok=True)


@contextlib.contextmanager
def place_for_socket(folder: Path) -> Iterator[Path]:
    """Yield a path for the local socket: in the folder, or in a private one where the folder's path is too long."""
    path = folder / "hub.sock"
    with contextlib.ExitStack() as stack:
        if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
            path = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mingluo-"))) / "hub.sock"
        path.unlink(missing_ok=True)
        yield path
        path.unlink(missing_ok=True)
