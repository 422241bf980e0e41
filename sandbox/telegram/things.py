"""What people send besides words, as the Bot API tells of it: photos in sizes, places, contacts, stickers, voices …"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

DUMMY = b"OggS not really"


@dataclass(slots=True)
class Files:
    """What was sent as a file, to be asked for by its id and then fetched by its path."""

    kept: dict[str, bytes] = field(default_factory=dict)  # by file id
    lost: bool = False  # whether Telegram can find none of them just now
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def add(self, content: bytes) -> dict[str, Any]:
        """Keep a file; return how it is told of."""
        name = f"file-{next(self._numbers)}"
        self.kept[name] = content
        return {"file_id": name, "file_unique_id": f"u{name}", "file_size": len(content)}

    def find(self, name: str) -> dict[str, Any] | None:
        """Return what getFile answers."""
        if self.lost or name not in self.kept:
            return None
        size = len(self.kept[name])
        return {"file_id": name, "file_unique_id": f"u{name}", "file_size": size, "file_path": f"photos/{name}.bin"}

    def at(self, path: str) -> bytes | None:
        """Return what lies at a path."""
        return None if self.lost else self.kept.get(path.removeprefix("photos/").removesuffix(".bin"))


def thing(files: Files, user: int, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the message that carries what is asked for: {"kind": "photo", …}."""
    kind = asked["kind"]
    caption = {"caption": asked["caption"]} if asked.get("caption") else {}
    forwarded = {"forward_origin": {"type": "hidden_user", "sender_user_name": "x", "date": 1}}
    passed_on = forwarded if asked.get("forwarded") else {}
    return _fields(files, kind, user, asked) | caption | passed_on


def _fields(files: Files, kind: str, user: int, asked: Mapping[str, Any]) -> dict[str, Any]:
    match kind:
        case "photo":
            return {"photo": _sizes(files, asked)}
        case "location":
            return {"location": _point(asked)}
        case "venue":
            return {
                "location": _point(asked),
                "venue": {"location": _point(asked), "title": "村委会", "address": "村口"},
            }
        case "contact":
            whose = asked.get("user_id", user)
            return {"contact": {"phone_number": asked["phone"], "first_name": "村民"} | _whose(whose)}
        case _:
            return _simple(files, kind, asked)


def _sizes(files: Files, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same picture in two sizes, the smaller first, and a larger one if that is asked for."""
    content = base64.b64decode(asked["content"])
    sizes = [files.add(content[:40]) | {"width": 90, "height": 60}, files.add(content) | {"width": 1280, "height": 853}]
    if asked.get("huge"):
        huge = files.add(content) | {"width": 9000, "height": 6000, "file_size": 30_000_000}
        sizes.append(huge)
    return sizes


def _point(asked: Mapping[str, Any]) -> dict[str, float]:
    return {"latitude": asked.get("latitude", 28.2), "longitude": asked.get("longitude", 115.8)}


def _whose(user: int | None) -> dict[str, int]:
    return {} if user is None else {"user_id": user}


def _simple(files: Files, kind: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    content = base64.b64decode(asked["content"]) if "content" in asked else DUMMY
    played = files.add(content) | {"duration": 3}
    shown = files.add(content) | {"width": 100, "height": 100}
    document = files.add(content) | {"mime_type": asked.get("mime_type", "application/pdf"), "file_name": "a.bin"}
    things: dict[str, dict[str, Any]] = {
        "voice": played,
        "audio": played,
        "video": played | shown,
        "video_note": played | {"length": 100},
        "animation": played | shown,
        "sticker": shown | {"type": "regular", "is_animated": False, "is_video": False, "emoji": "🙏"},
        "document": document,
        "dice": {"emoji": "🎲", "value": 3},
        "poll": _poll(),
    }
    return {kind: things.get(kind, {})} | ({"document": document} if kind == "animation" else {})


def _poll() -> dict[str, Any]:
    options = [{"persistent_id": str(at), "text": text, "voter_count": 0} for at, text in enumerate(("是", "否"))]
    counts = {"total_voter_count": 0, "is_closed": False, "is_anonymous": True, "allows_multiple_answers": False}
    rules = {"type": "regular", "allows_revoting": True, "members_only": False}
    return {"id": "1", "question": "去吗", "options": options} | counts | rules
