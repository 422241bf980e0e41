"""The command, as somebody types it: one readable line for what is wrong, and an exit code that tells which kind."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.process import folder
from tests.app.conftest import used_again
from tests.app.test_embedded import server_id, until_gone

PATIENT, AT_ONCE = 0.5, 2  # seconds; an open call is waited for for three
COMMAND = (sys.executable, "-c", "from app.cli import main; main()")


async def start(folder_: Path, *arguments: str, **variables: str) -> Process:
    environment = os.environ | {"MINGLUO_DATA": str(folder_), "MINGLUO_PORT": "0"} | variables
    return await asyncio.create_subprocess_exec(*COMMAND, *arguments, stdout=PIPE, stderr=PIPE, env=environment)


async def run(folder_: Path, *arguments: str, **variables: str) -> tuple[int, str, str]:
    process = await start(folder_, *arguments, **variables)
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"MINGLUO_POTR": "1"}, "mingluo: There is no setting MINGLUO_POTR; did you mean MINGLUO_PORT?\n"),
        ({"MINGLUO_DATABASE": "mysql://u:secret@h/x"}, "it must begin with sqlite:/// or postgresql://.\n"),
    ],
)
async def test_a_wrong_setting_is_one_line_before_anything_starts(
    tmp_path: Path, variables: dict[str, str], words: str
) -> None:
    code, out, err = await run(tmp_path / "hub", "serve", **variables)
    assert (code, out) == (2, "")
    assert err.endswith(words)
    assert err.count("\n") == 1
    assert "secret" not in err
    assert not (tmp_path / "hub").exists()


async def test_a_worker_says_why_it_does_not_run_on_sqlite(tmp_path: Path) -> None:
    code, _, err = await run(tmp_path, "worker")
    assert code == 2
    assert "MINGLUO_DATABASE=postgresql://" in err


async def test_a_second_hub_and_a_migration_are_refused_and_a_signal_ends_the_first_in_order(
    tmp_path: Path, used_before: Path
) -> None:
    used_again(used_before, tmp_path)
    first = await start(tmp_path, "serve")
    await word_of(tmp_path, first)
    second, migration = await asyncio.gather(run(tmp_path, "serve"), run(tmp_path, "migrate"))
    assert (second[0], migration[0]) == (3, 3)
    assert f"process {first.pid}" in second[2]
    first.send_signal(signal.SIGTERM)
    await asyncio.wait_for(first.communicate(), 60)
    assert first.returncode == 0
    assert folder.owner(tmp_path) is None


async def test_a_second_signal_ends_a_hub_at_once_that_waits_for_an_open_call(
    tmp_path: Path, used_before: Path
) -> None:
    used_again(used_before, tmp_path)
    hub = await start(tmp_path, "serve")
    await word_of(tmp_path, hub)
    server = server_id(tmp_path / "broker")
    async with a_call_that_never_ends(str(folder.read_word(tmp_path)["http"])):
        hub.send_signal(signal.SIGTERM)
        await until_said(hub, b"hub.stopping")
        await asyncio.sleep(PATIENT)
        assert hub.returncode is None  # the call is still open, so the hub waits for it
        hub.send_signal(signal.SIGTERM)
        await asyncio.wait_for(hub.wait(), AT_ONCE)
    assert hub.returncode == 128 + signal.SIGTERM
    assert await until_gone(server, 3)
    again = await start(tmp_path, "serve")  # nothing of the first one is in its way
    await word_of(tmp_path, again)
    again.send_signal(signal.SIGTERM)
    await asyncio.wait_for(again.communicate(), 30)
    assert again.returncode == 0


@asynccontextmanager
async def a_call_that_never_ends(address: str) -> AsyncIterator[None]:
    """Hold a call open: its body is announced and does not come."""
    parts = urlsplit(address)
    _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(b"POST /api/v1/tokens/redeem HTTP/1.1\r\nHost: hub\r\nContent-Length: 99\r\n\r\n{")
    await writer.drain()
    try:
        yield
    finally:
        writer.close()


async def until_said(process: Process, words: bytes) -> None:
    """Read what the process writes until the words stand there."""
    assert process.stderr is not None
    async with asyncio.timeout(10):
        while words not in (line := await process.stderr.readline()):
            assert line, "the hub ended without a word"


async def test_killed_it_starts_again_on_the_same_folder(tmp_path: Path) -> None:
    for _ in range(2):
        hub = await start(tmp_path, "serve")
        await word_of(tmp_path, hub)
        hub.kill()
        await hub.communicate()


async def word_of(data: Path, process: Process) -> None:
    """Wait until this very process has left word."""
    for _ in range(600):
        if folder.read_word(data).get("pid") == process.pid:
            return
        assert process.returncode is None
        await asyncio.sleep(0.1)
    raise AssertionError("the hub does not start")


async def test_areas_are_imported_from_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "areas.csv"
    file.write_text("code,name,level,parent_code\n36,江西省,province,\n3609,宜春市,prefecture,99\n", encoding="utf-8")
    code, out, _ = await run(tmp_path / "hub", "import", "areas", str(file), "--source", "test", "--apply")
    assert code == 1
    assert "row 3, parent_code: '99'" in out
    code, out, _ = await run(
        tmp_path / "hub", "import", "areas", str(file), "--source", "test", "--apply", "--good-rows"
    )
    assert code == 0
    assert "taken over: 2 rows, 1 new" in out
