"""What Twilio's error codes and statuses mean: tables as data, asked by send errors and by receipts alike.

Codes: twilio.com/docs/api/errors. A code that is not listed is judged by its HTTP status.
"""

from typing import Final

from broadcast.channels.base import Word
from broadcast.channels.errors import Gone, Rejected, SendError, Throttled, Unreachable

CODES: Final[dict[int, SendError]] = {
    14107: Throttled("sender_rate", 1.0),
    20003: Unreachable("account_refused"),  # wrong or revoked token: no recipient's fault
    20005: Unreachable("account_refused"),
    20429: Throttled("api_rate", 1.0),
    20500: Unreachable("provider_down"),
    20503: Unreachable("provider_down"),
    21211: Gone("number_invalid"),
    21265: Gone("number_invalid"),
    21408: Rejected("region_off"),
    21602: Rejected("text_empty"),
    21610: Gone("stopped", stopped=True),
    21611: Throttled("sender_queue_full", 60.0),
    21612: Rejected("no_route"),
    21614: Gone("not_mobile"),
    21617: Rejected("text_too_long"),
    21635: Gone("landline"),
    30001: Throttled("sender_queue_full", 30.0),
    30002: Unreachable("account_refused"),
    30003: Unreachable("handset_unreachable"),
    30004: Rejected("blocked"),
    30005: Gone("number_unknown"),
    30006: Gone("landline"),
    30007: Rejected("filtered"),
    30008: Unreachable("unknown"),
    30010: Rejected("price"),
    30022: Throttled("sender_rate", 60.0),
    30023: Throttled("daily_quota", 3600.0),
    30034: Rejected("sender_unregistered"),
    30036: Rejected("expired"),
    30410: Unreachable("carrier_timeout", maybe_accepted=True),
    30500: Unreachable("carrier_down"),
    63038: Throttled("daily_quota", 3600.0),
    90007: Rejected("validity"),
}

STATUSES: Final[dict[str, Word]] = {
    "queued": Word.ACCEPTED,
    "accepted": Word.ACCEPTED,
    "scheduled": Word.ACCEPTED,
    "sending": Word.PROGRESS,
    "sent": Word.PROGRESS,
    "delivered": Word.DELIVERED,
    "read": Word.DELIVERED,
    "undelivered": Word.FAILED,
    "failed": Word.FAILED,
    "canceled": Word.FAILED,
}

TOO_MANY = 429
OUR_ACCOUNT = frozenset({401, 403, 404})
SERVER = 500
GATEWAYS = frozenset({502, 504})  # somebody on the way gave up: behind them it may have been taken


def refusal(status: int, code: int | None) -> SendError:
    """Return what an HTTP answer other than 2xx means."""
    if code in CODES:
        return CODES[code]
    if status == TOO_MANY:
        return Throttled("api_rate", 1.0)
    if status in OUR_ACCOUNT:
        return Unreachable("account_refused")
    if status >= SERVER:
        return Unreachable("provider_down", maybe_accepted=status in GATEWAYS)
    return Rejected("refused")


def failure(status: str, code: str) -> SendError:
    """Return what a receipt's `failed`, `undelivered` or `canceled` means for the next try."""
    if code.isascii() and code.isdigit() and int(code) in CODES:
        return CODES[int(code)]
    return Rejected("canceled") if status == "canceled" else Unreachable("unknown")
