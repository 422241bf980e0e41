"""A call for help in answer to a warning: the village committee, or the nearest office, hears of it at once."""

from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import exists, select

from audiences.stores import offices
from bot.evacuation.following import rows_of
from bot.lines import Line, Spoken
from bot.relief.describing import place_of
from bot.stores import callers
from bot.stores.callers import Caller
from bot.telling import News, Teller, Told
from broadcast.answers import AnswerKind
from broadcast.notices import Lane
from broadcast.stores.tables import notices
from ground.actor import system
from ground.clock import Clock
from ground.events import Event, Subscription
from ground.transaction import Transaction

log = structlog.get_logger()
WATCH = system("help-watch")
SPOKEN: Final = "help_call"
OFFICES: Final = ("village_committee", "township_office", "command_centre")  # from the village up
BARE: Final = 4  # letters: "3", "求助", "help" say nothing that the news of it does not
LONGEST_QUOTE: Final = 60


def subscription(teller: Teller, clock: Clock) -> Subscription:
    """Return what listens for calls for help."""
    return Subscription("help.calls", frozenset({"answer.recorded"}), _Watch(teller, clock).hear)


@dataclass(frozen=True, slots=True)
class _Watch:
    teller: Teller
    clock: Clock

    async def hear(self, tx: Transaction, event: Event) -> None:
        """Tell once of each caller and warning; under an order the evacuation has raised its own alarm."""
        if event.facts.get("kind") != AnswerKind.NEED_HELP:
            return
        caller = await callers.of_answer(tx, WATCH, int(event.subject.partition(":")[2]))
        if caller is None or await _under_order(tx, caller) or await _told(tx, caller):
            return
        members = await _office(tx, caller)
        if not members:
            log.warning("help.nobody_to_tell", call=event.subject, area=caller.area)
            return
        said = Spoken(SPOKEN, await _line(tx, caller))
        news = News(_origin(caller), Lane.IMMEDIATE, [Told(members, [said])], caller.area, drill=caller.drill)
        await self.teller.tell(tx, news, self.clock.now())


def _origin(caller: Caller) -> str:
    return f"{SPOKEN}:{caller.notice}:{caller.key}"


async def _under_order(tx: Transaction, caller: Caller) -> bool:
    return bool(await rows_of(tx, caller))


async def _told(tx: Transaction, caller: Caller) -> bool:
    return bool(await tx.value(select(exists().where(notices.c.origin == _origin(caller)))))


async def _office(tx: Transaction, caller: Caller) -> tuple[int, ...]:
    """Return the people of the nearest office in which there is somebody else than who calls."""
    for kind in OFFICES if caller.area is not None else ():
        office = await offices.nearest(tx, WATCH, caller.area or 0, kind)
        others = tuple(each for each in office.members if each not in caller.people) if office else ()
        if others:
            return others
    return ()


async def _line(tx: Transaction, caller: Caller) -> Line:
    words = caller.words.strip()
    values = {
        "names": list(caller.names),
        "place": "" if caller.area is None else await place_of(tx, caller.area),
        "phones": list(caller.phones),
        "quote": "" if len(words) <= BARE or words == AnswerKind.NEED_HELP else words[:LONGEST_QUOTE],
    }
    return Line("called", values)
