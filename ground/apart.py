"""Apart: what is due is worked on so that one thing that fails keeps no other waiting; it stays due, and is logged."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

log = structlog.get_logger()

T = TypeVar("T")
OUTAGES: Final = (OSError, OperationalError, InterfaceError)
"""Database, disk or network are away: nobody's own fault, and no other would fare better. These are raised."""


@dataclass(frozen=True, slots=True)
class Worked(Generic[T]):
    """How much was done, and what could not be."""

    done: int
    failed: Sequence[T] = ()


async def each(due: Iterable[T], work: Callable[[T], Awaitable[int]]) -> Worked[T]:
    """Work on one after the other, each in a transaction of its own that `work` begins."""
    done, failed = 0, list[T]()
    for one in due:
        count = await _alone(one, work)
        done += count or 0
        failed += [one] if count is None else []
    return Worked(done, failed)


async def first(due: Iterable[T], work: Callable[[T], Awaitable[int]]) -> int:
    """Work on the first for which there is something to do now; return how much that was."""
    for one in due:
        if count := await _alone(one, work):
            return count
    return 0


async def together(due: Sequence[T], work: Callable[[Sequence[T]], Awaitable[int]]) -> Worked[T]:
    """Work on all at once; only where that fails, on one after the other."""
    if not due:
        return Worked(0)
    try:
        return Worked(await work(due))
    except OUTAGES:
        raise
    except Exception:  # one of them is at fault, and which one shows when they are apart
        log.exception("apart.together_failed", work=_name(work), among=len(due))
    return await each(due, lambda one: work([one]))


async def _alone(one: T, work: Callable[[T], Awaitable[int]]) -> int | None:
    """Return how much was done, None if it failed."""
    try:
        return await work(one)
    except OUTAGES:
        raise
    except Exception:
        log.exception("apart.failed", work=_name(work), which=getattr(one, "id", one))
        return None


def _name(work: Callable[..., object]) -> str:
    return getattr(getattr(work, "func", work), "__qualname__", repr(work))
