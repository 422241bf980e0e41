"""The local door in the command's own process, when no hub runs on the folder."""

from contextlib import AsyncExitStack

from fastapi import FastAPI

from app.process import local
from app.process.tables import bring_up_to_date
from app.settings import Settings
from app.wiring import furnish


async def door(settings: Settings, stack: AsyncExitStack, address: str) -> FastAPI:
    """Bring the tables to this version and return the door to them."""
    await bring_up_to_date(settings)
    return local.make_application(furnish(settings, stack, settings.public_url or address))
