"""Joining by chat: who speaks at an address becomes a person of the directory, or is known as one of those there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select, true

from audiences.addresses import Address, Opening, Purpose
from audiences.people import PhoneKind, Whereabouts
from audiences.stores import people as people_store
from audiences.stores.intake.registers.base import Entry, Intake
from audiences.stores.intake.registers.people import PeopleRegister
from audiences.stores.reach import addresses as address_store
from audiences.stores.reach import consents, owners, proofs
from audiences.stores.reach.proofs import CHAT
from audiences.stores.tables import address_owners, addresses, people
from ground.actor import Actor
from ground.events import NewsDesk
from ground.ids import new_id
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Joining:
    """What somebody said of themselves. `vouched`: the platform says that the number is their own."""

    area: int
    name: str = field(repr=False)
    language: str
    phone: str = field(repr=False, default="")
    vouched: bool = False
    phone_kind: PhoneKind = PhoneKind.SMART


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of it. `phone_kept` is False for a number of somebody known that nobody vouched for."""

    person: int
    recognised: bool
    phone_kept: bool = True


async def join(tx: Transaction, actor: Actor, desk: NewsDesk, address: Address, joining: Joining, *, at: int) -> Joined:
    """Enter whoever speaks at the address; a number of the directory is theirs only if the platform vouches for it."""
    actor.require_hub()
    known = await proofs.whose_number(tx, actor, joining.phone) if joining.phone else {}
    known_as = await _recognised(tx, actor, joining, known, at) if joining.vouched else None
    if joining.vouched:
        await owners.end_links(tx, actor, desk, _claimed(joining.phone, known_as), "another", at=at)
    if known_as is not None:
        await _link(tx, actor, desk, address, known_as, alone=_alone(known, known_as), at=at)
        await consents.opt_in(tx, actor, address.id, Purpose.WARNINGS, CHAT, at=at)
        return Joined(known_as, recognised=True)
    kept = bool(joining.phone) and (joining.vouched or not known)
    person = await _enter(tx, actor, desk, joining, joining.phone if kept else "", at)
    await owners.open_for(tx, actor, desk, [Opening(person, address.channel, address.value or "", CHAT)], at=at)
    await consents.opt_in(tx, actor, address.id, Purpose.WARNINGS, CHAT, at=at)
    if joining.vouched:
        await address_store.verify(tx, actor, address.id, "contact", at=at)
    return Joined(person, recognised=False, phone_kept=kept or not joining.phone)


async def change(
    tx: Transaction, actor: Actor, desk: NewsDesk, person_id: int, values: Mapping[str, object], *, at: int
) -> None:
    """Change what a person said of themselves: `area_id`, `phone`; told as an import tells of it."""
    actor.require_hub()
    row = await tx.row(select(people.c.source, people.c.external_id).where(people.c.id == person_id))
    if row is None:
        return
    register, intake = PeopleRegister(), Intake(row.source, at, desk)
    known = await register.known(tx, actor, intake, [row.external_id])
    await register.write(tx, actor, intake, [Entry(row.external_id, values, known[row.external_id])])


async def entered_themselves(tx: Transaction, actor: Actor, person_id: int) -> bool:
    """Say whether a person came by chat, not from a list."""
    actor.require_hub()
    return bool(await tx.value(select(people.c.source == CHAT).where(people.c.id == person_id)))


async def _recognised(
    tx: Transaction, actor: Actor, joining: Joining, known: Mapping[int, bool], at: int
) -> int | None:
    """Return whose number it is: of the directory if one has it, else of the several the one of this name."""
    listed = [person for person, by_directory in known.items() if by_directory]
    if len(listed) == 1:
        return listed[0]
    names = await people_store.names(tx, actor, listed or sorted(known), now=at)
    alike = [person for person, name in names.items() if name == joining.name]
    return alike[0] if len(alike) == 1 else None


def _alone(known: Mapping[int, bool], person: int) -> bool:
    return not any(by_directory for other, by_directory in known.items() if other != person)


async def _link(
    tx: Transaction, actor: Actor, desk: NewsDesk, address: Address, person: int, *, alone: bool, at: int
) -> None:
    """Open the address for them; it is proven theirs unless others share the number that speaks for it."""
    if alone:
        await proofs.prove(tx, actor, desk, address, person, "contact", at=at)
        return
    await owners.open_for(tx, actor, desk, [Opening(person, address.channel, address.value or "", CHAT)], at=at)


def _claimed(phone: str, known_as: int | None) -> ColumnElement[bool]:
    """The links to a number by others who only said that it is theirs."""
    this = select(addresses.c.id).where(addresses.c.value == phone, addresses.c.channel.in_(["sms", "voice"]))
    others = address_owners.c.person_id != known_as if known_as else true()
    return address_owners.c.address_id.in_(this) & (address_owners.c.source == CHAT) & others


async def _enter(tx: Transaction, actor: Actor, desk: NewsDesk, joining: Joining, phone: str, at: int) -> int:
    """Write a new person through the register that imports use."""
    values: dict[str, object] = {
        "area_id": joining.area,
        "household_id": None,
        "language": joining.language,
        "phone_kind": joining.phone_kind.value,
        "whereabouts": Whereabouts.HOME.value,
        "name": joining.name,
        "needs": [],
        **({"phone": phone} if phone else {}),
    }
    intake, external_id = Intake(CHAT, at, desk), new_id()
    await PeopleRegister().write(tx, actor, intake, [Entry(external_id, values, None)])
    mine = (people.c.source == CHAT) & (people.c.external_id == external_id)
    return int(await tx.value(select(people.c.id).where(mine)))


async def change_phone(
    tx: Transaction, actor: Actor, desk: NewsDesk, person_id: int, phone: str, *, vouched: bool, at: int
) -> bool:
    """Give a person another number; False if it is somebody else's and nobody vouches for it."""
    actor.require_hub()
    known = await proofs.whose_number(tx, actor, phone) if phone else {}
    if not vouched and known.keys() - {person_id}:
        return False
    if vouched:
        await owners.end_links(tx, actor, desk, _claimed(phone, person_id), "another", at=at)
    await change(tx, actor, desk, person_id, {"phone": phone or None}, at=at)
    return True
