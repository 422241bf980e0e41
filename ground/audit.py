"""Who did what: append-only, by id, beside the deed in its own transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from ground.actor import Actor
from ground.clock import machine_now
from ground.tables import audit
from ground.transaction import Transaction


async def record_deed(tx: Transaction, actor: Actor, deed: str, subject: str, /, at: int, **facts: Any) -> None:
    """Write that `actor` did `deed` (noun.participle) to `subject` at the instant `at` of story time."""
    row = {
        "actor": actor.name,
        "deed": deed,
        "subject": subject,
        "facts": facts,
        "at": at,
        "learned_at": machine_now(),
    }
    await tx.execute(insert(audit).values(row))


async def record_deeds(tx: Transaction, actor: Actor, deed: str, subjects: Sequence[str], /, at: int) -> None:
    """Write of several subjects that the same was done to them, in one statement."""
    if subjects:
        alike = {"actor": actor.name, "deed": deed, "facts": {}, "at": at, "learned_at": machine_now()}
        await tx.execute(insert(audit), [alike | {"subject": each} for each in subjects])
