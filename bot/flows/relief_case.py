"""What a committee, a township or a command centre does about a report, from the note that told them of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from audiences.stores import people
from bot.cases.relief import HANDLING, OPEN, Act, State
from bot.cases.relief_errors import NotNow, NotOfThisOffice, UnknownRequest
from bot.cases.relief_values import Deed, Request, Told, Words
from bot.cases.tracking import code_in
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.reading.bare import fold
from bot.relief import handling, telling
from bot.relief.asking import WITHOUT_PHOTOS
from bot.relief.describing import described, name_of, place_of
from bot.relief.desk import RELIEF, ReliefDesk
from bot.stores.relief import requests
from broadcast.content.message import Choice
from ground.actor import Actor
from templates.labels import label

LISTS = frozenset({"报灾清单", "求助清单", "待办", "待处理", "openreports", "reports"})
AT_ONCE = frozenset({Act.ACCEPT, Act.REOPEN})
NEEDS_WORDS = {Act.ASK: Words.QUESTION, Act.DECLINE: Words.REASON, Act.SETTLE: Words.NOTE}
PERSON, NO_PHOTO, SHOW, LIST = "person:", "no_photo", "show", "list"
SHOWN = 8  # requests in a list: as many as there are buttons


@dataclass(frozen=True, slots=True)
class AtDesk:
    """Somebody proven of an office that answers for the request's place, and the request."""

    actor: Actor
    request: Request


class ReliefCase:
    name = "relief_case"

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        """A tracking number, from somebody of an office that handles it; or the list of what is open."""
        if not heard.text or not _seats(room):
            return None
        if fold(heard.text) in LISTS:
            return Opening(step=LIST)
        code = code_in(heard.text)
        if code is None or await _at_desk(room, code) is None:
            return None
        return Opening(about=code, step=SHOW)

    async def begin(self, room: Room, opening: Opening) -> Move:
        if opening.step == LIST or not opening.about:
            return await self._list(room)
        desk = await _at_desk(room, opening.about)
        if desk is None:
            return Move(None, (Line("not_yours", {"code": opening.about}),))
        return await self._go(room, desk, opening.step)

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        if talk.step in {LIST, SHOW} and not heard.picked:
            other = await self.wanted(room, heard)
            return Move(None, (Line("left_open"),)) if other is None else await self.begin(room, other)
        if talk.step == LIST:
            return await self.begin(room, Opening(about=heard.word, step=SHOW))
        desk = await _at_desk(room, talk.about)
        if desk is None:
            return Move(None, (Line("not_yours", {"code": talk.about}),))
        if talk.step == SHOW:
            return await self._go(room, desk, heard.word)
        act = Act(talk.step)
        hint = _lacking(room, act, heard)
        if hint is not None:
            return Move(talk.step, (hint, *await self.ask(room, talk)), talk.facts, talk.about)
        return await self._do(room, desk, act, heard)

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        if talk.step == LIST:
            return (await self._list(room)).say
        desk = await _at_desk(room, talk.about)
        if desk is None:
            return (Line("not_yours", {"code": talk.about}),)
        return await _question(room, desk.request, talk.step)

    async def _go(self, room: Room, desk: AtDesk, step: str) -> Move:
        """Do what needs no words at once, and ask for the words of the rest."""
        may = {each.key for each in telling.choices_for_office(desk.request)}
        if step not in may:
            stale = step in set(Act)
            first = (Line("not_now", {"state": desk.request.state.value}),) if stale else ()
            return await self._show(room, desk.request, *first)
        if Act(step) in AT_ONCE:
            return await self._do(room, desk, Act(step), Heard())
        return Move(step, tuple(await _question(room, desk.request, step)), {}, desk.request.code)

    async def _do(self, room: Room, desk: AtDesk, act: Act, heard: Heard) -> Move:
        try:
            after = await handling.handle(
                ReliefDesk(room.teller, room.desk), room.tx, desk.actor, desk.request, _deed(room, act, heard)
            )
        except NotNow:  # somebody was quicker
            now = await requests.load(room.tx, RELIEF, desk.request.id)
            return await self._show(room, now, Line("not_now", {"state": now.state.value}))
        except NotOfThisOffice:
            return Move(act, (Line("not_understood"), *await _question(room, desk.request, act)), {}, desk.request.code)
        reached = after.address is not None or after.person is not None
        name = await name_of(room.tx, after.assigned_to, room.now)
        done = Line(f"done_{act.value}", {"code": after.code, "name": name, "reached": reached})
        if act is Act.ACCEPT:
            return await self._show(room, after, done, whole=False)
        return Move(None, (done,))

    async def _show(self, room: Room, request: Request, *first: Line, whole: bool = True) -> Move:
        case = (Line("case", await described(room.tx, request)),) if whole else ()
        choices = telling.choices_for_office(request)
        what_now = (_what_now(room, request),) if choices else ()
        return Move(SHOW if choices else None, (*first, *case, *what_now), {}, request.code)

    async def _list(self, room: Room) -> Move:
        """List what nobody has accepted first, then what is under way."""
        area = _seats(room)[0]
        actor = room.speaker.actor_in(area)
        found: list[Request] = []
        for states in ([State.SUBMITTED], sorted(OPEN - {State.SUBMITTED})):
            found += await requests.listed(room.tx, actor, area, states=states, limit=SHOWN - len(found))
        if not found:
            return Move(None, (Line("nothing_open"),))
        choices = []
        for each in found:  # at most SHOWN
            state = label("relief state", each.state.value, room.language)
            choices.append(Choice(each.code, f"{each.code} {await place_of(room.tx, each.area)} {state}"))
        return Move(LIST, (Line("open_ones", {"count": len(found)}, tuple(choices)),))


def _seats(room: Room) -> list[int]:
    """Return the areas of the offices in which the speaker is proven to sit."""
    if not room.speaker.proven:
        return []
    return [seat.area for seat in room.speaker.seats if seat.kind in HANDLING]


async def _at_desk(room: Room, code: str) -> AtDesk | None:
    for area in _seats(room):
        actor = room.speaker.actor_in(area)
        try:
            return AtDesk(actor, await requests.named(room.tx, actor, code))
        except UnknownRequest:
            continue
    return None


def _lacking(room: Room, act: Act, heard: Heard) -> Line | None:
    """Return the hint where an answer is none: words for a question or a reason, a photo for what is settled."""
    if act is Act.ASSIGN:
        return None if heard.word.startswith(PERSON) else Line("not_understood")
    if act is Act.SETTLE and not heard.photos and heard.word != NO_PHOTO and room.platform not in WITHOUT_PHOTOS:
        return Line("photo_missing")
    said = heard.text.strip() or (act is Act.SETTLE and (heard.photos or heard.word))
    if not said:  # a photo is neither a question nor a reason
        return Line("not_understood")
    return None


def _deed(room: Room, act: Act, heard: Heard) -> Deed:
    kind = NEEDS_WORDS.get(act)
    said = heard.text if not heard.picked else ""
    words = {kind: said} if kind is not None and said else {}
    to = int(heard.word.removeprefix(PERSON)) if act is Act.ASSIGN else None
    return Deed(act, room.happened_at, room.now, Told(words=words, photos=heard.photos), assign_to=to)


async def _question(room: Room, request: Request, step: str) -> Sequence[Line]:
    values = {"code": request.code}
    if step == Act.ASSIGN:
        ids = await handling.members_for(room.tx, request)
        names = await people.names(room.tx, RELIEF, ids, now=room.now)
        choices = tuple(Choice(f"{PERSON}{each}", names.get(each, str(each))) for each in ids)
        return (Line("ask_whom", values, choices),)
    if step == Act.SETTLE:
        none = (Choice(NO_PHOTO, label("relief answer", NO_PHOTO, room.language)),)
        return (Line("ask_outcome", {"photos": room.platform not in WITHOUT_PHOTOS}, none),)
    if step == SHOW:
        return (_what_now(room, request),)
    return (Line({Act.ASK: "ask_question"}.get(Act(step), "ask_reason"), values),)


def _what_now(room: Room, request: Request) -> Line:
    choices = telling.choices_for_office(request)
    named = tuple(Choice(each.key, label("relief act", each.key, room.language)) for each in choices)
    return Line("what_now", {"code": request.code}, named)


RELIEF_CASE = ReliefCase()
