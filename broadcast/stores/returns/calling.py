"""What a call is about: the words of a delivery as they are said aloud, and what a number was told last."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, Select, and_, exists, or_, select

from audiences.addresses import SMS, VOICE
from audiences.stores.tables import address_owners, addresses
from broadcast.content.aloud import speakable
from broadcast.content.message import Message
from broadcast.content.rules import likeliest
from broadcast.deliveries import Key, State
from broadcast.ladders.model import CALL, REPORT
from broadcast.notices import Purpose
from broadcast.notices import State as NoticeState
from broadcast.stores.tables import deliveries, notice_words, notices
from ground.actor import Actor
from ground.transaction import Transaction

RUNG = (SMS, VOICE)  # the channels whose addresses are telephone numbers
SOURCE_LANGUAGE = "zh_CN"


@dataclass(frozen=True, slots=True)
class Told:
    """One delivery, in words that can be said."""

    key: Key
    message: Message
    language: str


async def told(tx: Transaction, actor: Actor, key: Key) -> Told | None:
    """Return what this delivery says aloud; None if there are no words for it."""
    actor.require_hub()
    this = and_(deliveries.c.notice_id == key.notice, deliveries.c.seq == key.seq)
    row = await tx.row(select(deliveries).where(this))
    return None if row is None else await _told(tx, row)


async def newest_for(tx: Transaction, actor: Actor, number: str, now: int) -> Told | None:
    """Return the newest warning or call that is open for this number or for whoever owns it, by whatever channel.

    Of these alone: they may be heard by everybody, and a number can be forged.
    """
    actor.require_hub()
    still_open = and_(
        or_(
            notices.c.purpose == Purpose.WARNINGS, *(notices.c.origin.startswith(f"{each}:") for each in (CALL, REPORT))
        ),
        notices.c.state != NoticeState.PREPARED,
        notices.c.superseded_at.is_(None),
        or_(notices.c.expires.is_(None), notices.c.expires > now),
    )
    of_theirs = and_(
        deliveries.c.address_id.in_(_theirs(number)),
        deliveries.c.state.not_in([State.SUPERSEDED.value, State.EXPIRED.value]),
    )
    told_of = deliveries.c.notice_id.in_(select(notices.c.id).where(still_open))
    at_number_first = deliveries.c.address_id.in_(_of_number(number)).desc()
    called_first = (deliveries.c.channel == VOICE).desc()  # its keys are those that were heard
    order = (deliveries.c.notice_id.desc(), at_number_first, called_first, deliveries.c.seq)
    newest = select(deliveries).where(told_of, of_theirs).order_by(*order)
    row = await tx.row(newest.limit(1))
    return None if row is None else await _told(tx, row)


async def is_known(tx: Transaction, actor: Actor, number: str) -> bool:
    """Say whether this number belongs to somebody."""
    actor.require_hub()
    owned = and_(address_owners.c.address_id.in_(_of_number(number)), address_owners.c.until_at.is_(None))
    return bool(await tx.value(select(exists().where(owned))))


async def address_rung_back(tx: Transaction, actor: Actor, key: Key, number: str) -> int | None:
    """Return the address of a delivery if this number, or whoever owns it, has that address, too."""
    actor.require_hub()
    this = and_(deliveries.c.notice_id == key.notice, deliveries.c.seq == key.seq)
    theirs = select(deliveries.c.address_id).where(this, deliveries.c.address_id.in_(_theirs(number)))
    found = await tx.value(theirs)
    return None if found is None else int(found)


def _of_number(number: str) -> Select[Any]:
    return select(addresses.c.id).where(addresses.c.value == number, addresses.c.channel.in_(RUNG))


def _theirs(number: str) -> Any:
    """The addresses of this number, and all others of the people who have it now."""
    mine, other = address_owners.alias("mine"), address_owners.alias("other")
    owners = select(mine.c.person_id).where(mine.c.address_id.in_(_of_number(number)), mine.c.until_at.is_(None))
    owned = select(other.c.address_id).where(other.c.person_id.in_(owners), other.c.until_at.is_(None))
    return _of_number(number).union(owned)


async def _told(tx: Transaction, delivery: Row[Any]) -> Told | None:
    """The words for this reader: those for the voice, else those of the channel it went by, made sayable."""
    rows = await tx.rows(select(notice_words).where(notice_words.c.notice_id == delivery.notice_id))
    wanted = (
        (VOICE, delivery.channel),
        (delivery.language, SOURCE_LANGUAGE),
        likeliest(delivery.rule),
    )

    def rank(row: Row[Any]) -> tuple[int, ...]:
        given = (row.channel, row.language, row.rule)
        return tuple(
            order.index(each) if each in order else len(order) for order, each in zip(wanted, given, strict=True)
        )

    if not rows:
        return None
    best = min(rows, key=rank)
    message = Message.unpacked(best.message)
    if best.channel != VOICE:
        message = replace(message, text=speakable(message.text), audio=None)
    return Told(Key(delivery.notice_id, delivery.seq), message, best.language)
