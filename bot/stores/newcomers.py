"""Newcomers: what an address told us before anybody knows whose it is, and the language that somebody asked for."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from audiences.stores.tables import people
from bot.standing import Speaker
from bot.stores.tables import newcomers
from ground.actor import Actor
from ground.transaction import Dialect, Transaction
from templates.catalogues import nearest_language


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What an address told of itself; empty where it told nothing."""

    language: str = ""
    area: int | None = None  # the village whose poster they came by

    def reads(self, platform_says: str) -> str:
        """Return the language that was asked for, else what the platform knows of the writer."""
        return self.language or nearest_language(platform_says)


TOLD = select(newcomers.c.language, newcomers.c.area_id).where(newcomers.c.address_id == bindparam("address"))


async def told(tx: Transaction, actor: Actor, address_id: int) -> Newcomer:
    """Return what an address told us of itself."""
    actor.require_hub()
    kept = await tx.row(TOLD, {"address": address_id})
    return Newcomer() if kept is None else Newcomer(kept.language, kept.area_id)


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


async def _keep(tx: Transaction, address_id: int, told: dict[str, int | str], at: int) -> None:
    insert = insert_sqlite if tx.dialect is Dialect.SQLITE else insert_postgresql
    row = insert(newcomers).values(address_id=address_id, met_at=at, **told)
    await tx.execute(row.on_conflict_do_update(index_elements=[newcomers.c.address_id], set_=told))
