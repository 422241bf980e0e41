"""What Twilio's codes and statuses of texts mean: tables as data, asked by send errors and by receipts alike."""

from typing import Final

from broadcast.channels.base import Word
from broadcast.channels.errors import Gone, Rejected, SendError, Throttled, Unreachable

CODES: Final[dict[int, SendError]] = {
    14107: Throttled("sender_rate", 1.0),
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


def failure(status: str, code: str) -> SendError:
    """Return what a receipt's `failed`, `undelivered` or `canceled` means for the next try."""
    if code.isascii() and code.isdigit() and int(code) in CODES:
        return CODES[int(code)]
    return Rejected("canceled") if status == "canceled" else Unreachable("unknown")
