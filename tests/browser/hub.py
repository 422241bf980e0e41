"""A hub as a process of its own, with the web chat alone: it is killed and started again at the same address."""

import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.demo.children import Child
from app.process import folder as hub_folder
from bot.stores.tables import turns
from broadcast.stores.tables import deliveries, webchat_messages
from ground.transaction import Database, open_database

HUB = "from app.cli import main; main()"


class Hub:
    """`url` is the same before and after."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        self._home = folder / "hub"
        self._config = folder / "hub.toml"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{port}"
        lines = {"data": str(self._home), "port": port, "office": "36098141600001"}
        written = "\n".join(f"{name} = {json.dumps(value)}" for name, value in lines.items())
        self._config.write_text(f'{written}\n[channels.webchat]\ncall = "+99912345"\n{settings}', encoding="utf-8")
        self._child = Child("hub", folder, ("-c", HUB, "--config", str(self._config), "serve"))

    @property
    def log(self) -> Path:
        return self._child.log

    async def start(self) -> None:
        hub_folder.forget_word(self._home)
        await self._child.start(self._word)

    async def kill(self) -> None:
        await self._child.kill()

    async def end(self) -> None:
        await self._child.end()

    async def heard(self) -> int:
        """Return how many turns the hub has heard."""
        return await self._count(select(func.count()).select_from(turns))

    async def told(self) -> int:
        """Return how many messages it has written for browsers."""
        return await self._count(select(func.count()).select_from(webchat_messages))

    async def delivered(self) -> int:
        """Return how many of them arrived, as the browsers say."""
        return await self._count(select(func.count()).where(deliveries.c.state == "delivered"))

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """Open what the hub keeps, beside it."""
        database = open_database(f"sqlite:///{self._home / 'mingluo.db'}", pool_size=1)
        try:
            yield database
        finally:
            await database.close()

    async def _count(self, statement: Any) -> int:
        async with self.database() as database, database.reading() as tx:
            return int(await tx.value(statement))

    def _word(self) -> Mapping[str, Any] | None:
        return hub_folder.read_word(self._home) or None


@asynccontextmanager
async def running_hub(folder: Path, settings: str = "") -> AsyncIterator[Hub]:
    """Run a hub for the block; `settings` are lines of TOML, a section with its head."""
    hub = Hub(folder, settings)
    try:
        await hub.start()
        yield hub
    finally:
        await hub.end()
