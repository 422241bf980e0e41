"""Whether the providers of the channels would serve us: all are asked at once, by the channels themselves."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from app.house import House
from app.wiring import build_channel
from broadcast.channels.base import Channel, Health, Probed, Receipt


async def ask_providers(channels: Mapping[str, Channel]) -> Mapping[str, Health]:
    """Return what each provider says, by channel; a channel that cannot ask is left out."""
    asked = {name: channel for name, channel in channels.items() if isinstance(channel, Probed)}
    said = await asyncio.gather(*(channel.probe() for channel in asked.values()))
    return dict(zip(asked, said, strict=True))


@asynccontextmanager
async def channels_to_ask(house: House) -> AsyncIterator[Mapping[str, Channel]]:
    """Yield the hub's channels; where no hub runs, those that may be started only to be asked."""
    if house.channels:
        yield house.channels
        return
    async with AsyncExitStack() as stack:
        lent = {kind.name: build_channel(house, kind) for kind in house.kinds if not kind.standing}
        for channel in lent.values():
            await channel.start(stack, _keep_none)
        yield lent


async def _keep_none(receipts: Sequence[Receipt]) -> None:
    """Nothing was sent, and nobody listens for call-backs."""
