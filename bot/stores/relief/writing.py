"""How a step is written down: itself, what was counted, the words, the photos; a constant number of statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import insert

from bot.cases.relief import Act, Level, State
from bot.cases.relief_values import Stage, Told
from bot.stores.relief.tables import relief_facts, relief_photos, relief_steps, relief_words
from ground.bulk import insert_rows
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Stepped:
    """A step that is being taken."""

    request: int
    act: Act
    before: str
    after: State
    level: Level
    by: str
    at: int
    now: int
    person: int | None = None
    other: int | None = None


def _step_row(step: Stepped) -> Mapping[str, Any]:
    return {
        "request_id": step.request,
        "act": step.act.value,
        "from_state": step.before,
        "to_state": step.after.value,
        "level": step.level.value,
        "actor": step.by,
        "person_id": step.person,
        "other_id": step.other,
        "happened_at": step.at,
        "learned_at": step.now,
    }


async def write_step(tx: Transaction, step: Stepped, told: Told) -> int:
    """Write down a step that a store of this folder, which knows who acts, has allowed."""
    step_id = int(await tx.value(insert(relief_steps).values(_step_row(step)).returning(relief_steps.c.id)))
    of = {"request_id": step.request, "step_id": step_id}
    times = {"happened_at": step.at, "learned_at": step.now}
    facts = [(count.value, "", value) for count, value in told.counts.items()]
    facts += [("damage", code, 1) for code in told.damage] + [("need", code, 1) for code in told.needs]
    rows = [of | times | {"name": name, "code": code, "value": value} for name, code, value in facts]
    await insert_rows(tx, relief_facts, rows)
    said = [(kind.value, words) for kind, words in told.words.items() if words]
    await insert_rows(
        tx, relief_words, [of | {"kind": kind, "words": words, "digest": _digest(words)} for kind, words in said]
    )
    stage = Stage.AFTER if step.act is Act.SETTLE else Stage.BEFORE
    photos = [of | times | {"stage": stage.value, "digest": photo} for photo in told.photos]
    await insert_rows(tx, relief_photos, photos)
    return step_id


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()
