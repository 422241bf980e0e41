"""A request in words: what its people and offices are told of it, as values for the lines of the templates."""

from collections.abc import Mapping

from audiences.stores import gazetteer, people
from bot.cases.relief import Count
from bot.cases.relief_values import Request, Words
from bot.relief.desk import RELIEF
from bot.stores.relief import steps
from ground.transaction import Transaction

NAMES_SHOWN = 2  # of the places from the top down: the township and the village
LONGEST_QUOTE = 60


async def described(tx: Transaction, request: Request) -> Mapping[str, object]:
    """Return what a request says of itself: codes for the labels, counts, and the words that are not erased."""
    words = await steps.words_of(tx, RELIEF, request.id)
    damage, needs = await steps.codes_of(tx, RELIEF, request.id)
    return {
        "code": request.code,
        "place": await place_of(tx, request.area),
        "spot": words.get(Words.SPOT, ""),
        "hazard": request.hazard or "",
        "damage": list(damage),
        "needs": list(needs),
        "people": request.counts.get(Count.PEOPLE),
        "hurt": request.counts.get(Count.HURT) or 0,
        "trapped": request.counts.get(Count.TRAPPED) or 0,
        "head": words.get(Words.HEAD, ""),
        "phone": words.get(Words.PHONE, ""),
        "quote": words.get(Words.TOLD, "")[:LONGEST_QUOTE],
        "for_whom": request.for_whom.value,
        "state": request.state.value,
        "urgent": request.urgent,
        "filed_at": request.filed_at,
    }


async def place_of(tx: Transaction, area: int) -> str:
    """Return where an area is, as people say it: its township and its own name."""
    path = (await gazetteer.paths_to(tx, RELIEF, [area])).get(area, ())
    return "".join(path[-NAMES_SHOWN:]) if not any(map(str.isascii, path)) else ", ".join(path[-NAMES_SHOWN:][::-1])


async def name_of(tx: Transaction, person: int | None, now: int) -> str:
    """Return a person's name, or nothing once it is erased."""
    if person is None:
        return ""
    return (await people.names(tx, RELIEF, [person], now=now)).get(person, "")
