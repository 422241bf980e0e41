"""Twins: requests that may be of one household: the same house, the same phone, or the same name in the same place."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select, update

from audiences.stores.scope import within
from bot.cases.relief import OPEN, PATIENCE, Act, Count, ForWhom, Patience, State
from bot.cases.relief_errors import NotOneHousehold
from bot.cases.relief_values import Deed, Request, Words
from bot.stores.relief import requests as request_store
from bot.stores.relief import steps
from bot.stores.relief.rows import request_of
from bot.stores.relief.tables import relief_requests, relief_words
from ground.actor import Actor
from ground.transaction import Transaction

requests = relief_requests.c


async def likely(tx: Transaction, actor: Actor, request_id: int, patience: Patience = PATIENCE) -> Sequence[Request]:
    """Return the open requests that may be of the same household as this one, the oldest first."""
    mine = await request_store.load(tx, actor, request_id)
    called = select(relief_words.c.digest).where(
        relief_words.c.request_id == mine.id, relief_words.c.kind == Words.HEAD.value
    )
    namesakes = select(relief_words.c.request_id).where(
        relief_words.c.kind == Words.HEAD.value, relief_words.c.digest.in_(called)
    )
    same = [and_(requests.area_id == mine.area, requests.id.in_(namesakes))]
    if mine.household is not None:
        same.append(requests.household_id == mine.household)
    if mine.address is not None and mine.for_whom is ForWhom.OWN:
        same.append(and_(requests.address_id == mine.address, requests.for_whom == ForWhom.OWN.value))
    near = requests.filed_at.between(mine.filed_at - patience.same_household, mine.filed_at + patience.same_household)
    still = requests.state.in_([state.value for state in OPEN]) & requests.drill.is_(mine.drill)
    chosen = select(relief_requests).where(
        or_(*same), near, still, requests.id != mine.id, within(actor, requests.area_id)
    )
    return [request_of(row) for row in await tx.rows(chosen.order_by(requests.id).limit(9))]


async def merge(tx: Transaction, actor: Actor, request_id: int, into_id: int, at: int, now: int) -> Request:
    """Merge a request into another of the same household and return that one, with what only the first had counted."""
    gone = await request_store.load(tx, actor, request_id)
    stays = await request_store.load(tx, actor, into_id)
    if gone.id == stays.id:
        raise NotOneHousehold(first=gone.code, second=stays.code, why="they are the same request")
    if stays.state in {State.MERGED, State.WITHDRAWN} or stays.drill is not gone.drill:
        raise NotOneHousehold(first=gone.code, second=stays.code, why=f"the second is {stays.state}")
    await steps.take(tx, actor, gone.id, Deed(Act.MERGE, at, now, into=stays.id))
    lacking = {count.value: gone.counts[count] for count in Count if count in gone.counts and count not in stays.counts}
    changes = lacking | {"urgent": stays.urgent or gone.urgent}
    await tx.execute(update(relief_requests).where(requests.id == stays.id).values(changes))
    return await request_store.load(tx, actor, stays.id)
