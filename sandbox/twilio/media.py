"""What multimedia messages bring along: asked for with the account's password, fetched where the API points to."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Media:
    """Files by their id; `url` is where the API answers."""

    account: str
    url: str = ""
    lost: bool = False
    kept: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def brought(self, sid: str, files: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """Keep files that come with a message; return the fields that tell of them."""
        fields = {"NumMedia": str(len(files))}
        for number, file in enumerate(files):
            name = f"ME{sid[2:]}{number}"
            self.kept[name] = (base64.b64decode(file["content"]), file["type"])
            path = f"/2010-04-01/Accounts/{self.account}/Messages/{sid}/Media/{name}"
            fields |= {f"MediaUrl{number}": self.url + path, f"MediaContentType{number}": file["type"]}
        return fields

    def find(self, name: str) -> tuple[bytes, str] | None:
        return None if self.lost else self.kept.get(name)
