"""How a person stands with a notice: whether they were told it, and whether they answered, be it on a shared phone.

Written for a look at each person by index: their addresses, the one delivery of a notice at each, its answers.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from audiences.stores.tables import address_owners
from broadcast.deliveries import State
from broadcast.stores.sending.hearers import may_have_heard
from broadcast.stores.tables import answers, deliveries, delivery_sharers


def told(notice_id: int, person: ColumnElement[int]) -> ColumnElement[bool]:
    """Say that the person was told, or may have been, by a message of their own or one they share."""
    heard = or_(deliveries.c.state == State.CLAIMED, may_have_heard(deliveries))
    return _sent_to(notice_id, person).where(heard).exists()


def answered(notice_id: int, person: ColumnElement[int]) -> ColumnElement[bool]:
    """Say that the person answered, or somebody did at an address where the notice reached them."""
    by_name = exists().where(answers.c.notice_id == notice_id, answers.c.person_id == person)
    here = and_(answers.c.notice_id == notice_id, answers.c.address_id == deliveries.c.address_id)
    by_somebody = _sent_to(notice_id, person).join(answers, here).where(answers.c.person_id.is_(None))
    return or_(by_name, by_somebody.exists())


def _sent_to(notice_id: int, person: ColumnElement[int]) -> Select[Any]:
    at_theirs = and_(deliveries.c.notice_id == notice_id, deliveries.c.address_id == address_owners.c.address_id)
    shared = exists().where(
        delivery_sharers.c.notice_id == deliveries.c.notice_id,
        delivery_sharers.c.seq == deliveries.c.seq,
        delivery_sharers.c.person_id == person,
    )
    shared = shared.correlate_except(delivery_sharers)  # of these tables one is two levels up
    return (
        select(deliveries.c.seq)
        .select_from(address_owners)
        .join(deliveries, at_theirs)
        .where(address_owners.c.person_id == person, or_(deliveries.c.person_id == person, shared))
    )
