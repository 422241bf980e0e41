"""Secrets that open doors: made here, shown once, kept as digests."""

import hashlib
import secrets as chance

TOKEN = "mlt_"  # noqa: S105 - how a token begins, so that a leaked one is recognised
CODE = "mlc_"
SESSION = "mls_"


def new_secret(kind: str) -> str:
    """Return a fresh secret of 256 bits behind its kind."""
    return kind + chance.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what is kept of a secret. It has 256 random bits, so that a plain digest cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()
