"""How a step is written down: itself, who judged, the words, the photos; a constant number of statements."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import insert

from bot.cases.assistance import Standing
from bot.cases.assistance_values import Deed
from bot.stores.assistance.tables import (
    assistance_assessors,
    assistance_photos,
    assistance_steps,
    assistance_words,
)
from ground.bulk import insert_rows
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Stepped:
    """A step that is being taken."""

    application: int
    before: str
    after: Standing
    by: str


async def write_step(tx: Transaction, step: Stepped, deed: Deed) -> int:
    figures = deed.figures
    row = {
        "application_id": step.application,
        "act": deed.act.value,
        "from_stage": step.before,
        "to_stage": step.after.stage.value,
        "level": step.after.level.value,
        "part": deed.part.value,
        "actor": step.by,
        "round": step.after.round,
        "grade": None if figures is None else figures.grade.value,
        "rooms": None if figures is None else figures.rooms,
        "auxiliary": None if figures is None else figures.auxiliary,
        "amount": deed.amount if figures is None else figures.amount,
        "happened_at": deed.at,
        "learned_at": deed.now,
    }
    step_id = int(await tx.value(insert(assistance_steps).values(row).returning(assistance_steps.c.id)))
    of = {"application_id": step.application, "step_id": step_id}
    await insert_rows(tx, assistance_assessors, [of | {"person_id": each} for each in sorted(set(deed.assessors))])
    said = [(kind.value, words) for kind, words in deed.words.items() if words]
    await insert_rows(
        tx, assistance_words, [of | {"kind": kind, "words": words, "digest": digest(words)} for kind, words in said]
    )
    await insert_rows(tx, assistance_photos, [of | {"digest": photo} for photo in deed.photos])
    return step_id


def digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()
