"""What a caller writes in the very transactions in which an import begins, ends, or comes to nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from audiences.importing.report import Report
from ground.transaction import Transaction


async def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Bracket:
    """`mark` stands with the run for as long as it is under way; what `begin` raises keeps the import from beginning.

    An import that a crash cut short and the hub finished later ends without `end`: nobody waits for its report.
    """

    mark: str | None = None
    begin: Callable[[Transaction], Awaitable[None]] = _nothing
    end: Callable[[Transaction, Report], Awaitable[None]] = _nothing
    fail: Callable[[Transaction], Awaitable[None]] = _nothing


NO_BRACKET = Bracket()
