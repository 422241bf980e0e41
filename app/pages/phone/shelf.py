"""A page's files: read once, packed once, named by what they hold so that a phone fetches each only once."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from fastapi import Request, Response

SHARED: Final = Path(__file__).with_name("files")
KINDS: Final = {".css": "text/css", ".js": "text/javascript"}
FOR_EVER: Final = "public, max-age=31536000, immutable"
WORKER: Final = "worker.js"


@dataclass(frozen=True, slots=True)
class File:
    name: str  # chat.0123456789ab.js
    kind: str
    content: bytes = field(repr=False)
    packed: bytes = field(repr=False)


@dataclass(frozen=True)
class Shelf:
    """The files of one page. `page` is what the phone keeps and shows without a network, for addresses like `shown`."""

    name: str
    folder: Path
    place: str  # where the files are: /c/-/
    page: str
    shown: str  # a regular expression

    @cached_property
    def files(self) -> Mapping[str, File]:
        """The styles and scripts by their plain names, those of every page too."""
        paths = [*SHARED.iterdir(), *self.folder.iterdir()]
        return {path.name: _named(path) for path in sorted(paths) if path.name != WORKER and path.suffix in KINDS}

    @cached_property
    def worker(self) -> File:
        """The script that keeps the page on the phone; it lists the files that it keeps."""
        kept = [self.page, *(f"{self.place}{each.name}" for each in self.files.values())]
        written = (SHARED / WORKER).read_text(encoding="utf-8")
        for mark, value in (("NAME", self.name), ("SHOWN", self.shown)):
            written = written.replace(f"/*{mark}*/", json.dumps(value))
        content = written.replace("/*FILES*/", json.dumps(kept)[1:-1]).encode()
        return File(WORKER, KINDS[".js"], content, gzip.compress(content, 9, mtime=0))

    def address_of(self, name: str) -> str:
        return f"{self.place}{self.files[name].name}"

    def show(self, request: Request, name: str) -> Response:
        """Answer with a file under the name that says what it holds."""
        file = next((each for each in self.files.values() if each.name == name), None)
        if file is None:
            return Response("There is no such file; open the page again.", 404, media_type="text/plain")
        return answer(request, file.content, file.kind, file.packed, FOR_EVER)

    def show_worker(self, request: Request, scope: str) -> Response:
        """Answer with the worker; it is asked for anew each time, so that a release is noticed."""
        shown = answer(request, self.worker.content, self.worker.kind, self.worker.packed, "no-cache")
        shown.headers["Service-Worker-Allowed"] = scope
        shown.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
        return shown


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
