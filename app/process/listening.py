"""The HTTP server: it listens where it was told or on the next free port, and leaves signals to app/lifecycle.py."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from app.errors import WrongSetting
from app.switchboard.words import LARGEST

NEXT_PORTS = 50
LAST_PORT = 65_535
GRACE = 3  # seconds that open calls have to end, when the hub stops


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Yield a listening socket on `port`, else on one of the next, else on any free one."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except OSError:
        raise WrongSetting(setting="host (MINGLUO_HOST)", why=f"{host} is no address of this machine") from None
    nearby = [number for number in range(port, port + NEXT_PORTS) if port > 0 and number <= LAST_PORT]
    for number in (*nearby, 0):
        with socket.socket(family, socket.SOCK_STREAM) as bound:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                bound.bind((host, number))
                bound.listen(256)
            except OSError:
                continue
            yield bound
            return
    raise WrongSetting(setting="host (MINGLUO_HOST)", why=f"nothing can listen on {host}")


@contextlib.contextmanager
def listening_locally(path: Path) -> Iterator[socket.socket]:
    """Yield a listening local socket that only this machine's same user may open."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bound:
        bound.bind(str(path))
        path.chmod(0o600)
        bound.listen(16)
        yield bound


def address_of(bound: socket.socket) -> str:
    """Return the web address of a listening socket."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: the whole house stops in order, not this server by itself."""
        yield


@contextlib.asynccontextmanager
async def answering(application: ASGIApp, bound: socket.socket) -> AsyncIterator[None]:
    """Answer calls at the socket for the block; when it ends, open calls have a few seconds to finish."""
    server = _Server(
        uvicorn.Config(
            application,
            access_log=False,  # our own log names routes, never addresses with what is asked behind them
            log_config=None,
            lifespan="off",
            server_header=False,
            ws="websockets-sansio",
            ws_max_size=LARGEST,
            ws_per_message_deflate=False,  # what is said is short, and packing it costs memory for every line
            timeout_graceful_shutdown=GRACE,
        )
    )
    serving = asyncio.create_task(server.serve([bound]), name="http")
    try:
        yield  # the socket listens already: a call that comes before the server is up waits there
    finally:
        server.should_exit = True
        await serving
