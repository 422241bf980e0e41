"""A talk under way: what is the same in every conversation, so that a flow is nothing but its own questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.conversing import Flow, Heard, Move, Opening, Room, Talk
from bot.lines import Line, Spoken
from bot.reading.choosing import chosen
from bot.reading.control import Control
from bot.saying import CONTROL
from bot.stores import talks
from bot.turns import Incoming
from broadcast.content.message import Choice
from ground.actor import system
from templates.labels import label

log = structlog.get_logger()
TALKER = system("talker")
DONE = "_done"
PICKED = "_picked"  # of several choices, what was pressed so far
FLOWS_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Said:
    """What a turn of a talk leads to: lines, and the talk whose question they end with, to be kept when it is said."""

    lines: Sequence[Spoken]
    talk: Talk | None = None
    language: str = ""  # if it is another than before
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Talking:
    """Runs the flows that are registered."""

    flows: Mapping[str, Flow]

    async def wanted(self, room: Room, heard: Heard) -> tuple[Flow, Opening] | None:
        """Return the first flow that wants a turn which belongs to nothing open."""
        for flow in self.flows.values():
            opening = await flow.wanted(room, heard)
            if opening is not None:
                return flow, opening
        return None

    async def begin(self, room: Room, flow: Flow, opening: Opening) -> Said:
        """Open a talk; what was open before waits."""
        talk = await talks.begin(room.tx, TALKER, room.speaker.address.id, flow.name, room.now)
        move = await flow.begin(room, opening)
        return await self._apply(room, replace(talk, about=opening.about), move)

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Said:
        flow = self.flows.get(talk.flow)
        if flow is None:  # of an earlier release
            await talks.end(room.tx, TALKER, talk.id, room.now)
            return Said([control_line("flow_gone")], language=room.language)
        if talk.many and (gathering := self._gathering(talk, heard)) is not None:
            return await self._gather(room, talk, gathering)
        if talk.many and heard.picked:  # "1 3 done" after a press of the second: all of them
            gathered = [*(talk.facts.get(PICKED) or []), *heard.picked]
            heard = replace(heard, picked=tuple(each for each in dict.fromkeys(gathered) if each != DONE))
        facts = {key: value for key, value in talk.facts.items() if key != PICKED}
        return await self._apply(room, talk, await flow.hear(room, replace(talk, facts=facts), heard))

    async def steer(self, room: Room, talk: Talk, control: Control) -> Said:
        """Go back, cancel or start over."""
        match control:
            case Control.BACK:
                return await self._back(room, talk)
            case Control.CANCEL:
                said = "cancelled_about" if talk.about else "cancelled"  # what became a case stays one
                return await self._over(room, talk, [control_line(said)])
            case Control.RESTART:
                flow = self.flows[talk.flow]
                move = (await flow.begin(room, Opening())).saying()
                return await self._apply(room, replace(talk, facts={}, about=""), move, forget=True)
            case _:
                return await self.ask(room, talk)

    async def ask(self, room: Room, talk: Talk, *first: Spoken) -> Said:
        """Say the open question once more."""
        flow = self.flows.get(talk.flow)
        if flow is None:
            return Said(first)
        lines = list(await flow.ask(room, talk))
        spoken = [Spoken(flow.name, each) for each in _offering(lines, room.language)]
        return Said([*first, *spoken], _asking(talk, spoken), room.language)

    async def _back(self, room: Room, talk: Talk) -> Said:
        if not talk.trail:
            return await self.ask(room, talk, control_line("at_the_beginning"))
        *trail, (step, facts) = talk.trail
        return await self.ask(room, replace(talk, step=step, facts=facts, trail=tuple(trail)))

    async def _apply(self, room: Room, talk: Talk, move: Move, *, forget: bool = False) -> Said:
        if move.language:
            room = replace(room, speaker=replace(room.speaker, language=move.language))
        said = [Spoken(talk.flow, each) for each in move.say]
        if move.step is None:
            over = await self._over(room, talk, said, resume=move.then is None)
            return replace(await self._next(room, move, over), drill=move.drill)
        trail = () if forget else talk.trail
        if talk.step and move.step != talk.step and not forget:
            trail = (*trail, (talk.step, talk.facts))
        moved = replace(talk, step=move.step, facts=move.facts, about=move.about or talk.about, trail=trail)
        said = [Spoken(talk.flow, each) for each in _offering(move.say, room.language)]
        return Said(said, _asking(moved, said), room.language, drill=move.drill)

    async def _next(self, room: Room, move: Move, over: Said) -> Said:
        if move.then is None:
            return over
        name, opening = move.then
        begun = await self.begin(room, self.flows[name], opening)
        return replace(begun, lines=[*over.lines, *begun.lines])

    async def _over(self, room: Room, talk: Talk, said: Sequence[Spoken], *, resume: bool = True) -> Said:
        """End a talk; what waited behind it is asked again."""
        await talks.end(room.tx, TALKER, talk.id, room.now)
        waiting = await talks.open_at(room.tx, TALKER, room.speaker.address.id) if resume else []
        if not waiting:
            return Said(said, language=room.language)
        return await self.ask(room, waiting[0], *said, control_line("still_open"))

    @staticmethod
    def _gathering(talk: Talk, heard: Heard) -> list[str] | None:
        """Return what is picked so far, if this turn pressed one more of several; None if it finishes."""
        if len(heard.picked) != 1 or heard.word == DONE or heard.text:
            return None
        return [*dict.fromkeys([*(talk.facts.get(PICKED) or []), heard.word])]

    async def _gather(self, room: Room, talk: Talk, picked: list[str]) -> Said:
        gathered = replace(talk, facts={**talk.facts, PICKED: picked})
        names = {each.key: each.label for each in talk.offered}
        chosen_so_far = control_line("picked", picked=[names[each] for each in picked if each in names])
        return await self.ask(room, gathered, chosen_so_far)


def heard_of(incoming: Incoming, talk: Talk | None) -> Heard:
    """Return a turn as a flow sees it: what names an offered choice is that choice."""
    offered = talk.offered if talk else ()
    word = incoming.choice.word if incoming.choice else ""
    picked: tuple[str, ...] = ()
    if word and any(each.key == word for each in offered):
        picked = (word,)
    elif incoming.text and offered:
        picked = chosen(incoming.text, offered, many=bool(talk and talk.many))
    return Heard(
        text=incoming.text,
        picked=picked,
        place=incoming.place,
        photos=incoming.photos,
        contact=incoming.contact,
        link=incoming.link,
        unread=incoming.unread,
        dedupe=incoming.dedupe,
    )


def _asking(talk: Talk, spoken: Sequence[Spoken]) -> Talk:
    """Return the talk with what its question, the last line, offers."""
    last = spoken[-1].line if spoken else Line("")
    return replace(talk, offered=last.choices, many=last.many)


def _offering(lines: Sequence[Line], language: str) -> list[Line]:
    """Return the lines; where several choices may be taken one by one, the last ends with "done"."""
    if not lines or not lines[-1].many or not lines[-1].choices:
        return list(lines)
    done = Choice(DONE, label("talk", "done", language))
    known = [each for each in lines[-1].choices if each.key != DONE]
    return [*lines[:-1], replace(lines[-1], choices=(*known, done))]


def control_line(block: str, **values: object) -> Spoken:
    """Return a line of the dialogue's own."""
    return Spoken(CONTROL, Line(block, values))
