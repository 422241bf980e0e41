"""立即撤离: first move, then report. A committee member or monitor sounds the own village or group with two taps."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from audiences.duties import Duty
from bot.cases.evacuation import OrderKind
from bot.evacuation.ordering import MARSHAL, sound_the_alarm, stop_sounding
from bot.evacuation.wording import choices
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.reading.bare import fold
from bot.stores.evacuation import offices, orders, recordings
from broadcast.content.message import Choice
from ground.actor import Actor, ActorKind, Role
from ground.clock import MINUTE

WORDS: Final = frozenset({"立即撤离", "马上撤离", "紧急撤离", "拉警报", "evacuatenow", "/evacuate", "soundthealarm"})
STOP_WORDS: Final = frozenset({"停止撤离警报", "停警报", "停止警报", "stopthealarm", "/hush"})
COMMITTEE: Final = "village_committee"
CANCEL: Final = "cancel"
JUST_NOW: Final = 10 * MINUTE


class Instant:
    """Two taps: the word, and the place. No third question stands between a slope and those below it."""

    name = "instant"

    async def wanted(self, _room: Room, heard: Heard) -> Opening | None:
        said = fold(heard.text)
        if said in STOP_WORDS:
            return Opening(step="stop")
        return Opening() if said in WORDS else None

    async def begin(self, room: Room, opening: Opening) -> Move:
        places = await _places(room)
        if not places:
            return Move(None, (Line("not_allowed", {"proven": room.speaker.proven}),))
        if opening.step == "stop":
            return await self._ask_why(room, places)
        return Move("place", (_which(places, room.language),))

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        places = await _places(room)
        if talk.step == "place":
            return await self._sound(room, places, heard)
        if talk.step == "sounded":
            if heard.word == "stop" or fold(heard.text) in STOP_WORDS:
                return Move("why", (Line("why"),), talk.facts)
            sounding = (Line("sounding", {"place": talk.facts["place"]}),) if talk.facts.get("speakers") else ()
            return Move(None, sounding, then=("roll", Opening()))
        return await self._stop(room, talk, heard)

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        if talk.step == "place":
            return (_which(await _places(room), room.language),)
        if talk.step == "sounded":
            return (_sounded(talk.facts, room.language),)
        return (Line("why"),)

    async def _sound(self, room: Room, places: Sequence[tuple[int, str]], heard: Heard) -> Move:
        chosen = next((each for each in places if str(each[0]) == heard.word), None)
        if heard.word == CANCEL:
            return Move(None, (Line("not_sounded"),))
        if chosen is None:
            return Move("place", (_which(places, room.language),))
        area, name = chosen
        if await _sounds_already(room, area):
            return Move(None, (Line("already", {"place": name}),))
        recorded = await recordings.nearest(room.tx, MARSHAL, area) is not None
        made = await sound_the_alarm(room.tx, _actor(room, area), room.teller, area, room.now)
        facts = {"order": made.id, "place": name, "speakers": made.sound_notice is not None, "recorded": recorded}
        return Move("sounded", (_sounded(facts, room.language),), facts, made.id)

    async def _ask_why(self, room: Room, places: Sequence[tuple[int, str]]) -> Move:
        """Find what sounds in the own places, and ask why it is to stop."""
        own = dict(places)
        sounding = [
            each
            for each in await orders.open_ones(room.tx, MARSHAL)
            if each.kind is OrderKind.INSTANT and each.area in own and each.sound_stopped_at is None
        ]
        if not sounding:
            return Move(None, (Line("nothing_sounds"),))
        facts: dict[str, Any] = {"order": sounding[-1].id, "place": own[sounding[-1].area]}
        return Move("why", (Line("why"),), facts)

    async def _stop(self, room: Room, talk: Talk, heard: Heard) -> Move:
        reason = heard.text.strip()
        if not reason:
            return Move("why", (Line("why"),), talk.facts)
        order = await orders.load(room.tx, MARSHAL, str(talk.facts["order"]))
        await stop_sounding(room.tx, _actor(room, order.area), order, reason, room.now)
        return Move(None, (Line("stopped", {"place": talk.facts["place"]}),))


async def _sounds_already(room: Room, area: int) -> bool:
    """Say whether somebody sounded this very place just now: twice is two rolls of the same people."""
    recent = [each for each in await orders.open_ones(room.tx, MARSHAL) if room.now - each.at < JUST_NOW]
    return any(
        each.kind is OrderKind.INSTANT and each.area == area and each.sound_stopped_at is None for each in recent
    )


def _which(places: Sequence[tuple[int, str]], language: str) -> Line:
    own = tuple(Choice(str(area), name) for area, name in places)
    return Line("place", {}, (*own, *choices("instant", (CANCEL,), language)))


def _sounded(facts: Mapping[str, Any], language: str) -> Line:
    values = {name: facts[name] for name in ("place", "speakers", "recorded")}
    return Line("sounded", values, choices("instant", ("roll", "stop"), language))


def _actor(room: Room, area: int) -> Actor:
    return Actor(ActorKind.PERSON, str(room.speaker.person), area, frozenset({Role.DUTY}))


async def _places(room: Room) -> Sequence[tuple[int, str]]:
    """Return the villages and groups whose committee, or whose monitor, somebody proven is."""
    speaker = room.speaker
    if not speaker.proven:
        return []
    seats = [seat.area for seat in speaker.seats if seat.kind == COMMITTEE]
    duties = [duty.area for duty in speaker.duties if duty.duty == Duty.MONITOR]
    return await offices.own_places(room.tx, MARSHAL, list(dict.fromkeys([*seats, *duties])))
