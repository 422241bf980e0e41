"""Asking a provider whether it would serve us: bounded in time, and whatever goes wrong is a short code."""

import asyncio
from collections.abc import Awaitable

import structlog

from broadcast.channels.base import Health
from broadcast.channels.errors import SendError

log = structlog.get_logger()

PATIENCE = 5.0  # seconds


async def answered(asking: Awaitable[object]) -> Health:
    """Wait for the answer: a SendError is what is wrong, anything else is an answer."""
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await asking
    except TimeoutError:
        return Health(well=False, reason="no_answer")
    except Exception as fault:  # noqa: BLE001 - whoever asks how a vendor is must never be hurt by it
        # The fault's own text may hold a secret; its kind does not.
        log.error("probe.broken", fault=type(fault).__name__)  # noqa: TRY400 - no traceback: it may hold a secret
        return Health(well=False, reason="broken")
    return Health(well=False, reason=answer.reason) if isinstance(answer, SendError) else Health(well=True)
