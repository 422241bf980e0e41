"""`python -m sandbox --state DIR`: start the whole world on free ports, and say where as one line of JSON."""

import argparse
import asyncio
import json
import signal
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from sandbox.browser.peer import BrowserPeer
from sandbox.clock import StoryTime
from sandbox.direction import direction
from sandbox.ledger import Ledger
from sandbox.serving import Peer, World, serve
from sandbox.speaker.fleet import SpeakerPeer
from sandbox.telegram.server import TelegramPeer
from sandbox.twilio.server import TwilioPeer

WORD = "peers.json"
PEERS: Sequence[Callable[[World], Peer]] = (
    TelegramPeer,
    TwilioPeer,
    SpeakerPeer,
    BrowserPeer,
)


async def start(world: World, stack: AsyncExitStack, port: int = 0) -> dict[str, Any]:
    """Start all peers and the door that directs them; return every address by the peer's name."""
    peers = [make(world) for make in PEERS]
    told: dict[str, Any] = {peer.name: dict(await peer.start(stack)) for peer in peers}
    told["control"] = {"url": await serve(direction(world, peers), stack, port)}
    return told


async def run(asked: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stopped.set)
    time = StoryTime(asked.clock_start, asked.clock_origin, asked.clock_rate)
    async with AsyncExitStack() as stack:
        ledger = stack.enter_context(Ledger(asked.state / "ledger.jsonl", time))
        told = await start(World(asked.state, time, ledger), stack, asked.port)
        line = json.dumps(told)
        _leave_word(asked.state / WORD, line)
        print(line, flush=True)  # noqa: T201 - the line that the caller waits for
        await stopped.wait()


def _leave_word(path: Path, line: str) -> None:
    """Write the line into the folder too, whole or not at all: who starts us may not see what we print."""
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(line)
    draft.replace(path)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder of the ledger; it survives a restart")
    parser.add_argument("--port", type=int, default=0, help="of the control address; 0 finds a free one")
    parser.add_argument("--clock-start", type=int, default=None, help="story time at the origin, in milliseconds")
    parser.add_argument("--clock-origin", type=int, default=0, help="machine time of the start, in milliseconds")
    parser.add_argument("--clock-rate", type=float, default=1.0, help="story seconds in a real one")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(run(arguments()))
