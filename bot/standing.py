"""Who speaks at an address, and what they may: members and duty holders, once the address is proven theirs."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CompoundSelect, Integer, and_, bindparam, literal, null, or_, select, union_all

from audiences.addresses import Address
from audiences.stores.scope import lasting
from audiences.stores.tables import (
    address_owners,
    organisation_members,
    organisations,
    particulars,
    people,
    posts,
    terms,
)
from ground.actor import Actor, ActorKind, Role
from ground.transaction import Transaction

SEAT, DUTY = "seat", "duty"


@dataclass(frozen=True, slots=True)
class Seat:
    """A membership: of a village committee, a township office, a command centre, a rescue team …, in an area."""

    organisation: int
    kind: str
    area: int


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty that is held now, at an area or at a site in it."""

    duty: str
    area: int
    site: int | None


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whoever speaks: one person, several who share the phone, or somebody nobody knows yet."""

    address: Address
    people: tuple[int, ...]
    language: str
    name: str = field(repr=False, default="")
    area: int | None = None  # the home of the first
    told_area: int | None = None  # the village that whoever is not known yet came by
    household: int | None = None  # where all who share the address live together
    seats: tuple[Seat, ...] = ()
    duties: tuple[Duty, ...] = ()

    @property
    def person(self) -> int | None:
        """The person, where the address is one person's alone."""
        return self.people[0] if len(self.people) == 1 else None

    @property
    def proven(self) -> bool:
        """Whether the address was shown to be this person's: a poster gives a village, not an identity."""
        return self.person is not None and self.address.verified_at is not None

    def actor_in(self, area: int) -> Actor:
        """Return the person as an actor bounded by `area`; with the role of duty if a seat or a duty is proven."""
        trusted = self.proven and (self.seats or self.duties)
        roles = frozenset({Role.DUTY}) if trusted else frozenset[Role]()
        return Actor(ActorKind.PERSON, str(self.person or f"address-{self.address.id}"), area, roles)


async def standing(tx: Transaction, address: Address, language: str, now: int, *, held: bool = False) -> Speaker:
    """Return who speaks at the address; `language` is taken where the directory does not know better.

    `held`: nobody else hears these people until the transaction ends.
    """
    known = HELD if held else KNOWN
    rows = await tx.rows(known, {"address": address.id}) if address.owners else []
    if not rows:
        return Speaker(address, (), language)
    households = {row.household_id for row in rows}
    alone = len(rows) == 1
    seats, duties = await _serves(tx, rows[0].id, now) if alone else ((), ())
    return Speaker(
        address=address,
        people=tuple(row.id for row in rows),
        language=rows[0].language,
        name=(rows[0].name or "") if alone else "",
        area=rows[0].area_id,
        household=next(iter(households)) if len(households) == 1 else None,
        seats=seats,
        duties=duties,
    )


KNOWN = (
    select(people, particulars.c.name)
    .join(address_owners, and_(address_owners.c.person_id == people.c.id, address_owners.c.until_at.is_(None)))
    .outerjoin(particulars, particulars.c.person_id == people.c.id)
    .where(address_owners.c.address_id == bindparam("address"))
    .order_by(people.c.id)
)
HELD = KNOWN.with_for_update(key_share=True, of=people)


def _what_one_serves() -> CompoundSelect[Any]:
    """Everywhere a person sits, and every duty that they hold at an instant."""
    person = bindparam("person", type_=people.c.id.type)
    now = bindparam("now", type_=terms.c.from_at.type)
    member = organisations.join(organisation_members, organisation_members.c.organisation_id == organisations.c.id)
    sits = and_(organisation_members.c.person_id == person, organisation_members.c.gone_at.is_(None))
    seat = (organisations.c.id, literal(SEAT).label("sort"), organisations.c.kind.label("name"))
    seats = select(*seat, organisations.c.area_id, null().cast(Integer).label("site_id")).select_from(member)
    holder = posts.join(terms, terms.c.post_id == posts.c.id)
    holds = and_(or_(terms.c.holder_id == person, terms.c.deputy_id == person), lasting(now))
    duty = (posts.c.id, literal(DUTY).label("sort"), posts.c.duty.label("name"), posts.c.area_id, posts.c.site_id)
    duties = select(*duty).select_from(holder).where(holds, posts.c.gone_at.is_(None))
    return union_all(seats.where(sits, organisations.c.gone_at.is_(None)), duties)


SERVES = _what_one_serves()


async def _serves(tx: Transaction, person: int, now: int) -> tuple[tuple[Seat, ...], tuple[Duty, ...]]:
    rows = sorted(await tx.rows(SERVES, {"person": person, "now": now}), key=lambda row: int(row.id))
    seats = tuple(Seat(row.id, row.name, row.area_id) for row in rows if row.sort == SEAT)
    return seats, tuple(Duty(row.name, row.area_id, row.site_id) for row in rows if row.sort == DUTY)
