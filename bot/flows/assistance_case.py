"""What an office does about an application, from the note that told of it: assess, publish, review, decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.assistance import acting, asking, handling
from bot.assistance.asking import GRADE, PHOTOS, REASON, ROOMS, SURE, YES
from bot.assistance.desk import desk_with
from bot.cases.assistance import OFFICE_AT, Act, Figures, Part
from bot.cases.assistance_errors import (
    DecidedBefore,
    LessThanPaid,
    NotAtThisStage,
    NotOfTheOffice,
    NotThisOffice,
    OfficeAbove,
    OfTheFamily,
    UnknownApplication,
)
from bot.cases.assistance_values import Application, Deed, Words
from bot.cases.relief import OFFICES, Grade, Level
from bot.cases.tracking import code_in
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.reading.bare import fold
from bot.relief.describing import place_of
from bot.stores.assistance import applications
from broadcast.content.message import Choice
from ground.actor import Actor
from templates.labels import label

MENU, LIST, AID_WORD = "menu", "list", "救助"
LISTS: Final = frozenset({"救助待办", "救助清单", "openapplications"})
SHOWN: Final = 8  # as many as there are buttons
LEVELS: Final = {kind: level for level, kind in OFFICES.items()}
REFUSALS: Final[Mapping[type[Exception], str]] = {
    OfTheFamily: "of_the_family",
    DecidedBefore: "decided_before",
    NotOfTheOffice: "not_yours",
    OfficeAbove: "not_yours",
    NotThisOffice: "not_now",
    NotAtThisStage: "not_now",
    LessThanPaid: "not_now",
}


@dataclass(frozen=True, slots=True)
class AtDesk:
    """Somebody proven of the office whose turn it is, or may be, and the application."""

    actor: Actor
    level: Level
    application: Application


class AssistanceCase:
    name = "assistance_case"

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        """The list of what waits, or a number with the word for it: the number by itself is the report's."""
        if not _seats(room) or not heard.text:
            return None
        if fold(heard.text) in LISTS:
            return Opening(step=LIST)
        code = code_in(heard.text) if AID_WORD in heard.text else None
        return None if code is None or await _at_desk(room, code) is None else Opening(about=code)

    async def begin(self, room: Room, opening: Opening) -> Move:
        if opening.step == LIST or not opening.about:
            return await _list(room)
        desk = await _at_desk(room, opening.about)
        if desk is None:
            return Move(None, (Line("not_yours", {"code": opening.about}),))
        may = {each.value for each in acting.offered(desk.application, desk.level)}
        if opening.step in may:
            return _first(room, desk.application, Act(opening.step))
        first = (_not_now(desk),) if opening.step in set(Act) else ()
        return (await _menu(room, desk)).saying(*first)

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        if talk.step == LIST:
            return await self.begin(room, Opening(about=heard.word)) if heard.word else Move(None, (Line("left_list"),))
        desk = await _at_desk(room, talk.about)
        if desk is None:
            return Move(None, (Line("not_yours", {"code": talk.about}),))
        if talk.step == MENU:
            return await self.begin(room, Opening(about=talk.about, step=heard.word)) if heard.word else _left(talk)
        return await self._answered(room, desk, talk, heard)

    async def _answered(self, room: Room, desk: AtDesk, talk: Talk, heard: Heard) -> Move:
        act, learned = Act(talk.facts["act"]), asking.learned(talk.step, heard)
        if learned is None:
            return Move(talk.step, (Line("not_understood"), *await self.ask(room, talk)), talk.facts, talk.about)
        if talk.step == SURE and heard.word != YES:
            return _left(talk)
        facts = {**talk.facts, **learned}
        step = asking.next_step(room.platform, act, facts)
        if step:
            return Move(step, (asking.question(room.language, desk.application, act, step, facts),), facts, talk.about)
        return await _do(room, desk, act, facts)

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        if talk.step == LIST:
            return (await _list(room)).say
        desk = await _at_desk(room, talk.about)
        if desk is None:
            return (Line("not_yours", {"code": talk.about}),)
        if talk.step == MENU:
            return (await _menu(room, desk)).say
        return (asking.question(room.language, desk.application, Act(talk.facts["act"]), talk.step, talk.facts),)


def _first(room: Room, application: Application, act: Act) -> Move:
    facts = {"act": act.value}
    step = asking.next_step(room.platform, act, facts)
    return Move(step, (asking.question(room.language, application, act, step, facts),), facts, application.code)


async def _do(room: Room, desk: AtDesk, act: Act, facts: Mapping[str, Any]) -> Move:
    application = desk.application
    figures = None
    if act is Act.ASSESS:
        figures = Figures(Grade(facts[GRADE]), int(facts[ROOMS]), asking.fen(application, facts))
    deed = Deed(
        act,
        Part(desk.level.value),
        room.happened_at,
        room.now,
        figures=figures,
        amount=application.amount if act is Act.GRANT else None,
        words={Words.REASON: facts[REASON]} if facts.get(REASON) else {},
        photos=tuple(facts.get(PHOTOS) or ()),
    )
    try:
        after = await handling.handle(
            desk_with(room.teller, room.desk, room.public_url), room.tx, desk.actor, application, deed
        )
    except tuple(REFUSALS) as refused:
        values = {"code": application.code, "stage": application.stage.value}
        return Move(None, (Line(REFUSALS[type(refused)], values),))
    done = Line("done", {"code": after.code, "deed": label("assistance deed", act.value, room.language)})
    now = AtDesk(desk.actor, desk.level, after)
    if acting.offered(after, desk.level):
        return (await _menu(room, now)).saying(done)
    return Move(None, (done,))


async def _menu(room: Room, desk: AtDesk) -> Move:
    application = desk.application
    may = acting.offered(application, desk.level)
    choices = tuple(Choice(each.value, label("assistance deed", each.value, room.language)) for each in may)
    values = {
        "code": application.code,
        "place": await place_of(room.tx, application.area),
        "stage": application.stage.value,
        "grade": application.grade.value if application.grade else "",
        "rooms": application.rooms,
        "amount": application.amount or 0,
    }
    return Move(MENU if choices else None, (Line("case", values, choices),), {}, application.code)


def _not_now(desk: AtDesk) -> Line:
    return Line("not_now", {"code": desk.application.code, "stage": desk.application.stage.value})


def _left(talk: Talk) -> Move:
    return Move(None, (Line("left_open", {"code": talk.about}),))


async def _at_desk(room: Room, code: str) -> AtDesk | None:
    """Return the application as somebody proven of an office sees it; the office whose turn it is comes first."""
    found: list[AtDesk] = []
    for actor, _, level in _seats(room):  # one or two
        try:
            found.append(AtDesk(actor, level, await applications.named(room.tx, actor, code)))
        except UnknownApplication:
            continue
    return min(found, key=lambda each: not acting.offered(each.application, each.level), default=None)


def _seats(room: Room) -> list[tuple[Actor, int, Level]]:
    """Return the offices in which the speaker is proven to sit: as whom, where, of which level."""
    seats = room.speaker.seats if room.speaker.proven else ()
    return [(room.speaker.actor_in(each.area), each.area, LEVELS[each.kind]) for each in seats if each.kind in LEVELS]


async def _list(room: Room) -> Move:
    """List the applications that wait for one of the speaker's offices."""
    choices: list[Choice] = []
    for actor, area, level in _seats(room):  # one or two
        stages = [each for each in acting.IN_CHAT if Part(level.value) in OFFICE_AT[each]]
        waiting = await applications.listed(room.tx, actor, area, stages=stages, limit=SHOWN)
        choices += [Choice(each.code, f"{each.code} {_stage(room, each)}") for each in waiting]
    if not choices:
        return Move(None, (Line("nothing_waits"),))
    return Move(LIST, (Line("waiting", {"count": len(choices)}, tuple(choices[:SHOWN])),))


def _stage(room: Room, application: Application) -> str:
    return label("assistance stage", application.stage.value, room.language)


ASSISTANCE_CASE = AssistanceCase()
