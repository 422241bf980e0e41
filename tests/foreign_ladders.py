"""The call that is under way in the home county, and how its rows are asked for."""

from dataclasses import dataclass
from typing import Any

from broadcast.alerts.model import Alert
from broadcast.ladders.model import StepKind
from broadcast.ladders.policy import policy_for
from broadcast.stores.ladders import chains, opening, policies, rows, steps
from broadcast.stores.ladders.posts import Held
from broadcast.stores.ladders.steps import Step
from ground.actor import system
from ground.transaction import Database
from tests.broadcast.ladders.tables import table, without_slides_by_day
from tests.builders import NOON

HUB = system("test")


@dataclass(frozen=True, slots=True)
class Called:
    """A ladder of home: by what the API calls it, and by its key."""

    public_id: str
    key: int


async def called_out(database: Database, alert: Alert, village: int, post: int, person: int) -> Called:
    """Call the patrol of the village about a red warning."""
    policy = policy_for(1, alert.event_code, NOON)
    assert policy is not None
    async with database.writing() as tx:
        await chains.begin(tx, HUB, alert.id, alert, policy, NOON)
        chain = await chains.find(tx, HUB, alert.id)
        assert chain is not None
        await opening.open_all(tx, HUB, chain, [Held(post, "patrol", village, None, None, person, None)], {}, NOON)
        [ladder] = await rows.listed(tx, HUB)
        await steps.write(tx, HUB, [Step(ladder=ladder.id, kind=StepKind.CALLED, at=NOON, by=HUB.name)])
        await policies.put(tx, HUB, village, table({}, {"levels": [2, 3]}), "as home has it", NOON)
    return Called(ladder.public_id, ladder.id)


def ladder_examples(called: Called, alert: Alert) -> dict[str, Any]:
    return {"chain": alert.id, "ladder_ids": [called.key], "duties": ["patrol"], "occasions": without_slides_by_day()}
