"""The rounds of door tasks: looks go on, whose time is up is handed on to the next, and who is concerned is told."""

from bot.doors.looking import look
from bot.doors.opening import DOORS, Doorkeeper
from bot.doors.telling import tell
from bot.stores.doors import moving

DOORS_AT_ONCE = 100
SLICES_AT_ONCE = 100


async def go_round(keeper: Doorkeeper) -> int:
    """Do what is due, one after the other; return how much there was. The hub wakes each by itself."""
    done = await look(keeper)
    done += await hand_on(keeper)
    return done + await tell(keeper)


async def hand_on(keeper: Doorkeeper) -> int:
    """Hand on what nobody accepted, or reported, in time: to person B, the committee, the township."""
    done = 0
    for _ in range(SLICES_AT_ONCE):
        async with keeper.database.writing() as tx:
            moved = await moving.lapse(tx, DOORS, keeper.clock.now(), DOORS_AT_ONCE)
        done += moved
        if moved < DOORS_AT_ONCE:
            break
    return done
