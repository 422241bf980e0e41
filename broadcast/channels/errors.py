"""Why a sending failed: each error answers one question of the engine, try again and when."""

from dataclasses import dataclass, field

from ground.errors import Invalid, Unavailable


@dataclass(frozen=True, slots=True)
class SendError:
    """What went wrong with one sending; `reason` is a short code for evidence and counters, never an address."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreachable(SendError):
    """Try again later. `maybe_accepted`: the provider may have taken it (time-out after sending, 200 with rubbish).

    `again_in`: real seconds before which another try has no better luck (whoever is on the telephone still is).
    """

    maybe_accepted: bool = False
    again_in: float | None = None


@dataclass(frozen=True, slots=True)
class Throttled(SendError):
    """Too fast: try again after `retry_after` real seconds; does not count as an attempt."""

    retry_after: float = 1.0


@dataclass(frozen=True, slots=True)
class Rejected(SendError):
    """This message will never be taken; the address may still be good."""


@dataclass(frozen=True, slots=True)
class Gone(SendError):
    """This address will never work again (blocked bot, dead number): it is closed, the next channel takes over.

    `stopped`: the owner told the carrier to stop (Twilio 21610); the address is marked so instead of closed.
    `moved_to`: the address lives on under another value (a migrated group); it is repaired and tried again.
    """

    stopped: bool = False
    moved_to: str | None = field(default=None, repr=False)


class NoTurn(Unavailable):
    """The account's quota is used up for now; there may be a turn in {seconds} s."""


class SigningKeyUnusable(Invalid):
    """The file {path} holds no Ed25519 key in PEM form. Restore it, or remove it and give the gateways the new key."""


class BrokerUnset(Invalid):
    """The speakers have no broker. Set channels.speaker.host and port, or let the embedded one run."""
