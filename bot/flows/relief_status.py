"""What became of a report: its state in plain words, and what its reporter may still do about it."""

from collections.abc import Sequence

from bot.cases.relief import Act, Count, ForWhom, Side, open_to
from bot.cases.relief_errors import NotNow, UnknownRequest
from bot.cases.relief_values import Deed, Request, Told, Words
from bot.cases.tracking import code_in
from bot.flows.assistance import choice_for
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.flows.relief import reporter
from bot.lines import Line
from bot.reading.codes import Kind
from bot.relief import handling
from bot.relief.desk import RELIEF, ReliefDesk
from bot.relief.gathering import Gathered
from bot.relief.placing import place, read_here
from bot.stores.relief import requests, steps
from broadcast.content.message import Choice
from templates.labels import label

SAID = {Act.ADD: Words.NOTE, Act.CORRECT: Words.NOTE, Act.REOPEN: Words.REASON, Act.ANSWER: Words.ANSWER}
READ = frozenset({Act.ADD, Act.CORRECT})  # counts and damage are read out of these words, too
DONE, YES, NO = "done", "yes", "no"
AID = "aid:"  # what is done about assistance is a conversation of its own
BARE_CODE = 20  # letters: a longer text is not just a number that was mistyped


class ReliefStatus:
    name = "relief_status"

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        if not heard.text:
            return None
        code = code_in(heard.text)
        if code is not None and (await _found(room, code) is not None or len(heard.text) <= BARE_CODE):
            return Opening(about=code)
        read = await read_here(room, heard.text)
        return Opening() if read.kind is Kind.STATUS_QUESTION else None

    async def begin(self, room: Room, opening: Opening) -> Move:
        if opening.about:
            request = await _found(room, opening.about)
            if request is None:
                return Move(None, (Line("unknown_code", {"code": opening.about}),))
            if opening.step == Act.ANSWER and _is_theirs(room, request):
                question = await _asked(room, request)
                line = Line("question", {"code": request.code, "question": question})
                return Move(Act.ANSWER, (line,), {"question": question}, request.code)
            return await self._menu(room, request)
        mine = await _mine(room)
        if not mine:
            return Move(None, (Line("nothing_reported"),))
        if len(mine) == 1:
            return await self._menu(room, mine[0])
        codes = [each.code for each in mine]
        return Move("which", (_which(room, mine),), {"codes": codes})

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        if talk.step == "which":
            code = heard.word or code_in(heard.text) or ""
            request = await _found(room, code) if code else None
            if request is None:
                return Move("which", (Line("not_understood"), *await self.ask(room, talk)), talk.facts)
            return await self._menu(room, request)
        request = await _found(room, talk.about)
        if request is None or not _is_theirs(room, request):
            return Move(None, (Line("unknown_code", {"code": talk.about}),))
        if talk.step == "menu":
            return await self._chosen(room, request, heard)
        return await self._do(room, request, Act(talk.step), heard)

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        request = await _found(room, talk.about)
        if talk.step == "which" or request is None:
            return (_which(room, await _mine(room)),)
        if talk.step == "menu":
            return (await _status(room, request),)
        return (_question(room, talk.step, request, str(talk.facts.get("question", ""))),)

    async def _menu(self, room: Room, request: Request) -> Move:
        line = await _status(room, request)
        return Move("menu" if line.choices else None, (line,), {}, request.code)

    async def _chosen(self, room: Room, request: Request, heard: Heard) -> Move:
        if heard.word in {act.value for act in open_to(request.state, Side.REPORTER)}:
            return Move(heard.word, (_question(room, heard.word, request, ""),), {}, request.code)
        if heard.word.startswith(AID):
            then = ("assistance", Opening(about=request.code, step=heard.word.removeprefix(AID)))
            return Move(None, about=request.code, then=then)
        read = await read_here(room, heard.text) if heard.text else None
        if heard.photos or (read is not None and read.kind is Kind.REPORT):
            return await self._do(room, request, Act.ADD, heard)
        return Move(None, (Line("goodbye", {"code": request.code}),))

    async def _do(self, room: Room, request: Request, act: Act, heard: Heard) -> Move:
        if act is Act.WITHDRAW and heard.word != YES:
            return Move(None, (Line("not_withdrawn", {"code": request.code}),))
        if act in SAID and not heard.text and not heard.photos:
            return Move(act, (Line("not_understood"), _question(room, act, request, "")), {}, request.code)
        told = await _told(room, act, heard)
        deed = Deed(act, room.happened_at, room.now, told, Side.REPORTER, reporter(room))
        try:
            await handling.handle(ReliefDesk(room.teller, room.desk), room.tx, RELIEF, request, deed)
        except NotNow:
            return await self._menu(room, await requests.load(room.tx, RELIEF, request.id))
        return Move(None, (Line(f"done_{act.value}", {"code": request.code}),))


async def _told(room: Room, act: Act, heard: Heard) -> Told:
    words = {SAID[act]: heard.text} if act in SAID and heard.text else {}
    if act not in READ | {Act.ANSWER} or not heard.text:
        return Told(words=words, photos=heard.photos)
    read = await read_here(room, heard.text)
    if act is Act.ANSWER:  # only what cannot wait is read out of an answer to somebody's question
        harmed = Gathered().with_danger(read.danger)
        counts = {Count.HURT: harmed.hurt or 0, Count.TRAPPED: harmed.trapped or 0}
        return Told({count: value for count, value in counts.items() if value}, words=words, photos=heard.photos)
    gathered = place(Gathered().reading(read, heard.text), read).gathered
    said = gathered.told(room.happened_at)
    return Told(said.counts, said.damage, said.needs, words, heard.photos, said.hazard, said.area)


async def _found(room: Room, code: str) -> Request | None:
    """Whoever has the number may look: it cannot be guessed, and nobody is named."""
    try:
        return await requests.named(room.tx, RELIEF, code)
    except UnknownRequest:
        return None


async def _mine(room: Room) -> Sequence[Request]:
    speaker = room.speaker
    return await requests.reported_by(room.tx, RELIEF, speaker.address.id, speaker.person, speaker.household)


def _is_theirs(room: Room, request: Request) -> bool:
    """Say whether the speaker reported it, or lives in the household it is for."""
    speaker = room.speaker
    of_household = speaker.household is not None and request.household == speaker.household
    return (
        request.address == speaker.address.id
        or (speaker.person is not None and request.person == speaker.person)
        or (of_household and request.for_whom is not ForWhom.NEIGHBOUR)
    )


async def _status(room: Room, request: Request) -> Line:
    """Return how far it has come, with what the reporter may do; with the bare number it is only read."""
    words = await steps.words_of(room.tx, RELIEF, request.id)
    values = {
        "code": request.code,
        "state": request.state.value,
        "level": request.level.value,
        "filed_at": request.filed_at,
        "reason": words.get(Words.REASON, "") if request.state.value == "declined" else "",
        "entered": request.for_whom is ForWhom.ENTERED,
    }
    acts = [act for act in open_to(request.state, Side.REPORTER) if act is not Act.ANSWER]
    choices = [Choice(act.value, label("relief act", act.value, room.language)) for act in acts]
    aid = await choice_for(room, request)
    choices += [aid] if aid is not None else []
    done = Choice(DONE, label("relief answer", DONE, room.language))
    mine = _is_theirs(room, request) and bool(choices)
    return Line("status", values, (*choices, done) if mine else ())


async def _asked(room: Room, request: Request) -> str:
    return (await steps.words_of(room.tx, RELIEF, request.id)).get(Words.QUESTION, "")


def _which(room: Room, mine: Sequence[Request]) -> Line:
    def called(each: Request) -> str:
        return f"{each.code} {label('relief state', each.state.value, room.language)}"

    return Line("which_report", {}, tuple(Choice(each.code, called(each)) for each in mine))


def _question(room: Room, step: str, request: Request, question: str) -> Line:
    if step == Act.ANSWER:
        return Line("question", {"code": request.code, "question": question})
    sure = (Choice(YES, label("talk", YES, room.language)), Choice(NO, label("talk", NO, room.language)))
    return Line(f"ask_{step}", {"code": request.code}, sure if step == Act.WITHDRAW else ())


RELIEF_STATUS = ReliefStatus()
