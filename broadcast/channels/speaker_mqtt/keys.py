"""The key that commands are signed with: a file of its owner alone; gateways are given the public half."""

import base64
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from broadcast.channels.errors import SigningKeyUnusable
from ground.files import secret_file


def signing_key(path: Path) -> Ed25519PrivateKey:
    """Read the signing key; the first start makes it."""
    try:
        key = load_pem_private_key(secret_file(path, _new_key), password=None)
    except ValueError:
        raise SigningKeyUnusable(path=path) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyUnusable(path=path)
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """Return what a gateway is given: the public key's 32 bytes in base64."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
