"""Real brokers for tests, each with the hub's own accounts: the embedded nats-server and Debian's Mosquitto."""

import asyncio
import os
import shutil
import signal
import socket
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from app.broker.accounts import HUB, Account, Passwords, gateway_account, write_for_mosquitto
from app.broker.embedded import EmbeddedServer

HOST = "127.0.0.1"


class RunningBroker(Protocol):
    """A broker with accounts. `passwords` makes those of gateways."""

    passwords: Passwords
    port: int
    password: str  # of the hub

    async def know(self, accounts: Sequence[Account]) -> None:
        """Take these accounts, and no others but the hub's."""
        ...

    async def crash(self) -> None:
        """Die at once; what was under way is lost."""
        ...

    async def come_back(self) -> None:
        """Be there again, on the same port."""
        ...


def account(broker: RunningBroker, code: str, *areas: str) -> Account:
    return gateway_account(broker.passwords, code, areas)


class Embedded:
    def __init__(self, folder: Path, server: EmbeddedServer, port: int, password: str) -> None:
        self.passwords = Passwords.kept_in(folder)
        self.port = port
        self.password = password
        self._folder = folder
        self._server = server

    async def know(self, accounts: Sequence[Account]) -> None:
        await self._server.reload(accounts)
        await asyncio.sleep(0.2)  # a signal has no answer

    async def crash(self) -> None:
        [told] = (self._folder / "run").glob("*.ports")
        os.kill(int(told.stem.rpartition("_")[2]), signal.SIGKILL)

    async def come_back(self) -> None:
        await until_listening(self.port)


class Mosquitto:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.passwords = Passwords.kept_in(folder)
        self._place = taken()
        self.port = int(self._place.getsockname()[1])
        self.password = self.passwords.of(HUB)
        self._folder = folder
        self._process: Process | None = None
        self._write([])
        self._configuration = folder / "mosquitto.conf"
        self._configuration.write_text(
            f"listener {self.port} {HOST}\nallow_anonymous false\nuser root\nlog_dest none\n"
            f"password_file {folder}/passwords\nacl_file {folder}/acl\n"
        )

    async def know(self, accounts: Sequence[Account]) -> None:
        self._write(accounts)
        if self._process is not None:
            self._process.send_signal(signal.SIGHUP)
        await asyncio.sleep(0.2)  # as above

    async def crash(self) -> None:
        if self._process is not None:
            self._process.kill()
            await self._process.wait()

    async def come_back(self) -> None:
        program = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program is not None
        self._process = await asyncio.create_subprocess_exec(
            program, "-c", self._configuration, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
        )
        await until_listening(self.port)

    def close(self) -> None:
        self._place.close()

    def _write(self, accounts: Sequence[Account]) -> None:
        write_for_mosquitto(self._folder, self.password, accounts)


@asynccontextmanager
async def running(kind: str, folder: Path) -> AsyncIterator[RunningBroker]:
    """Run a broker of one kind ("embedded" or "mosquitto") in a folder of its own."""
    if kind == "embedded":
        server = EmbeddedServer(folder)
        async with server as told:
            yield Embedded(folder, server, told.mqtt_port, told.password)
        return
    broker = Mosquitto(folder)
    await broker.come_back()
    try:
        yield broker
    finally:
        await broker.crash()
        broker.close()


async def until_listening(port: int) -> None:
    for _ in range(400):
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(0.025)
        else:
            writer.close()
            await writer.wait_closed()
            return
    raise TimeoutError(f"nobody listens on {port}")


def taken(port: int = 0) -> socket.socket:
    """Take a port, a free one unless it is named, so that nobody is given it: only who asks for it may listen there."""
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.bind((HOST, port))
    return place
