"""The command, as somebody types it: one readable line for what is wrong, and an exit code that tells which kind."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from app.process import folder

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


async def test_a_second_hub_and_a_migration_are_refused_and_two_signals_end_the_first(tmp_path: Path) -> None:
    first = await start(tmp_path, "serve")
    await word_of(tmp_path, first)
    second, migration = await asyncio.gather(run(tmp_path, "serve"), run(tmp_path, "migrate"))
    assert (second[0], migration[0]) == (3, 3)
    assert f"process {first.pid}" in second[2]
    first.send_signal(signal.SIGTERM)
    await asyncio.wait_for(first.communicate(), 60)
    assert first.returncode == 0
    assert folder.owner(tmp_path) is None


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
