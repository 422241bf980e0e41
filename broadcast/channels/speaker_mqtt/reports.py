"""What gateways say: states of commands, heartbeats, hello and status, and the last will that the broker says for them.

Everything here comes from outside: what cannot be read is None, never an error, and the topic alone says who spoke.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from broadcast.channels.base import Word
from broadcast.channels.speaker_mqtt import topics
from broadcast.channels.speaker_mqtt.commands import notice_of

LONGEST_REPORT = 64 * 1024  # bytes
LONGEST_WORD = 20
MOST_STATES = 100  # that one hello may carry


class ReportKind(StrEnum):
    STATE = "state"  # how far one command got
    HELLO = "hello"  # just connected: its last states with it
    STATUS = "status"  # the same, because a query asked
    HEARTBEAT = "heartbeat"
    OFFLINE = "offline"  # its last will, or its own farewell


WORDS: Mapping[str, Word] = {
    "received": Word.PROGRESS,
    "downloading": Word.PROGRESS,
    "playing": Word.PROGRESS,
    "played": Word.DELIVERED,
    "failed": Word.FAILED,
    "preempted": Word.FAILED,
    "stopped": Word.FAILED,
    "expired": Word.FAILED,
}
"""A gateway's states in the hub's words."""


@dataclass(frozen=True, slots=True)
class CommandState:
    """How far a gateway got with the command `id`: `state` is one of WORDS, `at` story time if it says when."""

    id: str
    state: str
    code: str = ""
    at: int | None = None

    @property
    def notice(self) -> str:
        """The public id of the notice that is played."""
        return notice_of(self.id)


@dataclass(frozen=True, slots=True)
class Report:
    """One message of a gateway."""

    gateway: str
    kind: ReportKind
    states: tuple[CommandState, ...] = ()


def read_report(topic: str, payload: bytes) -> Report | None:
    """Return what a gateway said; None if it is no report."""
    gateway = topics.gateway_of(topic)
    if gateway is None or len(payload) > LONGEST_REPORT:
        return None
    try:
        said: Any = json.loads(payload)
        kind = ReportKind(said["kind"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if kind is ReportKind.STATE:
        state = _state(said)
        return None if state is None else Report(gateway, kind, (state,))
    return Report(gateway, kind, _states(said.get("commands")))


def _states(said: Any) -> tuple[CommandState, ...]:
    if not isinstance(said, Sequence) or isinstance(said, str):
        return ()
    return tuple(state for each in said[:MOST_STATES] if (state := _state(each)))


def _state(said: Any) -> CommandState | None:
    if not isinstance(said, Mapping):
        return None
    match said.get("id"), said.get("state"), said.get("code", ""), said.get("at"):
        case str(command), str(state), str(code), int() | None as at if state in WORDS:
            return CommandState(command[:80], state, code[:LONGEST_WORD], at)
    return None
