"""Whom a door task is asked of and how long each is waited for; read from door_tasks.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.cases.door_task import Kind, Rung
from ground.clock import MINUTE


@dataclass(frozen=True, slots=True)
class Policy:
    """Of one kind; waits are story milliseconds."""

    stairs: tuple[Rung, ...]
    accept: int
    report: int
    again: int


@dataclass(frozen=True, slots=True)
class Policies:
    """`levels`: which warnings open door tasks by themselves."""

    levels: frozenset[int]
    kinds: Mapping[Kind, Policy]


@cache
def policies() -> Policies:
    tables = tomllib.loads(Path(__file__).with_name("door_tasks.toml").read_text(encoding="utf-8"))
    kinds = {kind: _policy(tables[kind]) for kind in Kind}
    return Policies(frozenset(tables["levels"]), kinds)


def of_kind(kind: Kind) -> Policy:
    return policies().kinds[kind]


def _policy(table: Mapping[str, object]) -> Policy:
    stairs = table["stairs"]
    assert isinstance(stairs, list)  # noqa: S101 - the table is our own
    waits = {name: int(str(table[name])) * MINUTE for name in ("accept", "report", "again")}
    return Policy(tuple(Rung(each) for each in stairs), **waits)
