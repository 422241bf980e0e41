"""The embedded broker: a nats-server (JetStream and MQTT) as a child that does not outlive its parent.

It listens on loopback unless told otherwise, on the ports it had last time or, where those are taken, on free ones.
Its store, its configuration (readable by the owner alone) and its log live in one folder; a second start on the
folder resumes the store. When it crashes, it is started again on the same ports.
"""

import asyncio
import contextlib
import json
import shutil
import socket
import sys
import sysconfig
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp
import structlog

from app.broker import accounts as broker_accounts
from app.broker import guard
from app.broker.accounts import Account, Passwords
from app.errors import ServerFailed, ServerMissing
from ground.files import write_whole

log = structlog.get_logger()

FREE = -1  # nats-server's own word for "any free port"
START_PATIENCE = 20.0  # seconds; 33,000 accounts take 2
SHORTEST_PAUSE = 0.05
LONGEST_PAUSE = 10.0  # seconds between two starts of a server that keeps crashing
SETTLED = 30.0  # seconds it must have run for the next pause to be short again


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the server listens; a port that nobody chose is the one of last time, else any free one."""

    nats: int = FREE
    mqtt: int = FREE


@dataclass(frozen=True, slots=True)
class Broker:
    """What it takes to reach a broker as the hub."""

    host: str
    nats_port: int
    mqtt_port: int
    password: str = field(repr=False)
    username: str = broker_accounts.HUB

    @property
    def nats_url(self) -> str:
        """Return the address without its credentials, which are handed over apart."""
        return f"nats://{self.host}:{self.nats_port}"


class EmbeddedServer:
    """`async with EmbeddedServer(folder) as broker: …`; `reload` tells it other accounts without a restart."""

    def __init__(
        self, folder: Path, accounts: Iterable[Account] = (), *, host: str = "127.0.0.1", ports: Ports | None = None
    ) -> None:
        self._folder = folder.resolve()
        self._host = host
        self._wanted = _wanted(ports or Ports(), _last_ports(self._folder))
        self._password = Passwords.kept_in(self._folder).of(broker_accounts.HUB)
        self._accounts = accounts
        self._guard: Process | None = None
        self._watch: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Broker:
        await asyncio.to_thread(self._write_accounts, self._accounts)
        self._accounts = ()
        ports = await self._start(_free_of(self._host, self._wanted))
        self._watch = asyncio.create_task(self._restart_after_crashes(ports), name="nats-server")
        return Broker(self._host, ports.nats, ports.mqtt, self._password)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait([self._watch])
        await self._stop()

    async def reload(self, accounts: Iterable[Account]) -> None:
        """Give the running server another list of accounts; those whose account is the same stay connected."""
        await asyncio.to_thread(self._write_accounts, accounts)
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.write(b"reload\n")
            await self._guard.stdin.drain()

    def _write_accounts(self, accounts: Iterable[Account]) -> None:
        lines = broker_accounts.nats_users(self._password, accounts)
        write_whole(self._folder / "accounts.conf", (line.encode() for line in lines))

    async def _restart_after_crashes(self, ports: Ports) -> None:
        pause = SHORTEST_PAUSE
        while True:
            started = time.monotonic()
            if self._guard is not None:
                status = await self._guard.wait()
                log.error("broker.crashed", status=status)
            settled = time.monotonic() - started > SETTLED
            pause = SHORTEST_PAUSE if settled else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)
            try:
                await self._start(ports)
            except ServerFailed as problem:
                log.error("broker.failed", why=str(problem))  # noqa: TRY400 - the trace says nothing more
            else:
                log.info("broker.restarted")

    async def _start(self, wanted: Ports) -> Ports:
        """Start the server and return where it listens; the ports are kept for the next start."""
        await asyncio.to_thread(self._write_configuration, wanted)
        with (self._folder / "startup.log").open("wb") as errors:
            self._guard = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", guard.__file__, str(self._folder / "lock")),
                *(_program(), "--config", str(self._folder / "server.conf")),
                stdin=PIPE,
                stdout=PIPE,
                stderr=errors,
                start_new_session=True,
            )
        try:
            ports = await asyncio.wait_for(self._listening(self._guard), START_PATIENCE)
        except BaseException as problem:
            await self._stop()
            if isinstance(problem, TimeoutError):
                raise ServerFailed(why="it took too long", log=self._folder / "server.log") from None
            raise
        await asyncio.to_thread(write_whole, self._folder / "ports.json", [json.dumps(asdict(ports)).encode()])
        return ports

    def _write_configuration(self, wanted: Ports) -> None:
        shutil.rmtree(self._folder / "run", ignore_errors=True)
        (self._folder / "run").mkdir()
        write_whole(self._folder / "server.conf", [_configuration(self._folder, self._host, wanted).encode()])

    async def _listening(self, process: Process) -> Ports:
        """Wait until the server says where it listens: the MQTT port stands in /varz alone."""
        if process.stdout is None or not (line := await process.stdout.readline()):
            status = await process.wait()
            why = "another one runs on this folder" if status == guard.LOCKED else f"it ended with status {status}"
            raise ServerFailed(why=why, log=self._folder / "startup.log")
        told = self._folder / "run" / f"{Path(_program()).name}_{int(line)}.ports"
        while (monitoring := _monitoring(told)) is None:
            if process.returncode is not None:
                raise ServerFailed(why=f"it ended with status {process.returncode}", log=self._folder / "startup.log")
            await asyncio.sleep(0.02)
        async with aiohttp.ClientSession() as session, session.get(f"{monitoring}/varz") as answer:
            varz: dict[str, Any] = await answer.json()
        return Ports(varz["port"], varz["mqtt"]["port"])

    async def _stop(self) -> None:
        process, self._guard = self._guard, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()  # the guard ends the server
        await process.wait()


def _program() -> str:
    """Return where the wheel has put nats-server, or another one on the path."""
    beside_python = shutil.which("nats-server", path=sysconfig.get_path("scripts"))
    found = beside_python or shutil.which("nats-server")
    if found is None:
        raise ServerMissing
    return found


def _monitoring(told: Path) -> str | None:
    """Return where the server tells of itself, once it has written that down to the end."""
    with contextlib.suppress(OSError, ValueError):
        return str(json.loads(told.read_text())["monitoring"][0])
    return None


def _last_ports(folder: Path) -> Ports:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Ports(**json.loads((folder / "ports.json").read_text()))
    return Ports()


def _wanted(chosen: Ports, last: Ports) -> Ports:
    return Ports(*(one if one > 0 else other for one, other in zip(astuple(chosen), astuple(last), strict=True)))


def _free_of(host: str, wanted: Ports) -> Ports:
    """Return the wanted ports, but any free one instead of one that is taken."""
    free = wanted
    if not _is_free(host, wanted.nats):
        free = replace(free, nats=FREE)
    if not _is_free(host, wanted.mqtt):
        free = replace(free, mqtt=FREE)
    return free


def _is_free(host: str, port: int) -> bool:
    if port == FREE:
        return True
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _configuration(folder: Path, host: str, ports: Ports) -> str:
    """Return the server's configuration; JSON strings are valid there."""
    store, run, words = (json.dumps(str(folder / name)) for name in ("jetstream", "run", "server.log"))
    return f"""\
server_name: mingluo
host: {json.dumps(host)}
port: {ports.nats}
http: "127.0.0.1:{FREE}"
ports_file_dir: {run}
log_file: {words}
logfile_size_limit: 10MB
logfile_max_num: 3
max_payload: 1MB
jetstream {{ store_dir: {store} }}
mqtt {{ host: {json.dumps(host)}, port: {ports.mqtt} }}
include "accounts.conf"
"""
