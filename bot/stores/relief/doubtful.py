"""Aid that looks wrong: given on requests that came to nothing, or on two requests of one household."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from audiences.stores.scope import below, within
from bot.stores.relief.ledger import LEFT_OUT, given_on
from bot.stores.relief.tables import relief_requests
from ground.actor import Actor, Role
from ground.transaction import Transaction

requests = relief_requests.c


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A request and what was given on it, in fen; `beside` is what another request of the household was given."""

    code: str
    state: str
    given: int
    beside: int = 0


async def on_nothing(tx: Transaction, actor: Actor, area: int, limit: int = 200) -> Sequence[Doubtful]:
    """Return requests that were declined, withdrawn or merged and on which aid was given all the same."""
    actor.require(Role.DUTY, Role.OFFICER, Role.ADMIN, Role.AUDITOR)
    given = _given(actor, area)
    nothing = select(given).where(given.c.state.in_(LEFT_OUT)).order_by(given.c.id).limit(limit)
    return [Doubtful(row.code, row.state, row.given) for row in await tx.rows(nothing)]


async def to_one_household(tx: Transaction, actor: Actor, area: int, limit: int = 200) -> Sequence[Doubtful]:
    """Return requests of households that were given aid on an earlier request, too."""
    actor.require(Role.DUTY, Role.OFFICER, Role.ADMIN, Role.AUDITOR)
    given, earlier = _given(actor, area), _given(actor, area).alias("earlier")
    pairs = given.join(earlier, (earlier.c.household_id == given.c.household_id) & (earlier.c.id < given.c.id))
    columns = [given.c.id, given.c.code, given.c.state, given.c.given]
    twice = select(*columns, func.sum(earlier.c.given).label("beside")).select_from(pairs).group_by(*columns)
    found = await tx.rows(twice.order_by(given.c.id).limit(limit))
    return [Doubtful(row.code, row.state, row.given, int(row.beside)) for row in found]


def _given(actor: Actor, area: int) -> Any:
    """Every request of an area, but a drill's, on which something was given."""
    here = below(area, requests.area_id) & within(actor, requests.area_id) & requests.drill.is_(False)
    total = given_on()["aid_money"] + given_on()["aid_goods"]
    chosen = select(requests.id, requests.code, requests.state, requests.household_id, total.label("given"))
    everything = chosen.where(here).subquery("everything")
    return select(everything).where(everything.c.given > 0).subquery("given")
