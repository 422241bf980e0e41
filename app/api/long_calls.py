"""An import under an Idempotency-Key: its place is taken as the run begins and filled as the run ends.

Each is done in the run's own transaction, and the run bears the key as its mark. So a place without an answer whose run
is there is under way; one whose run is gone was cut short by a crash, and the repeated call is carried out again: what
the file brought before is unchanged then.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Response
from sqlalchemy import delete, select, update

from app.api import idempotency
from app.errors import CallUnderWay, KeyReused
from app.security.tables import kept_answers
from app.security.tokens import Holder
from audiences.importing.bracket import Bracket
from audiences.importing.report import Report
from audiences.stores.intake import staging
from ground.transaction import Transaction

JSON = "application/json"


class Answered(Exception):
    """The call was carried out before."""

    def __init__(self, response: Response) -> None:
        self.response = response


@dataclass(frozen=True, slots=True)
class LongCall:
    """One import by its operator, key and digest; `write` makes of a report the answer that may be kept."""

    holder: Holder
    key: str
    digest: str
    write: Callable[[Report], bytes] = field(repr=False)

    @property
    def bracket(self) -> Bracket:
        return Bracket(self._mark, self._begin, self._end, self._fail)

    @property
    def _mark(self) -> str:
        return f"{self.holder.actor.id}:{self.key}"

    async def _begin(self, tx: Transaction) -> None:
        """Take the key's place; raises Answered if the call was carried out, CallUnderWay if it still is."""
        if await idempotency.take(tx, self.holder, self.key, self.digest):
            return
        place = idempotency.place_of(self.holder, self.key)
        row = await tx.row(select(kept_answers).where(place).with_for_update())
        if row is None or row.call_digest != self.digest:
            raise KeyReused
        if row.status is not None:
            raise Answered(idempotency.answer_in(row, self.digest))
        if await staging.is_under_way(tx, self.holder.actor, self._mark):
            raise CallUnderWay

    async def _end(self, tx: Transaction, report: Report) -> None:
        kept = {"status": 200, "content_type": JSON, "body": self.write(report)}
        place = idempotency.place_of(self.holder, self.key)
        await tx.execute(update(kept_answers).where(place).values(kept))

    async def _fail(self, tx: Transaction) -> None:
        """Free the key: what came to nothing may be repeated, corrected or not."""
        place = idempotency.place_of(self.holder, self.key)
        await tx.execute(delete(kept_answers).where(place, kept_answers.c.status.is_(None)))
