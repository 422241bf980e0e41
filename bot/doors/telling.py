"""Telling whoever is to knock: one message for each person with all their doors; and again when nobody has to go."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from bot.cases.door_policy import of_kind
from bot.cases.door_task import Kind, Outcome
from bot.cases.door_values import DoorTask
from bot.doors.opening import DOORS, Doorkeeper
from bot.lines import Line, Spoken
from bot.stores.doors import names, telling
from bot.stores.doors.names import Door
from bot.stores.doors.telling import Addressee, Asked
from bot.telling import News, Told
from broadcast.content.message import Choice
from broadcast.notices import Lane
from ground.ids import new_id
from templates.catalogues import SOURCE
from templates.labels import label

log = structlog.get_logger()
SPOKEN: Final = "door"
HOLDERS_AT_ONCE: Final = 20  # rules of one notice
LISTED_AT_MOST: Final = 12
TELLINGS_AT_ONCE: Final = 200
SLICE: Final = 500


async def tell(keeper: Doorkeeper) -> int:
    """Tell everybody who is to be told; return how many messages were made."""
    made = 0
    for _ in range(TELLINGS_AT_ONCE):
        told = await _some(keeper)
        if not told:
            break
        made += told
    return made


async def _some(keeper: Doorkeeper) -> int:
    """Look up and compose for some of them without holding the writer; then tell in short transactions."""
    async with keeper.database.reading() as tx:
        waiting = await telling.untold(tx, DOORS, HOLDERS_AT_ONCE)
        found = await names.of_tasks(tx, DOORS, [each for asked in waiting.values() for each in asked.tasks])
        doors = {each.task.key: each for each in found}
        seats = await names.members_of(tx, DOORS, {each.office for each in waiting if each.office})
    done = 0
    for alike in _alike(waiting).values():
        try:
            done += len(alike) if await _tell(keeper, alike, _told(alike, doors, seats)) else 0
        except Exception:  # who cannot be told this time keeps no other waiting
            log.exception("doors.untold", tasks=[each.id for asked in alike.values() for each in asked.tasks[:1]])
    return done


def _told(
    alike: Mapping[Addressee, Asked], doors: Mapping[int, Door], seats: Mapping[int, Sequence[int]]
) -> Sequence[Told]:
    return [
        Told(people, [Spoken(SPOKEN, _line(who, asked.count, [doors[each.key] for each in asked.tasks]))])
        for who, asked in alike.items()
        if (people := _whom(who, asked.tasks, seats))
    ]


def _alike(waiting: Mapping[Addressee, Asked]) -> Mapping[object, Mapping[Addressee, Asked]]:
    """A drill and the real thing never share a notice, and what one village is told is not seen in another."""
    apart: dict[object, dict[Addressee, Asked]] = {}
    for who, asked in waiting.items():
        apart.setdefault((who.drill, who.kind, _scope(asked.tasks)), {})[who] = asked
    return apart


def _scope(asked: Sequence[DoorTask]) -> int:
    """Return the area in which news of tasks is seen: their village, or that of most of them."""
    villages = [each.village for each in asked]
    return max(sorted(set(villages)), key=villages.count)


async def _tell(keeper: Doorkeeper, alike: Mapping[Addressee, Asked], told: Sequence[Told]) -> bool:
    """Tell them in one notice, unless another worker was faster; what it only counted is noted slice by slice."""
    tasks, now, batch = [each for asked in alike.values() for each in asked.tasks], keeper.clock.now(), new_id()
    news = News(f"{SPOKEN}:{batch}", Lane.IMMEDIATE, told, _scope(tasks), drill=tasks[0].drill)
    words = await asyncio.to_thread(keeper.desk.teller.compose, news)
    async with keeper.database.writing() as tx:
        if not await telling.told(tx, DOORS, tasks, batch):
            return False
        due = now + of_kind(tasks[0].kind).accept
        await telling.wait_until(tx, DOORS, [each.key for each in tasks], due)
        await keeper.desk.teller.tell(tx, news, now, words=words)
    for who, asked in alike.items():
        more = asked.count > len(asked.tasks)
        while more:
            async with keeper.database.writing() as tx:
                more = bool(await telling.rest(tx, DOORS, who, asked.through, batch, SLICE))
    return True


def _whom(who: Addressee, asked: Sequence[DoorTask], seats: Mapping[int, Sequence[int]]) -> Sequence[int]:
    """Return whoever is told: nobody is sent to the own door."""
    if who.person:
        return [who.person]
    sought = {each.person for each in asked}
    return [each for each in seats.get(who.office, ()) if len(sought) > 1 or each not in sought]


def _line(who: Addressee, count: int, doors: Sequence[Door]) -> Line:
    values = {
        "kind": who.kind,
        "level": min(each.task.level for each in doors),
        "count": count,
        "doors": [shown(each) for each in doors[:LISTED_AT_MOST]],
        "again": any(each.task.rung not in first_rungs(each.task.kind) for each in doors),
        "meanwhile": all(each.task.outcome is Outcome.ANSWERED_MEANWHILE for each in doors),
        "ended": all(each.task.outcome is Outcome.OVER for each in doors),
    }
    if who.over:
        return Line("over", values)
    return Line("asked", values, choices("go", "cannot"))


def first_rungs(kind: str) -> Sequence[object]:
    """Return who is asked first: for all others somebody before them has not gone."""
    return of_kind(Kind(kind)).stairs[:1]


def shown(door: Door) -> Mapping[str, object]:
    """Return a door as sentences name it."""
    return {
        "name": door.name,
        "place": door.place,
        "people": door.people,
        "needs": list(door.needs),
        "phone": next(iter(door.phones), ""),
        "reason": door.task.reason.value,
        "village": door.task.person is None and door.task.household is None,
        "claimed": door.task.claimed.value if door.task.claimed else "",
        "outcome": door.task.outcome.value if door.task.outcome else "",
        "answered": door.task.answered or "",
    }


def choices(*keys: str) -> tuple[Choice, ...]:
    """Return choices by their source words: each reader sees them in the own language."""
    return tuple(Choice(key, label("door", key, SOURCE)) for key in keys)
