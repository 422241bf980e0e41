"""What a command says to the hub: over the local socket of the one that runs, else in this process, folder owned."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from app.errors import CommandRefused, FolderTaken
from app.process import folder
from app.settings import Settings

BASE = "http://hub"
PATIENCE = httpx.Timeout(10, read=None)  # an import of a million people takes its time


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of the local door, wherever it answers."""
    async with AsyncExitStack() as stack:
        try:
            stack.enter_context(folder.owned(settings.data))
        except FolderTaken:
            transport = httpx.AsyncHTTPTransport(uds=_socket(settings.data))
            yield await stack.enter_async_context(
                httpx.AsyncClient(transport=transport, base_url=BASE, timeout=PATIENCE)
            )
            return
        from app.process import alone  # noqa: PLC0415 - beside a hub that runs, a command needs nothing of it

        inside = httpx.ASGITransport(await alone.door(settings, stack, BASE))
        yield await stack.enter_async_context(httpx.AsyncClient(transport=inside, base_url=BASE, timeout=PATIENCE))


async def post(client: httpx.AsyncClient, path: str, **given: Any) -> Any:
    """Call the door; its problem becomes CommandRefused, in its own words."""
    answer = await client.post(path, **given)
    if answer.is_error:
        raise CommandRefused(why=answer.json().get("detail", f"the hub answered {answer.status_code}"))
    return answer.json()


def report_lines(report: dict[str, Any]) -> list[str]:
    """Return an import's report as lines: what is bad, then what the file comes to."""
    bad = [
        f"row {each['row']}, {each['column']}: {each['value']!r} {each['reason']} {each['advice']}"
        for each in report["faults"]
    ]
    counts = ", ".join(f"{report[name]} {name}" for name in ("rows", "new", "changed", "unchanged", "bad", "gone"))
    did = "taken over" if report["applied"] else "only looked at"
    return [*bad, f"{report['kind']} from {report['source']}, {did}: {counts}"]


def check_lines(found: dict[str, Any]) -> list[str]:
    """Return what was checked as lines: what is needed, then the channels with what their providers said."""
    needed = [f"{'yes' if there else 'no ':3} {name}" for name, there in found["needed"].items()]
    return [*needed, *(_channel_line(name, said) for name, said in found["channels"].items())]


def _channel_line(name: str, said: str | None) -> str:
    if said is None:
        return f"?   channel {name}: only a hub that runs can ask"
    return f"yes channel {name}" if said == "yes" else f"no  channel {name}: {said}"


def _socket(data: Path) -> str:
    word = folder.read_word(data)
    if "socket" not in word:
        raise CommandRefused(why="the hub on this folder is just starting or stopping; try again in a moment")
    return str(word["socket"])
