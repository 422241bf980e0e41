"""Files that only their owner may read, and files that are either the old or the new one, never half."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path


def secret_file(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return what the file holds; if there is none yet, make it, readable by its owner alone.

    Two processes that start at once agree: the one that comes second reads what the first one made.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        write_whole(draft, [make()])
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write the pieces as they come, readable by the owner alone; the file appears when all is on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
