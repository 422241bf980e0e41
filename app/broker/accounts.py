"""Accounts of the broker: the hub's own, and one per gateway that reads its own and its ancestors' topics only."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from broadcast.channels.speaker_mqtt import topics
from ground.files import secret_file, write_whole

HUB = "hub"
MOSQUITTO_ROUNDS = 101  # its own default; the passwords are 128 random bits, so that nothing is gained by more
PASSWORD_BYTES = 16


@dataclass(frozen=True, slots=True)
class Account:
    """Who may connect, and the topics it may write and read, each in full (no wildcard)."""

    name: str
    password: str = field(repr=False)
    writes: tuple[str, ...]
    reads: tuple[str, ...]


class Passwords:
    """Every account's password follows from one secret of the deployment: nothing is stored per gateway.

    Why: a broker is told 33,000 accounts at once, each in its own form of hash, and a gateway that was replaced in the
    field gets its account again.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @classmethod
    def kept_in(cls, folder: Path) -> "Passwords":
        """Read the secret from the data folder; the first start makes it."""
        return cls(secret_file(folder / "broker.secret", lambda: secrets.token_bytes(32)))

    def of(self, name: str) -> str:
        """Return the password of an account as 22 characters."""
        digest = hmac.digest(self._secret, name.encode(), "sha256")[:PASSWORD_BYTES]
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def gateway_account(passwords: Passwords, code: str, areas: Iterable[str]) -> Account:
    """Return the account of the gateway `code` below `areas` (codes, in any order)."""
    name = topics.account(code)
    reads = (topics.down(code), *(topics.area(each) for each in areas))
    return Account(name, passwords.of(name), (topics.up(code),), reads)


def nats_users(hub_password: str, accounts: Iterable[Account]) -> Iterator[str]:
    """Yield an authorization block of nats-server, one user a line."""
    yield "authorization {\n  timeout: 20\n  users: [\n"
    yield f"    {{user: {HUB}, password: {json.dumps(hub_password)}}}\n"
    for each in accounts:
        writes, reads = (json.dumps([topics.subject(topic) for topic in side]) for side in (each.writes, each.reads))
        yield (
            f"    {{user: {json.dumps(each.name)}, password: {json.dumps(each.password)}, "
            f'allowed_connection_types: ["MQTT"], permissions: {{publish: {writes}, subscribe: {reads}}}}}\n'
        )
    yield "  ]\n}\n"


def mosquitto_passwords(hub_password: str, accounts: Iterable[Account]) -> Iterator[str]:
    """Yield the lines of a Mosquitto password file (PBKDF2-SHA512, as mosquitto_passwd writes it)."""
    yield _mosquitto_line(HUB, hub_password)
    for each in accounts:
        yield _mosquitto_line(each.name, each.password)


def mosquitto_acl(accounts: Iterable[Account]) -> Iterator[str]:
    """Yield the lines of a Mosquitto access file: what is not named is denied."""
    yield f"user {HUB}\ntopic readwrite mingluo/#\n"
    for each in accounts:
        lines = [f"user {each.name}"]
        lines += [f"topic write {topic}" for topic in each.writes]
        lines += [f"topic read {topic}" for topic in each.reads]
        yield "\n".join(lines) + "\n"


def write_for_mosquitto(folder: Path, hub_password: str, accounts: Iterable[Account]) -> None:
    """Write `passwords` and `acl`, readable by the owner alone; Mosquitto reads them at its start and on SIGHUP."""
    known = list(accounts)
    write_whole(folder / "passwords", (line.encode() for line in mosquitto_passwords(hub_password, known)))
    write_whole(folder / "acl", (line.encode() for line in mosquitto_acl(known)))


def _mosquitto_line(name: str, password: str) -> str:
    salt = secrets.token_bytes(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, MOSQUITTO_ROUNDS)
    return f"{name}:$7${MOSQUITTO_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}\n"
