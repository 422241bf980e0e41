"""Entries on behalf (代录): by what, from whom and when an officer came to know what they typed."""

from sqlalchemy import select

from bot.cases.relief_values import Entry
from bot.stores.relief import requests
from bot.stores.relief.tables import relief_entries
from broadcast.answers import Means
from ground.actor import Actor
from ground.transaction import Transaction


async def of_request(tx: Transaction, actor: Actor, request_id: int) -> Entry | None:
    """Return how a request was entered; None if its reporter said it here."""
    await requests.load(tx, actor, request_id)
    row = await tx.row(select(relief_entries).where(relief_entries.c.request_id == request_id))
    if row is None:
        return None
    return Entry(Means(row.means), row.said_at, row.for_person_id, row.spoke_person_id, row.typed_by, row.typed_at)
