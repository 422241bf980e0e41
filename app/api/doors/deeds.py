"""What the duty desk does with doors: opens them by hand, enters what others said, hands them on, closes them."""

from fastapi import APIRouter

from app.api.doors.shapes import DoorGiven, DoorShown, GoingGiven, OutcomeGiven, ReasonGiven
from app.api.doors.showing import door_shown
from app.api.shown import area_named
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from app.house import House
from audiences.stores import households, people
from bot.cases.door_errors import UnknownDoor
from bot.cases.door_task import Act, Kind, Reason, Task
from bot.cases.door_values import Deed
from bot.doors import visiting
from bot.doors.opening import DoorDesk, open_tasks
from bot.stores.doors import tasks
from bot.stores.doors.steps import TAKERS
from bot.telling import Teller
from broadcast.stores import alerts
from ground.actor import Actor
from ground.ids import new_id
from ground.transaction import Transaction

router = APIRouter(prefix="/doors", tags=["doors"], route_class=Unit)
DESK = "desk"


@router.post("", status_code=201)
async def open_door(tx: Tx, who: Who, now: Now, house: TheHouse, given: DoorGiven) -> DoorShown:
    """Send somebody to a door. The first on the stairs is told within a second; who does not answer is passed over."""
    who.require(*TAKERS)
    task = await _asked(tx, who, given, now)
    await open_tasks(tx, [task], now)
    opened = await tasks.of_origin(tx, who, task.origin)
    if not opened:
        raise UnknownDoor(task=task.subject)
    why = _deed(who, Act.ADD, "why", now, words=given.why)
    await visiting.act(_desk(house), tx, who, opened[0], why)
    return await door_shown(tx, who, opened[0])


@router.post("/{door}/going")
async def enter_going(tx: Tx, who: Who, now: Now, house: TheHouse, door: str, given: GoingGiven) -> DoorShown:
    """代录: enter that somebody told you they go; whoever else was asked need not."""
    await people.load(tx, who, given.person, now=now)
    deed = _deed(who, Act.ACCEPT, given.key, now, person=given.person, means=given.means, happened_at=given.said_at)
    return await _take(tx, who, house, door, deed)


@router.post("/{door}/outcome")
async def enter_outcome(tx: Tx, who: Who, now: Now, house: TheHouse, door: str, given: OutcomeGiven) -> DoorShown:
    """代录: enter what somebody found at a door and told you by radio, by telephone or in person. It counts."""
    deed = _deed(
        who,
        Act.REPORT,
        given.key,
        now,
        outcome=given.outcome,
        means=given.means,
        spoke=given.spoke,
        words=given.words,
        happened_at=given.said_at,
    )
    return await _take(tx, who, house, door, deed)


@router.post("/{door}/hand-on")
async def hand_on(tx: Tx, who: Who, now: Now, house: TheHouse, door: str, given: ReasonGiven) -> DoorShown:
    """Ask the next one at once: whoever was asked cannot go."""
    return await _take(tx, who, house, door, _deed(who, Act.CANNOT_GO, new_id(), now, words=given.reason))


@router.post("/{door}/close")
async def close_door(tx: Tx, who: Who, now: Now, house: TheHouse, door: str, given: ReasonGiven) -> DoorShown:
    """Say that nobody has to go, and why. It answers no warning."""
    return await _take(tx, who, house, door, _deed(who, Act.CLOSE, new_id(), now, words=given.reason))


async def _take(tx: Transaction, who: Actor, house: House, door: str, deed: Deed) -> DoorShown:
    task = await tasks.load(tx, who, door)
    taken = await visiting.act(_desk(house), tx, who, task, deed)
    return await door_shown(tx, who, taken.after)


def _deed(who: Actor, act: Act, key: str, now: int, **more: object) -> Deed:
    given = {"happened_at": now, "means": DESK} | more
    given["happened_at"] = min(int(str(given["happened_at"])), now)
    return Deed(act=act, by=who.name, typed_by=who.name, dedupe=f"{who.id}:{key}", now=now, **given)  # type: ignore[arg-type]


def _desk(house: House) -> DoorDesk:
    return DoorDesk(Teller(house.kinds), house.desk)


async def _asked(tx: Transaction, who: Actor, given: DoorGiven, now: int) -> Task:
    """Return the task as it is meant; whoever is out of the actor's sight is refused."""
    area = await area_named(tx, who, given.area) if given.area else None
    if given.person is not None:
        await people.load(tx, who, given.person, now=now)
    if given.household is not None:
        await households.load(tx, who, given.household)
    alert = await alerts.load(tx, who, given.alert) if given.alert else None
    return Task(
        kind=Kind.BY_HAND,
        origin=f"hand:{new_id()}",
        reason=Reason.ASKED,
        person=given.person,
        household=given.household,
        village=area,
        level=int(alert.level or given.level) if alert else given.level,
        drill=alert.drill if alert else given.drill,
        alert=alert.id if alert else None,
    )
