"""Growth: a repaired number or a new post holder gets the warnings that are still valid; nobody is ever taken out."""

from audiences.stores.tables import addresses, audience_members
from audiences.stores.targets import growth
from broadcast.dispatch.hub import Hub
from broadcast.notices import Notice
from broadcast.stores import notices
from broadcast.stores.sending import placing, planning
from ground.actor import system
from ground.events import Event, Subscription
from ground.transaction import Transaction

KEEPER = system("growth")
KINDS = frozenset({"address.opened", "duty.handed_over"})


def subscription(hub: Hub) -> Subscription:
    """Return what app/wiring.py subscribes to news of the directory."""

    async def read(tx: Transaction, event: Event) -> None:
        now = hub.clock.now()
        person = event.facts.get("person") or event.facts.get("to")
        if person is None:
            return
        for notice in await notices.open_with_audience(tx, KEEPER, now):
            await _include(tx, hub, notice, int(person), event, now)

    return Subscription("broadcast.growth", KINDS, read)


async def _include(tx: Transaction, hub: Hub, notice: Notice, person: int, event: Event, now: int) -> None:
    """Append whoever belongs to the audience now; whoever does already gets it at the new address."""
    if notice.audience is None:
        return
    if await growth.add_member(tx, KEEPER, notice.audience, person, event.kind, now) is not None:
        await notices.plan_again(tx, KEEPER, [notice.id])
        return
    address = event.facts.get("address")
    if address is not None:
        await _plan_address(tx, hub, notice, person, int(address))


async def _plan_address(tx: Transaction, hub: Hub, notice: Notice, person: int, address: int) -> None:
    """One more delivery for a member of the audience who is planned already, at the address that was opened."""
    member = audience_members.c
    channels = [each for each in notice.policy.channels if each in hub.batches]
    placed = (
        placing.further("address.opened", placing.owned_by_member(), notice)
        .where(member.audience_id == notice.audience, member.person_id == person, addresses.c.id == address)
        .where(placing.usable(notice.purpose), addresses.c.channel.in_(channels))
        .where(member.seq <= await planning.planned_through(tx, KEEPER, notice))  # later ones the planner sees to
        .cte("placed")
    )
    await planning.insert_placed(tx, KEEPER, notice, placed, hub.batches)
