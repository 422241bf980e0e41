"""The page of figures: what was measured, on what, and what the ratios mean."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from bench.calling import CallingFigures
from bench.inbound import InboundFigures
from bench.rosters import RosterFigures
from bench.storm import StormFigures


@dataclass(frozen=True, slots=True)
class Figures:
    """One database: seconds for the bare statements and for the whole pipeline, and what the hub's process used."""

    dialect: str
    people: int
    bare: float
    pipeline: float
    cpu: float
    peak: int  # MiB
    load: float  # of the machine, before
    heard: Sequence[InboundFigures]
    called: CallingFigures
    caught_up: StormFigures
    tested: RosterFigures

    @property
    def rate(self) -> float:
        return self.people / self.pipeline

    @property
    def ratio(self) -> float:
        return self.bare / self.pipeline


def page(figures: Sequence[Figures], batch: int, video: str) -> str:
    rows = "\n".join(
        f"| {each.dialect} | {each.people:,} | {each.rate:,.0f}/s | {each.people / each.bare:,.0f}/s | "
        f"**{each.ratio:.2f}** | {each.cpu / each.people * 1e6:.1f} µs | {each.peak} MiB | {each.load:.1f} |"
        for each in figures
    )
    turns = "\n".join(_turns(turn) for each in figures for turn in each.heard)
    called = "\n".join(_called(each.called) for each in figures)
    caught_up = "\n".join(_caught_up(each.caught_up) for each in figures)
    handed_in = "\n".join(_handed_in(each.tested) for each in figures)
    tested = "\n".join(_tested(each.tested) for each in figures)
    return f"""# Performance

Written by `make bench`; do not edit. {os.cpu_count()} cores, Python {platform.python_version()}, SQLite
{sqlite3.sqlite_version}. Every run ended with all rows `accepted`, checked in the database.

From the notice's row to the last record: freeze, plan in slices, publish on JetStream, claim, send through a channel
that accepts everything, record; {batch:,} recipients to a range. Beside it the bare statements of the same sending
(freeze, plan, claim, read, record), one after the other, with no engine around them. The ratio is what the pipeline
keeps of their speed; it is the figure to compare between machines.

| database | recipients | pipeline | bare statements | ratio | CPU of the hub | peak memory | load before |
|---|---|---|---|---|---|---|---|
{rows}

Inbound turns, one after the other: a Telegram webhook's body to the reply in the outbox, all conversations asked,
everything in the database; beside it a bare aiogram dispatcher that answers at once and keeps nothing.

| database | what is said | turns | ours | bare dispatcher | ratio |
|---|---|---|---|---|---|
{turns}

叫应 raced: ladders of so many monitors are opened and their first messages planned; then the messages go out while all
answers are recorded beside them. "Late" is what was claimed after its answer was recorded: it must be none.

| database | ladders | opened | sent and answered | sent | under way at the answer | late |
|---|---|---|---|---|---|---|
{called}

After hours without a hub all ladders are due at once. The ratio is the speed of the first tenth, while all others wait,
to that of the last.

| database | rungs | all | first tenth | last tenth | ratio |
|---|---|---|---|---|---|
{caught_up}

A month's table of duty rooms, checked whole and taken over; then the same file again, of which nothing is new.

| database | shifts | new | the same again |
|---|---|---|---|
{handed_in}

通联测试: everybody on duty in the county is tried, and what became of each number is written down; the messages are not
sent here. Of the write transactions, those of the table above included, one in a hundred is longer than "long", in the
hub's own time until the commit.

| database | people | asked | written down | statements to a slice | long |
|---|---|---|---|---|---|
{tested}

A video check, from an officer's press to the first picture, both pages in one Chromium with a fake camera, directly on
loopback: {video}.
"""


def _turns(each: InboundFigures) -> str:
    return (
        f"| {each.dialect} | {each.said} | {each.turns:,} | {each.turns / each.ours:,.0f}/s | "
        f"{each.turns / each.bare:,.0f}/s | **{each.bare / each.ours:.2f}** |"
    )


def _called(each: CallingFigures) -> str:
    return (
        f"| {each.dialect} | {each.ladders:,} | {each.ladders / each.opened:,.0f}/s | "
        f"{each.ladders / each.answered:,.0f}/s | {each.sent:,} | {each.under_way} | **{each.late}** |"
    )


def _caught_up(each: StormFigures) -> str:
    tenth = each.rungs / 10
    return (
        f"| {each.dialect} | {each.rungs:,} | {each.rungs / each.passed:,.0f}/s | {tenth / each.first:,.0f}/s | "
        f"{tenth / each.last:,.0f}/s | **{each.last / each.first:.2f}** |"
    )


def _handed_in(each: RosterFigures) -> str:
    new, again = each.shifts / each.imported, each.shifts / each.again
    return f"| {each.dialect} | {each.shifts:,} | {new:,.0f}/s | {again:,.0f}/s |"


def _tested(each: RosterFigures) -> str:
    asked, counted = each.people / each.asked, each.people / each.counted
    return (
        f"| {each.dialect} | {each.people:,} | {asked:,.0f}/s | {counted:,.0f}/s | "
        f"{each.statements / each.slices:.0f} | {each.long:.0f} ms |"
    )
