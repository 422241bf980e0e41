"""立即撤离: first move, then report. A committee member or monitor sounds the own village or group with two taps.

Its drill goes the same way and says with every word that it is one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from audiences.duties import Duty
from bot.cases.evacuation import OrderKind
from bot.evacuation.ordering import MARSHAL, sound_the_alarm, stop_sounding
from bot.evacuation.wording import choices
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.reading.bare import fold
from bot.stores.evacuation import offices, orders
from broadcast.content.message import Choice
from ground.actor import Actor, ActorKind, Role
from ground.clock import MINUTE

WORDS: Final = frozenset({"立即撤离", "马上撤离", "紧急撤离", "拉警报", "evacuatenow", "/evacuate", "soundthealarm"})
DRILL_WORDS: Final = frozenset({"演练撤离", "撤离演练", "立即撤离演练", "演练立即撤离", "evacuationdrill", "/drill"})
STOP_WORDS: Final = frozenset({"停止撤离警报", "停警报", "停止警报", "stopthealarm", "/hush"})
COMMITTEE: Final = "village_committee"
CANCEL: Final = "cancel"
JUST_NOW: Final = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody may sound: the own village, a group of it, or the spot of danger that they watch."""

    key: str
    name: str
    area: int
    site: int | None = None


class Instant:
    """Two taps: the word, and the place. No third question stands between a slope and those below it."""

    name = "instant"

    async def wanted(self, _room: Room, heard: Heard) -> Opening | None:
        said = fold(heard.text)
        if said in STOP_WORDS:
            return Opening(step="stop")
        if said in DRILL_WORDS:
            return Opening({"drill": True})
        return Opening() if said in WORDS else None

    async def begin(self, room: Room, opening: Opening) -> Move:
        places = await _places(room)
        if not places:
            return Move(None, (Line("not_allowed", {"proven": room.speaker.proven}),))
        if opening.step == "stop":
            return await self._ask_why(room, places)
        drill = bool(opening.facts.get("drill"))
        return Move("place", (_which(places, room.language, drill=drill),), {"drill": drill}, drill=drill)

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        return replace(await self._heard(room, talk, heard), drill=bool(talk.facts.get("drill")))

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        if talk.step == "place":
            return (_which(await _places(room), room.language, drill=bool(talk.facts.get("drill"))),)
        if talk.step == "sounded":
            return (_sounded(talk.facts, room.language),)
        return (Line("why"),)

    async def _heard(self, room: Room, talk: Talk, heard: Heard) -> Move:
        places = await _places(room)
        if talk.step == "place":
            return await self._sound(room, places, heard, drill=bool(talk.facts.get("drill")))
        if talk.step == "sounded":
            if heard.word == "stop" or fold(heard.text) in STOP_WORDS:
                return Move("why", (Line("why"),), talk.facts)
            sounding = (Line("sounding", {"place": talk.facts["place"]}),) if talk.facts.get("speakers") else ()
            return Move(None, sounding, then=("roll", Opening()))
        return await self._stop(room, talk, heard)

    async def _sound(self, room: Room, places: Sequence[Place], heard: Heard, *, drill: bool) -> Move:
        chosen = next((each for each in places if each.key == heard.word), None)
        if heard.word == CANCEL:
            return Move(None, (Line("not_sounded"),))
        if chosen is None:
            return Move("place", (_which(places, room.language, drill=drill),), {"drill": drill})
        if await _sounds_already(room, chosen, drill=drill):
            return Move(None, (Line("already", {"place": chosen.name}),))
        made = await sound_the_alarm(
            room.tx, _actor(room, chosen.area), room.teller, chosen.area, room.now, site=chosen.site, drill=drill
        )
        facts = {
            "order": made.id,
            "place": chosen.name,
            "speakers": made.sound_notice is not None,
            "recorded": made.recording is not None,
            "drill": drill,
        }
        return Move("sounded", (_sounded(facts, room.language),), facts, made.id)

    async def _ask_why(self, room: Room, places: Sequence[Place]) -> Move:
        """Find what sounds in the own places, the real thing before a drill, and ask why it is to stop."""
        own = {each.area: each.name for each in places}
        sounding = [
            each
            for each in await orders.open_ones(room.tx, MARSHAL)
            if each.kind is OrderKind.INSTANT and each.area in own and each.sound_stopped_at is None
        ]
        if not sounding:
            return Move(None, (Line("nothing_sounds"),))
        newest = max(sounding, key=lambda each: (not each.drill, each.key))
        facts: dict[str, Any] = {"order": newest.id, "place": own[newest.area], "drill": newest.drill}
        return Move("why", (Line("why"),), facts, drill=newest.drill)

    async def _stop(self, room: Room, talk: Talk, heard: Heard) -> Move:
        reason = heard.text.strip()
        if not reason:
            return Move("why", (Line("why"),), talk.facts)
        order = await orders.load(room.tx, MARSHAL, str(talk.facts["order"]))
        await stop_sounding(room.tx, _actor(room, order.area), order, reason, room.now)
        return Move(None, (Line("stopped", {"place": talk.facts["place"]}),))


async def _sounds_already(room: Room, place: Place, *, drill: bool) -> bool:
    """Say whether somebody sounded this very place just now: twice is two rolls of the same people.

    A drill under way never stands before the real thing.
    """
    recent = [each for each in await orders.open_ones(room.tx, MARSHAL) if room.now - each.at < JUST_NOW]
    sounding = [each for each in recent if each.kind is OrderKind.INSTANT and each.sound_stopped_at is None]
    return any((each.area, each.site, each.drill) == (place.area, place.site, drill) for each in sounding)


def _which(places: Sequence[Place], language: str, *, drill: bool) -> Line:
    own = tuple(Choice(each.key, each.name) for each in places)
    return Line("place", {"drill": drill}, (*own, *choices("instant", (CANCEL,), language)))


def _sounded(facts: Mapping[str, Any], language: str) -> Line:
    values = {name: facts[name] for name in ("place", "speakers", "recorded")} | {"drill": facts.get("drill", False)}
    return Line("sounded", values, choices("instant", ("roll", "stop"), language))


def _actor(room: Room, area: int) -> Actor:
    return Actor(ActorKind.PERSON, str(room.speaker.person), area, frozenset({Role.DUTY}))


async def _places(room: Room) -> Sequence[Place]:
    """Return what somebody proven may sound: a monitor's spot, the villages and groups of committee or monitor."""
    speaker = room.speaker
    if not speaker.proven:
        return []
    watched = [duty for duty in speaker.duties if duty.duty == Duty.MONITOR]
    seats = [seat.area for seat in speaker.seats if seat.kind == COMMITTEE]
    spots = await offices.spots(room.tx, MARSHAL, [duty.site for duty in watched if duty.site is not None])
    inside = await offices.places_within(
        room.tx, MARSHAL, list(dict.fromkeys([*seats, *(duty.area for duty in watched)]))
    )
    return [
        *(Place(f"site-{site}", name, area, site) for site, name, area in spots),
        *(Place(str(area), name, area) for area, name in inside),
    ]
