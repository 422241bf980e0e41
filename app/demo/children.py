"""Processes of a rehearsal: each runs under the guard, so that it ends with us, kill -9 of ourselves included."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from app.broker import guard
from app.demo.errors import ChildFailed

T = TypeVar("T")
LOOK = 0.05  # seconds between two looks whether it is there
PATIENCE = 60.0  # seconds for a start on a busy machine
FAREWELL = 10.0  # seconds for an orderly end
OURS = "MINGLUO_"  # settings of this machine must not reach the rehearsal


class Child:
    """One program, with its own log. `python` are the arguments after the interpreter."""

    def __init__(self, name: str, folder: Path, python: Sequence[str]) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self._lock = folder / f"{name}.lock"
        self._python = python
        self._guard: Process | None = None
        self._pid = 0

    async def start(self, there: Callable[[], T | None]) -> T:
        """Start it and wait until `there` finds what it left; ChildFailed if it ends before, or takes too long."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        with self.log.open("ab") as log:
            self._guard = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", guard.__file__, str(self._lock)),
                *(sys.executable, *self._python),
                stdin=PIPE,
                stdout=PIPE,
                stderr=log,
                env=environment,
                start_new_session=True,
            )
        if self._guard.stdout is not None:
            self._pid = int(await self._guard.stdout.readline() or 0)
        try:
            return await asyncio.wait_for(self._found(self._guard, there), PATIENCE)
        except TimeoutError:
            raise ChildFailed(name=self.name, log=self.log) from None

    async def end(self) -> None:
        """Ask it to end, and see that it does; nothing to do if it has ended."""
        process, self._guard = self._guard, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()  # the guard ends the child
        try:
            await asyncio.wait_for(process.wait(), FAREWELL)
        except TimeoutError:
            process.kill()  # and the kernel its child
            await process.wait()

    async def kill(self) -> None:
        """End it without a word (SIGKILL), as a power cut would."""
        process, self._guard = self._guard, None
        if process is not None:
            os.kill(self._pid, signal.SIGKILL)
            await process.wait()

    async def _found(self, process: Process, there: Callable[[], T | None]) -> T:
        while True:
            found = there()
            if found is not None:
                return found
            if process.returncode is not None:
                raise ChildFailed(name=self.name, log=self.log)
            await asyncio.sleep(LOOK)
