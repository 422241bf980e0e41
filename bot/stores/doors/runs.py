"""The look for doors after a grave warning: household after household of the danger zones, in slices that resume."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, select, tuple_, update

from audiences.stores.scope import below
from audiences.stores.tables import (
    address_owners,
    addresses,
    audience_members,
    audiences,
    households,
    needs,
    opt_outs,
    people,
)
from bot.stores.doors.tables import runs
from broadcast.stores.tables import answers, notices
from ground.actor import Actor
from ground.bulk import insert_rows
from ground.clock import machine_now
from ground.transaction import Transaction

LOOKING, WATCHED, ENDING, OVER = "looking", "watched", "ending", "over"
ORIGIN = "alert:"
BEGINNING = (0, 0)  # of a look


@dataclass(frozen=True, slots=True)
class Run:
    """The doors of one chain of warnings."""

    id: int
    chain: str
    alert: str
    round: int
    audience: int | None
    area: int
    level: int
    drill: bool
    stage: str
    cursor: tuple[int, int]

    @property
    def origin(self) -> str:
        """Under what its tasks are opened: once for the chain, and once more if it begins anew after it was over."""
        return f"{ORIGIN}{self.chain}" + (f":{self.round}" if self.round > 1 else "")


@dataclass(frozen=True, slots=True)
class Grave:
    """A warning that was issued and opens doors."""

    chain: str
    alert: str
    audience: int | None
    area: int
    level: int
    drill: bool


@dataclass(frozen=True, slots=True)
class Home:
    """A household in danger: whether it is reached for sure, and whether somebody there needs help to move."""

    household: int
    area: int
    reached: bool
    frail: bool


async def begin(tx: Transaction, actor: Actor, grave: Grave, at: int) -> None:
    """Look for the doors of a warning; an update looks again from the beginning and adds what is new."""
    actor.require_hub()
    row = {
        "chain": grave.chain,
        "alert_id": grave.alert,
        "audience_id": grave.audience,
        "area_id": grave.area,
        "level": grave.level,
        "drill": grave.drill,
        "stage": LOOKING,
        "at": at,
        "learned_at": machine_now(),
    }
    await insert_rows(tx, runs, [row], ignore_known=True)
    again = {name: row[name] for name in ("alert_id", "audience_id", "area_id", "level", "stage")}
    mine = (runs.c.chain == grave.chain) & (runs.c.alert_id != grave.alert)
    await tx.execute(update(runs).where(mine, runs.c.stage.in_([ENDING, OVER])).values(round=runs.c.round + 1))
    await tx.execute(update(runs).where(mine).values(again | {"cursor_area_id": 0, "cursor_id": 0}))


async def end(tx: Transaction, actor: Actor, chain: Sequence[str]) -> None:
    """Have the doors of a chain closed: it is over."""
    actor.require_hub()
    mine = runs.c.chain.in_(list(chain)) & (runs.c.stage != OVER)
    await tx.execute(update(runs).where(mine).values(stage=ENDING))


async def at_stage(tx: Transaction, actor: Actor, stage: str, limit: int = 50) -> Sequence[Run]:
    actor.require_hub()
    wanted = select(runs).where(runs.c.stage == stage).order_by(runs.c.level, runs.c.id).limit(limit)
    return [_run(row) for row in await tx.rows(wanted)]


async def hold(tx: Transaction, actor: Actor, run_id: int) -> Run | None:
    """Return the run, locked: one worker at a time looks."""
    actor.require_hub()
    row = await tx.row(select(runs).where(runs.c.id == run_id).with_for_update(skip_locked=True))
    return _run(row) if row else None


async def ready(tx: Transaction, actor: Actor, run: Run) -> bool:
    """Say whether the people whom the warning is for are frozen already."""
    actor.require_hub()
    if run.audience is None:
        return True
    return await tx.value(select(audiences.c.frozen_at).where(audiences.c.id == run.audience)) is not None


async def next_homes(tx: Transaction, actor: Actor, run: Run, limit: int, now: int) -> Sequence[Home]:
    """Return the next households of the danger zones in the warning's audience; two statements."""
    actor.require_hub()
    beyond = tuple_(households.c.area_id, households.c.id) > tuple_(*run.cursor)
    said = await tx.values(select(notices.c.id).where(notices.c.origin == f"{ORIGIN}{run.alert}"))
    marks = ((_reached(now) | _answered(said)).label("reached"), _frail().label("frail"))
    wanted = select(households.c.id, households.c.area_id, *marks).where(_in_danger(), _meant(run), beyond)
    rows = await tx.rows(wanted.order_by(households.c.area_id, households.c.id).limit(limit))
    return [Home(row.id, row.area_id, bool(row.reached), bool(row.frail)) for row in rows]


async def reached(tx: Transaction, actor: Actor, run: Run, last: Home | None, opened: int) -> None:
    """Note how far the look came; after the last household it is finished."""
    actor.require_hub()
    mine = update(runs).where(runs.c.id == run.id, runs.c.stage == LOOKING)
    if last is None:
        await tx.execute(mine.values(stage=WATCHED))
        return
    came = {"cursor_area_id": last.area, "cursor_id": last.household, "opened": runs.c.opened + opened}
    await tx.execute(mine.values(came))


async def over(tx: Transaction, actor: Actor, run_id: int) -> None:
    actor.require_hub()
    await tx.execute(update(runs).where(runs.c.id == run_id, runs.c.stage == ENDING).values(stage=OVER))


def _in_danger() -> ColumnElement[bool]:
    under = households.c.hazard.is_not(None) | households.c.site_id.is_not(None)
    return households.c.gone_at.is_(None) & under


def _meant(run: Run) -> ColumnElement[bool]:
    here = below(run.area, households.c.area_id)
    if run.audience is None:
        return here
    member = audience_members.c
    warned = exists().where(
        people.c.household_id == households.c.id, member.audience_id == run.audience, member.person_id == people.c.id
    )
    return here & warned.correlate(households)


def _reached(now: int) -> ColumnElement[bool]:
    """Say that somebody who is at home has an address that is proven theirs, works, and takes warnings."""
    owner = address_owners.c
    held = people.join(address_owners, owner.person_id == people.c.id)
    held = held.join(addresses, addresses.c.id == owner.address_id)
    at_home = people.c.gone_at.is_(None) & (people.c.whereabouts != "away")
    working = addresses.c.closed_at.is_(None) & addresses.c.stopped_at.is_(None) & addresses.c.value.is_not(None)
    refused = exists().where(opt_outs.c.address_id == addresses.c.id, opt_outs.c.purpose == "warnings")
    owned = (owner.from_at <= now) & (owner.until_at.is_(None) | (owner.until_at > now))
    proven = addresses.c.verified_at.is_not(None) & working & owned & ~refused.correlate(addresses)
    found = select(1).select_from(held).where(people.c.household_id == households.c.id, at_home, proven)
    return found.correlate(households).exists()


def _answered(said: Sequence[int]) -> ColumnElement[bool]:
    """Say that somebody of the household has answered the warning already."""
    theirs = people.join(answers, answers.c.person_id == people.c.id)
    there = (people.c.household_id == households.c.id) & answers.c.notice_id.in_(list(said))
    return select(1).select_from(theirs).where(there).correlate(households).exists()


def _frail() -> ColumnElement[bool]:
    held = people.join(needs, needs.c.person_id == people.c.id)
    there = (people.c.household_id == households.c.id) & people.c.gone_at.is_(None)
    return select(1).select_from(held).where(there).correlate(households).exists()


def _run(row: Row[Any]) -> Run:
    return Run(
        row.id,
        row.chain,
        row.alert_id,
        row.round,
        row.audience_id,
        row.area_id,
        row.level,
        row.drill,
        row.stage,
        (row.cursor_area_id, row.cursor_id),
    )
