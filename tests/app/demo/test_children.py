"""The processes of a rehearsal end with whoever started them."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from app.demo.children import Child
from app.demo.errors import ChildFailed

WORD = "import os, sys, pathlib; pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))"
SLEEPER = f"{WORD}; import time; time.sleep(60)"
PARENT = """
import asyncio, pathlib, sys
from app.demo.children import Child

async def main():
    word = pathlib.Path(sys.argv[1])
    child = Child("sleeper", word.parent, ("-c", sys.argv[2], str(word)))
    await child.start(lambda: word.read_text() if word.exists() and word.read_text() else None)
    print("started", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def word_of(path: Path) -> str | None:
    return (path.read_text() if path.exists() else "") or None


async def test_a_child_that_was_started_runs_until_it_is_ended(tmp_path: Path) -> None:
    word = tmp_path / "word"
    child = Child("sleeper", tmp_path, ("-c", SLEEPER, str(word)))
    pid = int(await child.start(lambda: word_of(word)))
    assert runs(pid)
    await child.end()
    assert not runs(pid)
    await child.end()


async def test_a_child_that_is_killed_is_gone_at_once_and_may_be_started_again(tmp_path: Path) -> None:
    word = tmp_path / "word"
    child = Child("sleeper", tmp_path, ("-c", SLEEPER, str(word)))
    pid = int(await child.start(lambda: word_of(word)))
    await child.kill()
    assert not runs(pid)
    word.unlink()
    again = int(await child.start(lambda: word_of(word)))
    assert again != pid
    await child.end()


async def test_a_child_that_ends_before_it_was_ready_is_named_with_its_log(tmp_path: Path) -> None:
    child = Child("fool", tmp_path, ("-c", "raise SystemExit('I do not feel like it')"))
    with pytest.raises(ChildFailed, match=r"fool\.log"):
        await child.start(lambda: None)
    assert "I do not feel like it" in child.log.read_text()
    await child.end()


async def test_no_setting_of_this_machine_reaches_a_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGLUO_PORT", "1")
    word = tmp_path / "word"
    told = "import os, sys, pathlib; pathlib.Path(sys.argv[1]).write_text(str('MINGLUO_PORT' in os.environ))"
    child = Child("teller", tmp_path, ("-c", f"{told}; import time; time.sleep(60)", str(word)))
    assert await child.start(lambda: word_of(word)) == "False"
    await child.end()


async def test_the_children_of_a_parent_that_is_killed_end_too(tmp_path: Path) -> None:
    word = tmp_path / "word"
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(word), SLEEPER, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    assert await parent.stdout.readline() == b"started\n"
    pid = int(word.read_text())
    parent.kill()
    await parent.wait()
    for _ in range(300):
        if not runs(pid):
            return
        await asyncio.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    raise AssertionError("the child outlived its parent")


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
