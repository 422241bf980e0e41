"""What Twilio's HTTP refusals mean, whatever was asked; each product adds the codes of its own.

Codes: twilio.com/docs/api/errors. A code that is not listed is judged by its HTTP status.
"""

from collections.abc import Mapping
from typing import Final

from broadcast.channels.errors import Rejected, SendError, Throttled, Unreachable
from broadcast.deliveries import Key

CODES: Final[Mapping[int, SendError]] = {
    20003: Unreachable("account_refused"),  # wrong or revoked token: no recipient's fault
    20005: Unreachable("account_refused"),
    20429: Throttled("api_rate", 1.0),
    20500: Unreachable("provider_down"),
    20503: Unreachable("provider_down"),
}

TOO_MANY = 429
OUR_ACCOUNT = frozenset({401, 403, 404})
SERVER = 500
GATEWAYS = frozenset({502, 504})  # somebody on the way gave up: behind them it may have been taken


def refusal(status: int, code: int | None, codes: Mapping[int, SendError]) -> SendError:
    """Return what an HTTP answer other than 2xx means."""
    if code is not None and code in codes:
        return codes[code]
    if status == TOO_MANY:
        return Throttled("api_rate", 1.0)
    if status in OUR_ACCOUNT:
        return Unreachable("account_refused")
    if status >= SERVER:
        return Unreachable("provider_down", maybe_accepted=status in GATEWAYS)
    return Rejected("refused")


def key_in(mark: str) -> Key | None:
    """Return the delivery's key that travelled in a call-back's address."""
    try:
        return Key.parse(mark)
    except ValueError:
        return None
