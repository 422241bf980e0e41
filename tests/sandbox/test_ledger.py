"""The ledger survives everything; the world starts as one process and says where it is."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from sandbox.clock import StoryTime, machine_now
from sandbox.ledger import Ledger

HOUR = 3_600_000


def start(state: Path, *more: str) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    command = [sys.executable, "-m", "sandbox", "--state", str(state), *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


def end(process: subprocess.Popen[str], by: signal.Signals) -> int:
    process.send_signal(by)
    try:
        return process.wait(timeout=20)
    finally:
        assert process.stdout is not None
        process.stdout.close()


def test_what_was_received_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with Ledger(path, StoryTime()) as ledger:
        first = ledger.receive("sms", "+999001", "SM1", "暴雨\n红色", mark="7.1")
    with Ledger(path, StoryTime()) as ledger:
        assert ledger.entries() == [first]
        ledger.receive("sms", "+999002", "SM2", "x")
        assert [entry.address for entry in ledger.entries(since=1)] == ["+999002"]
        assert ledger.entries(channel="telegram") == []


def test_a_line_that_a_crash_tore_is_cut_off_and_the_next_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with Ledger(path, StoryTime()) as ledger:
        ledger.receive("sms", "+999001", "SM1", "x")
    with path.open("ab") as file:
        file.write(b'{"channel": "sms", "addr')
    with Ledger(path, StoryTime()) as ledger:
        ledger.receive("sms", "+999002", "SM2", "y")
    with Ledger(path, StoryTime()) as ledger:
        assert [entry.provider_id for entry in ledger.entries()] == ["SM1", "SM2"]


def test_story_time_starts_where_it_is_told_and_runs_as_fast() -> None:
    story = StoryTime(start=0, origin=machine_now() - 1_000, rate=3_600.0)
    assert HOUR <= story.now() < 2 * HOUR
    assert abs(StoryTime().now() - machine_now()) < 1_000


def test_the_world_starts_by_one_command_and_keeps_its_ledger_through_a_kill(tmp_path: Path) -> None:
    process, told = start(tmp_path)
    try:
        bot = f"{told['telegram']['url']}/bot{told['telegram']['token']}"
        assert httpx.post(f"{bot}/sendMessage", json={"chat_id": 7, "text": "一"}).json()["ok"]
    finally:
        assert end(process, signal.SIGKILL) == -signal.SIGKILL
    process, told = start(tmp_path)
    try:
        ledger = httpx.get(f"{told['control']['url']}/_sandbox/ledger").json()
        assert [entry["text"] for entry in ledger["entries"]] == ["一"]
        bot = f"{told['telegram']['url']}/bot{told['telegram']['token']}"
        again = httpx.post(f"{bot}/sendMessage", json={"chat_id": 8, "text": "二"}).json()
        assert again["result"]["message_id"] == 2  # no number is given twice
    finally:
        assert end(process, signal.SIGTERM) == 0
