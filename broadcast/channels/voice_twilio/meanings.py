"""What Twilio's codes, call statuses and the SIP answers behind them mean: tables as data.

Codes: twilio.com/docs/api/errors. SIP: RFC 3261 §21.
"""

from typing import Final

from broadcast.channels.base import Word
from broadcast.channels.errors import Gone, Rejected, SendError, Throttled, Unreachable

CODES: Final[dict[int, SendError]] = {
    10001: Unreachable("account_refused"),
    10002: Unreachable("account_refused"),
    10004: Throttled("no_line", 10.0),
    13223: Gone("invalid"),
    13224: Gone("invalid"),
    21205: Rejected("document"),
    21210: Unreachable("sender_refused"),  # our own number: no recipient's fault
    21211: Gone("invalid"),
    21212: Unreachable("sender_refused"),
    21213: Unreachable("sender_refused"),
    21214: Unreachable("unreachable"),
    21215: Rejected("region_off"),
    21216: Rejected("blocked"),
    21217: Gone("invalid"),
    21219: Rejected("number_unverified"),
}

STATUSES: Final[dict[str, Word]] = {
    "queued": Word.ACCEPTED,
    "initiated": Word.PROGRESS,
    "ringing": Word.PROGRESS,
    "in-progress": Word.PROGRESS,
    "completed": Word.FAILED,  # unless the message was heard to its end, which is known by then
    "busy": Word.FAILED,
    "no-answer": Word.FAILED,
    "failed": Word.FAILED,
    "canceled": Word.FAILED,
}

UNASSIGNED: Final = frozenset({"404", "410", "484", "604"})
OUT_OF_REACH: Final = frozenset({"480"})


def end(status: str, sip: str, redial: float) -> SendError:
    """Return why a call reached nobody; whoever may answer another time is called again in `redial` seconds."""
    match status:
        case "completed":
            return Unreachable("hung_up", again_in=redial)
        case "busy":
            return Unreachable("busy", again_in=redial)
        case "no-answer":
            return Unreachable("off" if sip in OUT_OF_REACH else "no_answer", again_in=redial)
        case "failed" if sip in UNASSIGNED:
            return Gone("invalid")
        case "canceled":
            return Rejected("canceled")
    return Unreachable("failed", again_in=redial)
