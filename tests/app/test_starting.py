"""What a process takes along: a command and a hub start without the kits that they may never need."""

import json
import os
import subprocess
import sys
from pathlib import Path

SLOW = {"PIL", "aiogram", "pypinyin", "segno", "twilio", "xlsxwriter"}
THE_HUB = {"alembic", "fastapi", "nats", "pydantic", "sqlalchemy"}
LOADED = "import json, sys; print(json.dumps([name for name in sys.modules if '.' not in name]))"
RUNNING = """
import asyncio, os
from app.lifecycle import running
from app.settings import read_settings

async def run():
    async with running(read_settings(None, os.environ)):
        pass

asyncio.run(run())
"""


def loaded_by(code: str, **variables: str) -> set[str]:
    """Return the packages that a process has loaded which did this."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MINGLUO_")} | variables
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        (sys.executable, "-c", f"{code}\n{LOADED}"), env=environment, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_a_command_is_known_before_anything_of_the_hub_is_loaded() -> None:
    assert not loaded_by("import app.cli") & (SLOW | THE_HUB)


def test_a_command_beside_a_hub_that_runs_loads_nothing_of_it() -> None:
    loaded = loaded_by("import app.cli; import app.process.terminal")
    assert not loaded & (SLOW | {"alembic", "fastapi", "nats"})


def test_tables_are_brought_up_to_date_without_the_hub() -> None:
    assert not loaded_by("import app.process.tables") & (SLOW | {"fastapi", "nats"})


def test_a_hub_runs_without_the_kits_of_what_is_not_switched_on(tmp_path: Path) -> None:
    switched_on = {f"MINGLUO_CHANNELS__{channel}": "{}" for channel in ("MEMORY", "WEBCHAT")}
    loaded = loaded_by(RUNNING, MINGLUO_DATA=str(tmp_path / "hub"), MINGLUO_PORT="0", **switched_on)
    assert "fastapi" in loaded
    assert not loaded & SLOW
