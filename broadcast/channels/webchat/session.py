"""A browser's session: a random secret that only the browser keeps; its SHA-256 is the address it is written to."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Final

SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}")
ADDRESS: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Session:
    """Whoever holds the secret is at the address; nobody can tell the one from the other."""

    secret: str = field(repr=False)
    fresh: bool = False  # made just now: the browser must be told

    @property
    def address(self) -> str:
        return hashlib.sha256(self.secret.encode()).hexdigest()

    @property
    def proof(self) -> str:
        """What a form of our own page carries and no other page can know."""
        return hashlib.sha256(f"form:{self.secret}".encode()).hexdigest()[:32]


def session_of(kept: str | None) -> Session:
    """Return the session of the secret that a browser brought, or a new one."""
    if kept and SECRET.fullmatch(kept):
        return Session(kept)
    return Session(secrets.token_urlsafe(32), fresh=True)
