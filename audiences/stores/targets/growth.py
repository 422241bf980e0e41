"""Growth: a frozen audience loses nobody, and gains whom news brings in while the warning is valid."""

from collections.abc import Sequence

from sqlalchemy import select, update

from audiences.stores.scope import within
from audiences.stores.tables import audiences, people
from audiences.stores.targets.freezing import add_people, hold
from audiences.stores.targets.resolving import resolve_again
from audiences.targeting.errors import UnknownAudience
from audiences.targeting.sql.membership import anybody_of, people_of
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction


async def add_member(
    tx: Transaction, actor: Actor, audience_id: int, person_id: int, why: str, now: int, *, force: bool = False
) -> int | None:
    """Make the person a member and return the seq, if the rules name them at the instant `now`, or None.

    None too for who is a member already. `why` is evidence: duty.handed_over, address.opened. With `force` it is
    enough to be in the scope the audience was frozen in; who matches no rule is given the words of the first.
    """
    actor.require_hub()
    audience = await hold(tx, actor, audience_id)
    if not audience.rules:
        return None  # its members were told one by one: no rule brings in another
    resolved = await resolve_again(tx, audience.rules, audience.actor_area_id, now)
    chosen = (anybody_of if force else people_of)(resolved.target, resolved.standpoint)
    if await add_people(tx, audience, chosen.where(people.c.id == person_id), why) == 0:
        return None
    seq = int(audience.size) + 1
    await tx.execute(update(audiences).where(audiences.c.id == audience_id).values(size=seq))
    return seq


async def matches_now(
    tx: Transaction, actor: Actor, audience_id: int, person_ids: Sequence[int], now: int
) -> frozenset[int]:
    """Return which of the people the audience's rules name at the instant `now`, members or not."""
    mine = (audiences.c.id == audience_id) & within(actor, audiences.c.actor_area_id)
    audience = await tx.row(select(audiences).where(mine))
    if audience is None:
        raise UnknownAudience(audience=audience_id)
    if not audience.rules:
        return frozenset()
    resolved = await resolve_again(tx, audience.rules, audience.actor_area_id, now)
    chosen = people_of(resolved.target, resolved.standpoint).where(among(tx, people.c.id, person_ids))
    return frozenset(row.person_id for row in await tx.rows(chosen))
