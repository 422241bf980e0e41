"""Steps of a request: each moves it from one state to the next, once, whoever else tries at the same time."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from audiences.stores import areas
from bot.cases.relief import REASONED, Act, Level, Side, after, is_urgent
from bot.cases.relief import State as RequestState
from bot.cases.relief_errors import NotNow, ReasonMissing, UnknownRequest
from bot.cases.relief_values import Deed, Request, Step, Words
from bot.stores.relief import requests as request_store
from bot.stores.relief.rows import request_of
from bot.stores.relief.tables import (
    relief_facts,
    relief_identity_numbers,
    relief_photos,
    relief_requests,
    relief_steps,
    relief_words,
)
from bot.stores.relief.writing import Stepped, write_step
from ground import media
from ground.actor import Actor, ActorKind, Role
from ground.bulk import among
from ground.transaction import Transaction


async def take(tx: Transaction, actor: Actor, request_id: int, deed: Deed) -> Request:
    """Take a step and return the request as it is then; NotNow if the state does not allow it, or no longer."""
    actor.require(Role.DUTY, Role.OFFICER)
    before = await request_store.load(tx, actor, request_id)
    of_hub = actor.kind is ActorKind.SYSTEM
    side, by = (deed.side, deed.by or actor.name) if of_hub else (Side.OFFICE, actor.name)
    to = after(before.state, deed.act, side)
    if deed.act in REASONED and not deed.told.words.get(Words.REASON, "").strip():
        raise ReasonMissing
    if deed.told.area is not None:
        await areas.load(tx, actor, deed.told.area)
    table = relief_requests.c
    still = (table.id == request_id) & (table.state == before.state.value)
    changed = await tx.execute(update(relief_requests).where(still).values(_changes(before, deed, to)))
    if changed.rowcount == 0:  # somebody was quicker
        raise NotNow(act=deed.act.value, state=(await request_store.load(tx, actor, request_id)).state.value)
    level = deed.level or before.level
    step = Stepped(request_id, deed.act, before.state, to, level, by, deed.at, deed.now, deed.assign_to, deed.into)
    await write_step(tx, step, deed.told)
    return await _again(tx, request_id)


async def history(tx: Transaction, actor: Actor, request_id: int) -> Sequence[Step]:
    """Return every step of a request, oldest first, with what was told at each, in four statements."""
    await request_store.load(tx, actor, request_id)
    steps = relief_steps.c
    rows = await tx.rows(select(relief_steps).where(steps.request_id == request_id).order_by(steps.id))
    words: dict[int, dict[str, str | None]] = {row.id: {} for row in rows}
    facts: dict[int, list[tuple[str, str, int]]] = {row.id: [] for row in rows}
    photos: dict[int, list[str]] = {row.id: [] for row in rows}
    for row in await _of(tx, relief_words, request_id):
        words[row.step_id][row.kind] = row.words
    for row in await _of(tx, relief_facts, request_id):
        facts[row.step_id].append((row.name, row.code, row.value))
    for row in await _of(tx, relief_photos, request_id):
        photos[row.step_id].extend([row.digest] if row.digest else [])
    return [_step(row, words[row.id], facts[row.id], photos[row.id]) for row in rows]


async def words_of(tx: Transaction, actor: Actor, request_id: int) -> Mapping[Words, str]:
    """Return the newest words of each kind that were said of a request and are not erased."""
    await request_store.load(tx, actor, request_id)
    rows = await _of(tx, relief_words, request_id)
    return {Words(row.kind): row.words for row in rows if row.words is not None}


async def codes_of(tx: Transaction, actor: Actor, request_id: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which damage and which needs were ever told of a request, in the order in which they were told."""
    await request_store.load(tx, actor, request_id)
    rows = await _of(tx, relief_facts, request_id)
    damage = dict.fromkeys(row.code for row in rows if row.name == "damage")
    needs = dict.fromkeys(row.code for row in rows if row.name == "need")
    return tuple(damage), tuple(needs)


async def erase(tx: Transaction, actor: Actor, request_id: int) -> None:
    """Forget the words, photos and identity number of a request; that there were some, and digests of words, stays."""
    actor.require(Role.ADMIN)
    await request_store.load(tx, actor, request_id)
    await _forget(tx, [request_id])


async def erase_all(tx: Transaction, actor: Actor, request_ids: Sequence[int]) -> None:
    """Forget the words, photos and identity numbers of requests: whoever made them is forgotten."""
    actor.require_hub()
    await _forget(tx, request_ids)


async def _forget(tx: Transaction, request_ids: Sequence[int]) -> None:
    theirs = among(tx, relief_photos.c.request_id, request_ids)
    await media.release(tx, relief_photos.c.digest, theirs)
    await tx.execute(update(relief_photos).where(theirs).values(digest=None))
    said = among(tx, relief_words.c.request_id, request_ids)
    await tx.execute(update(relief_words).where(said).values(words=None))
    numbered = among(tx, relief_identity_numbers.c.request_id, request_ids)
    await tx.execute(update(relief_identity_numbers).where(numbered).values(sealed=None))


def _changes(before: Request, deed: Deed, to: RequestState) -> dict[str, Any]:
    told = deed.told
    changes: dict[str, Any] = {"state": to.value} | {count.value: value for count, value in told.counts.items()}
    changes["urgent"] = is_urgent({**before.counts, **told.counts})
    if deed.level is not None:
        changes |= {"level": deed.level.value, "office_id": deed.office}
    if deed.act is Act.REOPEN:
        changes["assigned_to"] = None
    named = {"hazard": told.hazard, "area_id": told.area, "happened_at": told.happened_at}
    named |= {"assigned_to": deed.assign_to, "merged_into": deed.into}
    return changes | {name: value for name, value in named.items() if value is not None}


async def _again(tx: Transaction, request_id: int) -> Request:
    """A corrected place may lie outside the area of whoever corrected it: they still see what they did."""
    row = await tx.row(select(relief_requests).where(relief_requests.c.id == request_id))
    if row is None:
        raise UnknownRequest(request=request_id)
    return request_of(row)


async def _of(tx: Transaction, table: Any, request_id: int) -> Sequence[Any]:
    return await tx.rows(select(table).where(table.c.request_id == request_id).order_by(table.c.id))


def _step(row: Any, words: dict[str, str | None], facts: list[tuple[str, str, int]], photos: list[str]) -> Step:
    return Step(
        id=row.id,
        act=Act(row.act),
        from_state=row.from_state,
        to_state=RequestState(row.to_state),
        level=Level(row.level),
        actor=row.actor,
        person=row.person_id,
        other=row.other_id,
        happened_at=row.happened_at,
        learned_at=row.learned_at,
        words=words,
        facts=tuple(facts),
        photos=tuple(photos),
    )
