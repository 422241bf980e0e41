"""Old telephones in danger zones: whoever cannot be counted on to read a text there is called as well.

What they hear is short and has two keys (content/compose.py); it is planned by `words_of`, wherever they are called.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select

from audiences.stores.tables import addresses, audience_members, people
from broadcast.notices import Notice, Purpose
from broadcast.stores.ladders import reach
from broadcast.stores.sending.placing import exposed, further, owned_by_member, usable
from broadcast.stores.sending.planning import insert_placed
from ground.actor import Actor
from ground.transaction import Transaction

WHY: Final = "danger zone"


async def call_too(tx: Transaction, actor: Actor, notice: Notice, batches: Mapping[str, int]) -> int:
    """Plan a call beside the text for everybody of the audience with an old telephone in a danger zone.

    Return how many calls; one who is called already is not called twice.
    """
    actor.require_hub()
    member = audience_members.c
    whom = select(member.person_id).join(people, people.c.id == member.person_id)
    persons = await tx.values(whom.where(member.audience_id == notice.audience, exposed()))
    if not persons:
        return 0
    await reach.make_dialable(tx, actor, persons)
    theirs = further(WHY, owned_by_member(), notice).where(member.audience_id == notice.audience, exposed())
    placed = theirs.where(addresses.c.channel == reach.DIALLED, usable(Purpose.WARNINGS)).cte("placed")
    return await insert_placed(tx, actor, notice, placed, batches)
