"""The sweep over what one person issued alone: what nobody confirmed in half an hour is called unconfirmed, once."""

from broadcast.dispatch.hub import Hub
from broadcast.stores import confirmations
from ground.actor import system

WATCH = system("confirmation-watch")


async def once(hub: Hub) -> int:
    """Call what is late unconfirmed; return of how many. Of two hubs each row is one's."""
    now = hub.clock.now()
    async with hub.database.reading() as tx:
        if not await confirmations.is_any_late(tx, WATCH, now):
            return 0
    async with hub.database.writing() as tx:
        return await confirmations.call_unconfirmed(tx, WATCH, hub.desk, now)
