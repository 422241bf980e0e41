"""Newcomers: what an address told us before anybody knows whose it is, and the language that somebody asked for."""

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from audiences.stores.tables import people
from bot.standing import Speaker
from bot.stores.tables import newcomers
from ground.actor import Actor
from ground.transaction import Dialect, Transaction
from templates.catalogues import nearest_language


async def language_of(tx: Transaction, actor: Actor, address_id: int, platform_says: str) -> str:
    """Return the language that an address asked for, else what the platform knows of the writer."""
    actor.require_hub()
    kept = await tx.value(select(newcomers.c.language).where(newcomers.c.address_id == address_id))
    return str(kept) if kept else nearest_language(platform_says)


async def speak(tx: Transaction, actor: Actor, speaker: Speaker, language: str, at: int) -> None:
    """Speak to them in this language from now on."""
    actor.require_hub()
    if speaker.person is not None:
        await tx.execute(update(people).where(people.c.id == speaker.person).values(language=language))
    await _keep(tx, speaker.address.id, {"language": language}, at)


async def settle(tx: Transaction, actor: Actor, speaker: Speaker, area: int, at: int) -> None:
    """Note the village whose poster somebody came by: where they are, not who they are."""
    actor.require_hub()
    await _keep(tx, speaker.address.id, {"area_id": area, "language": speaker.language}, at)


async def area_of(tx: Transaction, actor: Actor, address_id: int) -> int | None:
    """Return the village that an address said it belongs to."""
    actor.require_hub()
    kept = await tx.value(select(newcomers.c.area_id).where(newcomers.c.address_id == address_id))
    return None if kept is None else int(kept)


async def _keep(tx: Transaction, address_id: int, told: dict[str, int | str], at: int) -> None:
    insert = insert_sqlite if tx.dialect is Dialect.SQLITE else insert_postgresql
    row = insert(newcomers).values(address_id=address_id, met_at=at, **told)
    await tx.execute(row.on_conflict_do_update(index_elements=[newcomers.c.address_id], set_=told))
