"""The audit of ladders: every open one has a next step, and it is not overdue; every chain goes on."""

from sqlalchemy import and_, func, or_, select

from broadcast.ladders.model import State
from broadcast.stores.tables import call_chains, ladders
from ground.actor import Actor
from ground.transaction import Transaction


async def stalled(tx: Transaction, actor: Actor, now: int, patience: int) -> int:
    """Return how many unfinished ladders have no step due, or one that is overdue by more than `patience` milliseconds.

    A chain that is being opened or closed and comes no further counts as one.
    """
    actor.require_hub()
    late = or_(ladders.c.due_at.is_(None), ladders.c.due_at < now - patience)
    of_ladders = select(func.count()).select_from(ladders).where(and_(ladders.c.state != State.CLOSED, late))
    halfway = and_(call_chains.c.stage.in_(("opening", "dialling", "closing")), call_chains.c.moved_at < now - patience)
    of_chains = select(func.count()).select_from(call_chains).where(halfway)
    return int(await tx.value(of_ladders)) + int(await tx.value(of_chains))


async def open_count(tx: Transaction, actor: Actor) -> int:
    """Return how many ladders are open, drills included."""
    actor.require_hub()
    return int(await tx.value(select(func.count()).select_from(ladders).where(ladders.c.state == State.OPEN)))
