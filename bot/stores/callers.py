"""Who called for help: the people at the address that answered a warning, where they live, and how to ring them up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select

from audiences.stores.tables import address_owners, addresses, particulars, people
from broadcast.stores.tables import answer_words, answers, notices
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

CALLED: Final = ("sms", "voice")  # addresses that somebody can ring up


@dataclass(frozen=True, slots=True)
class Caller:
    """One answer, and whose it is: a person's, or that of whoever shares the address."""

    notice: int
    drill: bool
    happened_at: int
    dedupe: str
    address: int | None
    person: int | None
    people: tuple[int, ...]
    area: int | None
    names: tuple[str, ...] = field(repr=False)
    phones: tuple[str, ...] = field(repr=False)
    words: str = field(repr=False)

    @property
    def key(self) -> str:
        """What makes them the same caller next time."""
        return f"person-{self.person}" if self.person is not None else f"address-{self.address}"


async def of_answer(tx: Transaction, actor: Actor, answer_id: int) -> Caller | None:
    """Return who gave an answer; None if it was never kept."""
    actor.require_hub()
    kept = answers.join(notices, notices.c.id == answers.c.notice_id)
    kept = kept.outerjoin(answer_words, answer_words.c.answer_id == answers.c.id)
    chosen = select(answers, notices.c.drill, answer_words.c.words).select_from(kept)
    row = await tx.row(chosen.where(answers.c.id == answer_id))
    if row is None:
        return None
    meant = [row.person_id] if row.person_id is not None else await _owners(tx, row.address_id)
    homes = people.outerjoin(particulars, particulars.c.person_id == people.c.id)
    living = select(people.c.id, people.c.area_id, particulars.c.name).select_from(homes)
    known = await tx.rows(living.where(among(tx, people.c.id, meant)).order_by(people.c.id))
    return Caller(
        notice=row.notice_id,
        drill=row.drill,
        happened_at=row.happened_at,
        dedupe=row.dedupe,
        address=row.address_id,
        person=row.person_id,
        people=tuple(each.id for each in known),
        area=known[0].area_id if known else row.area_id,
        names=tuple(each.name for each in known if each.name),
        phones=tuple(await _phones(tx, meant, row.address_id)),
        words=row.words or "",
    )


async def _owners(tx: Transaction, address_id: int | None) -> Sequence[int]:
    mine = (address_owners.c.address_id == address_id) & address_owners.c.until_at.is_(None)
    return await tx.values(select(address_owners.c.person_id).where(mine))


async def _phones(tx: Transaction, people_ids: Sequence[int], address_id: int | None) -> Sequence[str]:
    """Return the numbers that are theirs: that of the answer first."""
    theirs = select(address_owners.c.address_id).where(
        among(tx, address_owners.c.person_id, people_ids), address_owners.c.until_at.is_(None)
    )
    usable = addresses.c.channel.in_(CALLED) & addresses.c.closed_at.is_(None) & addresses.c.value.is_not(None)
    chosen = select(addresses.c.value).where(usable, addresses.c.id.in_(theirs) | (addresses.c.id == address_id))
    found = await tx.values(chosen.order_by(addresses.c.id != address_id, addresses.c.id))
    return list(dict.fromkeys(found))
