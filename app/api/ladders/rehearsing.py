"""叫应 before it begins: whom a warning would wake, and how long it takes until the last of them was rung up."""

import math

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.api.unit import Now, TheHouse, Tx, Unit, Who
from app.house import House
from broadcast.ladders.doubts import first_call
from broadcast.ladders.policy import Policy, policy_for
from broadcast.stores import alerts
from broadcast.stores.ladders import policies, posts
from ground.clock import SECOND

router = APIRouter(prefix="/alerts/{alert}/calling", tags=["calling"], route_class=Unit)
A_CALL = 45.0  # seconds that a line is taken, ringing and talking


class CallingShown(BaseModel):
    """Whom the policy would wake if the warning were issued now."""

    policy: str | None = Field(description="null: a warning of this level, event and hour wakes nobody")
    people: int
    minutes: float | None = Field(
        description="until the last of them was rung up once; null: no telephone, or nobody is rung up"
    )


@router.get("")
async def rehearse_calling(tx: Tx, who: Who, now: Now, house: TheHouse, alert: str) -> CallingShown:
    """Say whom a warning would wake, and how many minutes the first round of calls takes."""
    found = await alerts.load(tx, who, alert)
    policy = None
    if found.level is not None:
        occasions = (await policies.holding(tx, who, found.area)).occasions
        policy = policy_for(int(found.level), found.event_code, now, occasions)
    if policy is None:
        return CallingShown(policy=None, people=0, minutes=None)
    people = await posts.count(tx, who, found.area, found.audience, policy.duties, now)
    return CallingShown(policy=policy.name, people=people, minutes=minutes_of_first_round(house, policy, people))


def minutes_of_first_round(house: House, policy: Policy, people: int) -> float | None:
    """The rung of the first call, and then as many calls a second as the account and its lines allow."""
    voice, begins = house.settings.channel("voice"), first_call(policy)
    if voice is None or begins is None:
        return None
    rate = min(voice.calls_per_second, voice.lines / A_CALL)
    return float(math.ceil((begins / SECOND + people / rate) / 6) / 10)
