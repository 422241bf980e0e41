"""Notes: news for certain people, each with the words of their own rule, sent through the engine like any notice.

Where a warning asks the directory whom it means, a note is told: its audience is frozen as it is made. It falls back,
is receipted and counted like everything else; whoever has no address shows as unreachable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from audiences.stores.tables import audience_members, audiences
from broadcast.content.compose import Words
from broadcast.notices import Guarantee, Kind, Lane, Notice, NoticeDraft, Policy, Purpose
from broadcast.stores import notices
from broadcast.stores.sending import planning
from ground.actor import Actor
from ground.bulk import insert_rows
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Member:
    """One person, or one loudspeaker gateway, and which rule's words they get; `area` is where they are counted."""

    area: int
    person: int | None = None
    gateway: int | None = None
    rule: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """What it takes to tell people something. `origin` names the case: relief:<id>, evacuation:<id> …"""

    origin: str
    lane: Lane
    policy: Policy
    members: Sequence[Member]
    words: Sequence[Words]
    area: int | None  # the scope it is seen in
    drill: bool = False
    asks_answer: bool = False
    purpose: Purpose = Purpose.REPLIES  # no opt-out holds it back; an order is a warning
    expires: int | None = None  # story time


async def tell(tx: Transaction, actor: Actor, note: Note, now: int) -> Notice:
    """Make the note's notice in the caller's transaction; it leaves after the commit. Each member is told once."""
    actor.require_hub()
    once = list({(each.person, each.gateway): each for each in note.members}.values())
    audience = await _freeze(tx, note, once, now)
    draft = NoticeDraft(
        origin=note.origin,
        kind=Kind.NOTE,
        purpose=note.purpose,
        lane=note.lane,
        guarantee=Guarantee.AT_LEAST_ONCE,
        drill=note.drill,
        asks_answer=note.asks_answer,
        policy=note.policy,
        audience=audience,
        area=note.area,
        expires=note.expires,
        valid_from=now,
    )
    return await notices.create(tx, actor, draft, note.words, now)


async def tell_everywhere(tx: Transaction, actor: Actor, note: Note, batches: Mapping[str, int], now: int) -> Notice:
    """Tell each member at every usable address at once, to try them; planned here, so for few members at a time.

    `batches` says for each channel that there is how many deliveries one range holds.
    """
    notice = await tell(tx, actor, note, now)
    await planning.plan_everywhere(tx, actor, notice, len(note.members), batches)
    return notice


async def _freeze(tx: Transaction, note: Note, members: Sequence[Member], now: int) -> int:
    row: dict[str, Any] = {
        "rules": [],  # nobody is found by rules: nobody joins later but by a repaired address
        "actor_area_id": note.area,
        "asked_at": now,
        "frozen_at": now,
        "stage": "frozen",
        "size": len(members),
    }
    audience = int(await tx.value(insert(audiences).values(row).returning(audiences.c.id)))
    rows = [
        {
            "audience_id": audience,
            "seq": seq,
            "person_id": each.person,
            "gateway_id": each.gateway,
            "area_id": each.area,
            "rule": each.rule,
            "why": "told",
        }
        for seq, each in enumerate(members, 1)
    ]
    await insert_rows(tx, audience_members, rows)
    return audience
