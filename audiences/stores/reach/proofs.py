"""Proof of whose a chat is: a one-time code from an officer, or a number that the platform vouches for."""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, delete, func, insert, select, union_all, update

from audiences.addresses import Address, Opening
from audiences.areas import plain
from audiences.errors import ServesElsewhere
from audiences.stores import people as people_store
from audiences.stores.reach import addresses as address_store
from audiences.stores.reach import owners
from audiences.stores.scope import lasting, within
from audiences.stores.tables import (
    address_owners,
    addresses,
    organisation_members,
    organisations,
    people,
    posts,
    proof_codes,
    proof_tries,
    terms,
)
from audiences.stores.village_codes import ALPHABET
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.clock import DAY
from ground.events import NewsDesk
from ground.transaction import Transaction

LENGTH: Final = 8
LASTS: Final = DAY
TRIES: Final = 5  # wrong ones from one address in a day
SALT, COST = b"mingluo.proof", 2**12  # 31**8 codes: a plain digest could be guessed back within the day
CHAT = "chat"  # the source of people who entered themselves


@dataclass(frozen=True, slots=True)
class ProofCode:
    """A code as it is shown, once."""

    code: str = field(repr=False)
    until: int


class Verdict(StrEnum):
    PROVEN = "proven"
    WRONG = "wrong"  # unknown, used or past its time: which, nobody is told
    ENOUGH = "enough"  # too many wrong ones from this address
    TAKEN = "taken"  # this chat was proven to be somebody else's


def as_code(text: str) -> str:
    """Return a text as a code, however it is written; nothing if it cannot be one."""
    code = plain(text[: 4 * LENGTH]).upper()
    mixed = any(each.isdigit() for each in code) and any(each.isalpha() for each in code)
    return code if len(code) == LENGTH and mixed and set(code) <= set(ALPHABET) else ""


async def make(tx: Transaction, actor: Actor, person_id: int, *, at: int) -> ProofCode:
    """Return a code that proves a chat to be this person's. An earlier one that was not used yet ends."""
    actor.require(Role.ADMIN, Role.DUTY)
    await people_store.load(tx, actor, person_id, now=at)
    if await tx.value(_serves_outside(actor, person_id, at)) is not None:
        raise ServesElsewhere(person=person_id)
    await tx.execute(delete(proof_codes).where(proof_codes.c.person_id == person_id, proof_codes.c.used_at.is_(None)))
    code, until = _new_code(), at + LASTS
    row = {"digest": await _digest(code), "person_id": person_id, "made_at": at, "until_at": until}
    await tx.execute(insert(proof_codes).values(row | {"made_by": actor.name}))
    await record_deed(tx, actor, "proof.made", f"person:{person_id}", at)
    return ProofCode(f"{code[:4]}-{code[4:]}", until)


async def redeem(tx: Transaction, actor: Actor, desk: NewsDesk, address: Address, code: str, *, at: int) -> Verdict:
    """Use a code up at an address: whoever it was made for is whoever speaks there."""
    actor.require_hub()
    recent = (proof_tries.c.address_id == address.id) & (proof_tries.c.at > at - DAY)
    if await tx.value(select(func.count()).select_from(proof_tries).where(recent)) >= TRIES:
        return Verdict.ENOUGH
    mine = (proof_codes.c.digest == await _digest(code)) & proof_codes.c.used_at.is_(None)
    person = await tx.value(select(proof_codes.c.person_id).where(mine, proof_codes.c.until_at > at))
    if person is None:
        await tx.execute(insert(proof_tries).values(address_id=address.id, at=at))
        return Verdict.WRONG
    if address.verified_at is not None and tuple(address.owners) != (person,):
        return Verdict.TAKEN
    used = await tx.execute(update(proof_codes).where(mine).values(used_at=at, used_by=address.id))
    if used.rowcount != 1:  # another address used it at the same moment
        return Verdict.WRONG
    await prove(tx, actor, desk, address, int(person), "code", at=at)
    return Verdict.PROVEN


async def prove(
    tx: Transaction, actor: Actor, desk: NewsDesk, address: Address, person_id: int, how: str, *, at: int
) -> None:
    """Note that the person speaks at this address: whoever entered themselves there unproven no longer does."""
    actor.require_hub()
    others = (address_owners.c.address_id == address.id) & (address_owners.c.person_id != person_id)
    others &= address_owners.c.source == CHAT  # whom the directory has at a shared phone stays there
    opening = Opening(person_id, address.channel, address.value or "", CHAT)
    await owners.open_for(tx, actor, desk, [opening], at=at)
    await owners.end_links(tx, actor, desk, others, "another", at=at)
    await address_store.verify(tx, actor, address.id, how, at=at)
    await record_deed(tx, actor, "address.proven", f"address:{address.id}", at, person=person_id, how=how)


async def whose_number(tx: Transaction, actor: Actor, phone: str) -> dict[int, bool]:
    """Return who has a number now, and of each whether the directory says so: not only they themselves."""
    actor.require_hub()
    joined = address_owners.join(addresses, addresses.c.id == address_owners.c.address_id)
    joined = joined.join(people, people.c.id == address_owners.c.person_id)
    here = (addresses.c.value == phone) & addresses.c.channel.in_(["sms", "voice"]) & owners.present()
    rows = await tx.rows(select(people.c.id, people.c.source).distinct().select_from(joined).where(here))
    return {row.id: row.source != CHAT for row in rows}


async def forget_old(tx: Transaction, actor: Actor, now: int) -> None:
    """Drop tries that no longer count, and codes that nobody used in time."""
    actor.require_hub()
    await tx.execute(delete(proof_tries).where(proof_tries.c.at < now - DAY))
    await tx.execute(delete(proof_codes).where(proof_codes.c.until_at < now - DAY, proof_codes.c.used_at.is_(None)))


def _serves_outside(actor: Actor, person_id: int, now: int) -> Select[Any]:
    """Look for a seat or a duty of the person beyond the actor's area."""
    joined = organisations.join(organisation_members, organisation_members.c.organisation_id == organisations.c.id)
    sits = (organisation_members.c.person_id == person_id) & organisation_members.c.gone_at.is_(None)
    seats = select(organisations.c.area_id).select_from(joined).where(sits, ~within(actor, organisations.c.area_id))
    held = posts.join(terms, terms.c.post_id == posts.c.id)
    holds = ((terms.c.holder_id == person_id) | (terms.c.deputy_id == person_id)) & lasting(now)
    duties = select(posts.c.area_id).select_from(held).where(holds, ~within(actor, posts.c.area_id))
    either = union_all(seats, duties).subquery()
    return select(either.c.area_id).limit(1)


def _new_code() -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if as_code(code):
            return code


async def _digest(code: str) -> str:
    slow = await asyncio.to_thread(hashlib.scrypt, code.encode(), salt=SALT, n=COST, r=8, p=1, dklen=32)
    return slow.hex()
