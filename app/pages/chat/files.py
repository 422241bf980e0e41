"""The page's files: read once, packed once, named by what they hold so that a phone fetches each only once."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import Request, Response

FOLDER: Final = Path(__file__).with_name("files")
PLACE: Final = "/c/-/"
KINDS: Final = {".css": "text/css", ".js": "text/javascript"}
FOR_EVER: Final = "public, max-age=31536000, immutable"
WORKER: Final = "worker.js"


@dataclass(frozen=True, slots=True)
class File:
    name: str  # chat.0123456789ab.js
    kind: str
    content: bytes = field(repr=False)
    packed: bytes = field(repr=False)


@cache
def files() -> Mapping[str, File]:
    """Return the style and the script by their plain names."""
    return {path.name: _named(path) for path in sorted(FOLDER.iterdir()) if path.name != WORKER and path.is_file()}


@cache
def worker() -> File:
    """Return the script that keeps the page on the phone; it lists the files that it keeps."""
    kept = ["/c", *(f"{PLACE}{each.name}" for each in files().values())]
    written = (FOLDER / WORKER).read_text(encoding="utf-8")
    content = written.replace("/*FILES*/", json.dumps(kept)[1:-1]).encode()
    return File(WORKER, KINDS[".js"], content, gzip.compress(content, 9, mtime=0))


def address_of(name: str) -> str:
    return f"{PLACE}{files()[name].name}"


def found(name: str) -> File | None:
    return next((each for each in files().values() if each.name == name), None)


def answer(request: Request, content: bytes, kind: str, packed: bytes = b"", cached: str = "no-store") -> Response:
    """Answer with `content`, packed if the browser unpacks it: at 50 kbit/s, a kilobyte is a sixth of a second."""
    headers = {"Cache-Control": cached, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        content = packed or gzip.compress(content, 6, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type=f"{kind}; charset=utf-8", headers=headers)


def _named(path: Path) -> File:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:12]
    return File(f"{path.stem}.{digest}{path.suffix}", KINDS[path.suffix], content, gzip.compress(content, 9, mtime=0))
