"""What an error of the Bot API means for the next try: one table, one function.

Bot API 10.0; that a blocked bot is a 403 and that `migrate_to_chat_id` comes with a 400 is practice, not promise.
"""

from collections.abc import Callable
from typing import Any, Final

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from broadcast.channels.errors import Gone, Rejected, SendError, Throttled, Unreachable

BAD_REQUESTS: Final[tuple[tuple[str, SendError], ...]] = (  # words of a 400, in the order in which they are looked for
    ("chat not found", Gone("no_chat")),
    ("peer_id_invalid", Gone("no_chat")),
    ("user is deactivated", Gone("deactivated")),
    ("message is too long", Rejected("text_too_long")),
    ("message text is empty", Rejected("text_empty")),
    ("button_data_invalid", Rejected("button_too_long")),
)


def _bad_request(error: TelegramBadRequest) -> SendError:
    words = error.message.lower()
    return next((meaning for part, meaning in BAD_REQUESTS if part in words), Rejected("refused"))


def _forbidden(error: TelegramForbiddenError) -> SendError:
    return Gone("deactivated" if "deactivated" in error.message.lower() else "blocked")


def _account_refused(_error: TelegramAPIError) -> SendError:
    """The token is wrong, revoked or read elsewhere: no recipient's fault, so nobody's address is closed for it."""
    return Unreachable("account_refused")


_MEANINGS: Final[tuple[tuple[type[Exception], Callable[[Any], SendError]], ...]] = (
    (TelegramRetryAfter, lambda error: Throttled("throttled", float(error.retry_after))),
    (TelegramMigrateToChat, lambda error: Gone("migrated", moved_to=str(error.migrate_to_chat_id))),
    (TelegramForbiddenError, _forbidden),
    (TelegramEntityTooLarge, lambda _error: Rejected("text_too_long")),
    (TelegramBadRequest, _bad_request),
    (TelegramUnauthorizedError, _account_refused),
    (TelegramNotFound, _account_refused),
    (TelegramConflictError, _account_refused),
    (TelegramNetworkError, lambda _error: Unreachable("no_answer", maybe_accepted=True)),  # unless nothing was written
    (TelegramServerError, lambda _error: Unreachable("provider_down")),
    (ClientDecodeError, lambda _error: Unreachable("rubbish", maybe_accepted=True)),
    (TelegramAPIError, lambda _error: Unreachable("unknown")),
)


def meaning(error: TelegramAPIError | ClientDecodeError) -> SendError:
    """Return what `error` means; the most particular kind that fits is asked."""
    return next(say(error) for kind, say in _MEANINGS if isinstance(error, kind))
