"""The heartbeat: an outside watchdog hears that every ladder moves, and nothing at all if one does not."""

import httpx
import structlog

from app.house import House
from broadcast.stores.ladders import auditing
from ground.actor import system
from ground.clock import MINUTE

log = structlog.get_logger()
AUDITOR = system("ladder audit")
PATIENCE = MINUTE  # story time by which a step may be late
TIMEOUT = 10.0  # seconds


async def audit(house: House) -> int:
    """Say how many ladders stand still; tell the watchdog only if none does. That it cannot be told is logged."""
    async with house.database.reading() as tx:
        stalled = await auditing.stalled(tx, AUDITOR, house.clock.now(), PATIENCE)
    if stalled:
        log.error("ladders.stalled", count=stalled)
        return stalled
    if house.settings.heartbeat.url:
        await _beat(house.settings.heartbeat.url)
    return 0


async def _beat(url: str) -> None:
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT) as client:
            (await client.get(url)).raise_for_status()
    except httpx.HTTPError as fault:
        log.warning("heartbeat.unheard", fault=type(fault).__name__)
