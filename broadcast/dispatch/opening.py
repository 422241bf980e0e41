"""Opening ladders: the posts that a chain concerns, slice by slice; then old telephones in danger zones are called."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from broadcast.ladders.answering import CALLER
from broadcast.ladders.climbing import DIALLED
from broadcast.notices import State as Said
from broadcast.stores import notices
from broadcast.stores.ladders import chains, danger, opening, posts, reach
from ground.apart import first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from broadcast.dispatch.escalation import Escalation
    from broadcast.stores.ladders.posts import Held

log = structlog.get_logger()
OPENING: Final = "opening"
DIALLING: Final = "dialling"
POSTS_AT_ONCE = 200


async def open_slice(escalation: Escalation) -> int:
    """Look at the next posts of one chain; nobody is called before it is frozen whom the warning concerns."""
    async with escalation.hub.database.reading() as tx:
        waiting = await chains.in_stage(tx, CALLER, OPENING)
    return await first(waiting, partial(_open_some, escalation))


async def _open_some(escalation: Escalation, root: str) -> int:
    hub, now = escalation.hub, escalation.hub.clock.now()
    async with hub.database.reading() as tx:
        chain = await chains.find(tx, CALLER, root)
        if chain is None or not await posts.is_frozen(tx, CALLER, chain.audience):
            return 0
        found = await posts.concerned(tx, CALLER, chain, now, POSTS_AT_ONCE)
        sitting = await posts.on_shift(tx, CALLER, chain, now)
        held = with_shifts(found, sitting, last=len(found) < POSTS_AT_ONCE)
        leads = await posts.superiors(tx, CALLER, [each.area for each in held], now) if held else {}
    people = {person for each in held for person in (each.holder, each.deputy) if person is not None}
    people |= {person for those in leads.values() for person in those}
    async with hub.database.writing() as tx:
        await reach.make_dialable(tx, CALLER, sorted(people))
        opened = await opening.open_all(tx, CALLER, chain, held, leads, now) if held else 0
        done = len(found) < POSTS_AT_ONCE
        through = found[-1].post if found else chain.through
        await chains.move(tx, CALLER, chain.root, DIALLING if done else OPENING, now, through)
    log.info("ladders.opened", chain=chain.root, opened=opened)
    return max(1, opened)


async def dial_danger(escalation: Escalation) -> int:
    """Call old telephones in danger zones beside the text, once the warning itself is planned."""
    async with escalation.hub.database.reading() as tx:
        waiting = await chains.in_stage(tx, CALLER, DIALLING)
    return await first(waiting, partial(_dial_some, escalation))


async def _dial_some(escalation: Escalation, root: str) -> int:
    hub, now = escalation.hub, escalation.hub.clock.now()
    async with hub.database.reading() as tx:
        chain = await chains.find(tx, CALLER, root)
        spoken = await notices.of_origin(tx, CALLER, f"alert:{chain.alert}") if chain else []
    if chain is None or any(said.state is Said.PLANNING for said in spoken):
        return 0
    told = [each for each in spoken if each.state is Said.PLANNED and not each.closed(now)]
    async with hub.database.writing() as tx:
        if told and DIALLED in hub.batches:
            await danger.call_too(tx, CALLER, told[-1], hub.batches)
        await chains.move(tx, CALLER, chain.root, "open", now)
    return 1


def with_shifts(found: Sequence[Held], sitting: Sequence[Held], *, last: bool) -> Sequence[Held]:
    """Let whoever is on shift answer for a duty room instead of all who may be; they come with the last slice."""
    rooms = {each.organisation for each in sitting}
    others = [each for each in found if each.organisation is None or each.organisation not in rooms]
    return [*others, *sitting] if last else others
