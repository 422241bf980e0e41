"""Where tests put their files: in memory, where there is enough of it.

A disk that others are busy with stalls whole tests, and copying a database there takes longer than most of what is
tried in it. No test cuts the power, so nothing is lost by it.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - every folder made there has a name of its own and is its owner's alone
ENOUGH = 4 * 2**30  # bytes: a container may have 64 MiB there


def in_memory() -> None:
    """Have temporary files of this process and its children in memory, unless TMPDIR says where they go."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ENOUGH:
        return
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
