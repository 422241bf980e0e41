"""A real coturn on loopback, as a deployment runs it: names that run out, made of a shared secret."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HOME: Final = "127.0.0.1"
LAB: Final = (f"-L={HOME}", f"-E={HOME}", "--allow-loopback-peers", "--no-cli", "--no-tls", "--no-dtls")
"""Of a laboratory alone: a relay in earnest reaches no address of its own machine."""


@dataclass(frozen=True, slots=True)
class Relay:
    port: int
    secret: str
    log: Path

    def settings(self, transport: str = "udp") -> str:
        """Return the hub's settings that send everything through it."""
        address = f"turn:{HOME}:{self.port}?transport={transport}"
        return f'[video.turn]\nurls = ["{address}"]\nsecret = "{self.secret}"\nonly = true\n'


@asynccontextmanager
async def coturn(folder: Path, secret: str = "made-up-for-this-test") -> AsyncIterator[Relay]:
    """Run it for the block."""
    program = shutil.which("turnserver", path="/usr/bin:/usr/sbin:/usr/local/bin")
    assert program is not None
    with socket.socket() as probe:
        probe.bind((HOME, 0))
        port = int(probe.getsockname()[1])
    log = folder / "turn.log"
    process = await asyncio.create_subprocess_exec(
        *(program, "-n", "--use-auth-secret", f"--static-auth-secret={secret}", "--realm=mingluo.example"),
        *(f"--listening-port={port}", *LAB, f"--log-file={log}", "--simple-log", f"--pidfile={folder / 'turn.pid'}"),
        *(f"--userdb={folder / 'turn.db'}", "--verbose"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=folder,
    )
    try:
        await _listening(port)
        yield Relay(port, secret, log)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _listening(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection(HOME, port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return
