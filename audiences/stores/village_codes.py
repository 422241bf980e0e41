"""Village codes: six characters that cannot be mistaken for one another, printed on a poster."""

import secrets
from typing import Final

from sqlalchemy import select

from audiences.areas import Area, plain
from audiences.stores import areas as area_store
from audiences.stores.areas import AREA_COLUMNS, PRESENT, area_of
from audiences.stores.scope import within
from audiences.stores.tables import areas, village_codes
from ground.actor import Actor, Role
from ground.bulk import insert_rows
from ground.transaction import Transaction

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L
LENGTH: Final = 6


async def code_of(tx: Transaction, actor: Actor, area_id: int, *, at: int) -> str:
    """Return the code of a village, made when it is first asked for. It stays the same: posters hang for years."""
    actor.require(Role.ADMIN, Role.OFFICER, Role.DUTY, Role.PUBLICITY)
    await area_store.load(tx, actor, area_id)
    mine = select(village_codes.c.code).where(village_codes.c.area_id == area_id)
    while (code := await tx.value(mine)) is None:
        row = {"area_id": area_id, "code": _new_code(), "made_at": at}
        await insert_rows(tx, village_codes, [row], ignore_known=True)  # of two who ask at once one makes it
    return str(code)


async def find(tx: Transaction, actor: Actor, text: str) -> Area | None:
    """Return the village whose code this is, however it is written: k7m-q2x, Ｋ７ＭＱ２Ｘ."""
    code = as_code(text)
    if not code:
        return None
    joined = areas.join(village_codes, village_codes.c.area_id == areas.c.id)
    chosen = select(*AREA_COLUMNS).select_from(joined)
    row = await tx.row(chosen.where(village_codes.c.code == code, PRESENT, within(actor, areas.c.id)))
    return None if row is None else area_of(row)


def as_code(text: str) -> str:
    """Return a text as a code; nothing if it cannot be one."""
    code = plain(text[: 4 * LENGTH]).upper()
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
