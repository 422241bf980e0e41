"""Lines and turns of a voice account, shared by all hubs of one database: leased, so that none is lost with a hub."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, or_, select, update

from broadcast.stores.tables import voice_lines
from ground.actor import Actor
from ground.bulk import insert_rows
from ground.clock import MINUTE
from ground.transaction import Transaction

TURNS = 0  # the row that says when the next call may be placed
DIGITS = 4  # of a line's number
FURTHEST = 5 * MINUTE  # no turn lies further ahead than that, unless the clock was set back


@dataclass(frozen=True, slots=True)
class Line:
    """A line that somebody holds. Another's on the same number cannot be given back with it."""

    number: int
    holder: str

    def __str__(self) -> str:
        return f"{self.number}-{self.holder}"

    @classmethod
    def parse(cls, text: str) -> "Line | None":
        """Read what `str` wrote; None if it is none of ours."""
        number, dash, holder = text.partition("-")
        is_number = number.isascii() and number.isdigit() and len(number) <= DIGITS
        return cls(int(number), holder) if dash and is_number else None


@dataclass(frozen=True, slots=True)
class Taken:
    """Lines, and in how many milliseconds the first call may be placed; the others each an interval later."""

    lines: tuple[Line, ...]
    first_in: int = 0


async def lay(tx: Transaction, actor: Actor, account: str, lines: int) -> None:
    """Make an account's lines, where they are not there yet."""
    actor.require_hub()
    rows = [{"account": account, "line": number} for number in range(lines + 1)]
    await insert_rows(tx, voice_lines, rows, ignore_known=True)


async def take(
    tx: Transaction, actor: Actor, account: str, holder: str, *, lines: int, wanted: int, hold: int, interval: int
) -> Taken:
    """Hold up to `wanted` free ones of an account's first lines for `hold` milliseconds, and as many turns to call.

    Two statements, however many are wanted.
    """
    actor.require_hub()
    line = voice_lines.c
    numbered = and_(line.account == account, line.line > TURNS, line.line <= lines)
    free = select(line.line).where(numbered, line.until_at <= tx.machine_time).order_by(line.line).limit(wanted)
    chosen = free.with_for_update(skip_locked=True).cte("chosen")
    mine = and_(line.account == account, line.line.in_(select(chosen.c.line)))
    held = update(voice_lines).where(mine).values(holder=holder, until_at=tx.machine_time + hold)
    numbers = sorted(await tx.values(held.returning(line.line)))
    if not numbers:
        return Taken(())
    span = len(numbers) * interval
    turns = and_(line.account == account, line.line == TURNS)
    moved = update(voice_lines).where(turns).values(until_at=_next_turn(tx) + span)
    after = int(await tx.value(moved.returning(line.until_at - tx.machine_time)))
    return Taken(tuple(Line(number, holder) for number in numbers), max(0, after - span))


async def keep(tx: Transaction, actor: Actor, account: str, lines: Collection[Line], hold: int) -> None:
    """Hold lines for `hold` milliseconds from now: their calls are placed."""
    actor.require_hub()
    if lines:
        held = update(voice_lines).where(_these(account, lines)).values(until_at=tx.machine_time + hold)
        await tx.execute(held)


async def give_back(tx: Transaction, actor: Actor, account: str, lines: Collection[Line]) -> int:
    """Free lines whose calls have ended, or were never placed; return how many were still held so."""
    actor.require_hub()
    if not lines:
        return 0
    return (await tx.execute(update(voice_lines).where(_these(account, lines)).values(holder="", until_at=0))).rowcount


def _these(account: str, lines: Collection[Line]) -> ColumnElement[bool]:
    held = (and_(voice_lines.c.line == each.number, voice_lines.c.holder == each.holder) for each in lines)
    return and_(voice_lines.c.account == account, voice_lines.c.line > TURNS, or_(*held))


def _next_turn(tx: Transaction) -> ColumnElement[int]:
    """Say when the next call may be placed: now, unless those before it have turns that lie ahead."""
    due, now = voice_lines.c.until_at, tx.machine_time
    return case((and_(due > now, due <= now + FURTHEST), due), else_=now)
