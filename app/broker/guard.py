"""A guard: runs one program as its child and ends it when whoever holds the other end of standard input is gone.

Started as `python guard.py lock program argument …`, with the standard library alone, so that it costs little and
cannot fail for want of a package. A line "reload" on standard input becomes SIGHUP; the end of standard input (the
parent closed it, or died by whatever means) ends the child, at first politely. Should the guard itself be killed,
Linux kills the child (PR_SET_PDEATHSIG). The first line on standard output is the child's process id.

The file `lock` stays locked for as long as the guard or the child lives, so that a second start waits for the end of
the first instead of writing into the same store.
"""

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

GRACE = 1.0  # seconds between asking the child to end and making it
PATIENCE = 3.0  # seconds that the one before us may take to end
LOCKED = 75  # exit status: somebody else runs the program on this folder (EX_TEMPFAIL)
PR_SET_PDEATHSIG = 1


def main(lock: str, *command: str) -> int:
    """Run `command` until it ends or standard input does; return its exit status."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # a Ctrl-C on the terminal is for the parent, who then closes the pipe
    held = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    if not _locked(held):
        return LOCKED
    with subprocess.Popen(  # noqa: S603 - the command line is our own
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[held],
        preexec_fn=_last_words(),  # noqa: PLW1509 - the guard has one thread yet, so nothing can be locked
    ) as child:
        print(child.pid, flush=True)  # noqa: T201 - the one line of this protocol
        threading.Thread(target=_heed, args=(child,), daemon=True).start()
        return child.wait()


def _locked(held: int) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.02)
    return False


def _last_words() -> Callable[[], None]:
    """Return what the child does before it becomes the program; what can be loaded is loaded before the fork."""
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
    guard = os.getpid()

    def before_the_program() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != guard:  # the guard was gone before the kernel was asked
            os._exit(1)

    return before_the_program


def _heed(child: "subprocess.Popen[bytes]") -> None:
    for line in sys.stdin.buffer:
        if line.strip() == b"reload":
            child.send_signal(signal.SIGHUP)
    child.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(GRACE)
        return
    child.kill()


if __name__ == "__main__":
    os._exit(main(*sys.argv[1:]))  # not sys.exit: the thread may sit in its read for ever
