"""Ending what loudspeakers still play once somebody stopped the alarm, outside any transaction."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from audiences.addresses import SPEAKER
from bot.evacuation.advancing import Marshal
from bot.evacuation.ordering import MARSHAL
from bot.stores.evacuation import orders
from broadcast.channels.base import Channel


@runtime_checkable
class Hushable(Protocol):
    """A channel whose gateways can be told to end a notice while it plays."""

    async def stop(self, notice_id: int) -> None: ...


async def silence(marshal: Marshal, channels: Mapping[str, Channel]) -> int:
    """Tell gateways to end what was stopped; a broker that is away is tried again at the next round."""
    async with marshal.database.reading() as tx:
        waiting = await orders.to_silence(tx, MARSHAL)
    speakers = channels.get(SPEAKER)
    for order, notice in waiting:
        if isinstance(speakers, Hushable):
            await speakers.stop(notice)
        async with marshal.database.writing() as tx:
            await orders.note(tx, MARSHAL, order, sound_notice_id=None)
    return len(waiting)
