"""A relief report: in the words that come first; only what is missing is asked, danger first, then it is read back."""

from collections.abc import Sequence
from dataclasses import replace

from bot.cases.relief import OPEN, PATIENCE, Act, Level, Side
from bot.cases.relief_errors import NoOffice
from bot.cases.relief_values import Deed, Draft, Request, Words
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.reading.bare import fold
from bot.reading.codes import Kind
from bot.relief import answering, asking, filing, handling
from bot.relief.desk import RELIEF, ReliefDesk, somewhere
from bot.relief.gathering import Gathered
from bot.relief.on_behalf import enter
from bot.relief.placing import home_of, place, read_here
from bot.stores import newcomers
from bot.stores.relief import requests
from ground.clock import HOUR

ASKED_FOR = frozenset({"报灾", "我要报灾", "上报灾情", "我要上报", "登记灾情", "报告灾情", "reportdamage", "report"})
CALLED = ("sms", "voice")
CALLING = "calling"  # help was called for, and nothing said of what for
SHOWING = "showing"  # a photo came without a word


class Relief:
    name = "relief"

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        """Take what is a report, a photo, or a call for help that nothing else took; small talk is none."""
        if not heard.text:
            return Opening(Gathered().with_photos(heard.photos).facts() | {SHOWING: True}) if heard.photos else None
        read = await read_here(room, heard.text)
        shows = bool(heard.photos) and read.kind is Kind.UNCLEAR
        if read.kind not in {Kind.REPORT, Kind.HELP_ONLY} and not shows and fold(heard.text) not in ASKED_FOR:
            return None
        gathered = place(Gathered().reading(read, heard.text), read).gathered
        facts = gathered.with_photos(heard.photos).facts()
        return Opening(facts | {CALLING: read.kind is Kind.HELP_ONLY, SHOWING: shows})

    async def begin(self, room: Room, opening: Opening) -> Move:
        gathered = Gathered.of(opening.facts)
        if gathered.area is None and not gathered.options:
            gathered = replace(gathered, area=home_of(room))
        earlier = None if gathered.alarming else await _earlier(room, gathered)
        if earlier is not None:
            gathered = replace(gathered, earlier=earlier.code)
        move = await self._on(room, "", Gathered(), gathered)
        if opening.facts.get(SHOWING):
            return move.saying(Line("photo_first"))
        return move.saying(Line("call_first")) if opening.facts.get(CALLING) else move

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        before = Gathered.of(talk.facts)
        if talk.step == "same" and heard.word == "same":
            return await self._added_to(room, before)
        if talk.step == "confirm" and heard.word == "yes":
            return await self._confirmed(room, talk.about, before, heard)
        answered = await answering.take(room, talk.step, before.with_photos(heard.photos), heard)
        if answered.goto:
            lines = await asking.question(room, answered.goto, answered.gathered)
            return Move(answered.goto, lines, answered.gathered.facts(), talk.about)
        return (await self._on(room, talk.about, before, answered.gathered)).saying(*answered.hints)

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        return await asking.question(room, talk.step, Gathered.of(talk.facts))

    async def _on(self, room: Room, code: str, before: Gathered, gathered: Gathered) -> Move:
        """Ask what is still missing; whoever is in danger is reported before that, and more of it as it comes."""
        said: tuple[Line, ...] = ()
        if code:
            await self._more(room, code, before, gathered, quiet=True)
        elif gathered.alarming:
            try:
                code = (await self._file(room, gathered, None)).code
            except NoOffice:
                return Move(None, (Line("nowhere"),))
            said = (Line("urgent_now", {"code": code}),)
        step = asking.next_step(room, gathered)
        return Move(step, (*said, *await asking.question(room, step, gathered)), gathered.facts(), code)

    async def _confirmed(self, room: Room, code: str, gathered: Gathered, heard: Heard) -> Move:
        if code:
            await self._more(room, code, gathered, gathered, quiet=False)
        else:
            try:
                code = (await self._file(room, gathered, heard.dedupe)).code
            except NoOffice:
                return Move(None, (Line("nowhere"),))
        hours = PATIENCE.accept // HOUR
        block = "filed_entered" if gathered.entry else "filed"
        return Move(None, (Line(block, {"code": code, "hours": hours, "urgent": gathered.alarming}),))

    async def _file(self, room: Room, gathered: Gathered, dedupe: str | None) -> Request:
        entering = gathered.entering
        if entering is not None:
            return await enter(ReliefDesk(room.teller, room.desk), room, gathered, entering, dedupe)
        speaker = room.speaker
        if not speaker.people:  # what they are told later, they are told in the language they spoke
            await newcomers.speak(room.tx, RELIEF, speaker, speaker.language, room.now)
        own = {Words.PHONE: speaker.address.value or ""} if speaker.address.channel in CALLED else {}
        if not gathered.neighbour and not gathered.head:
            own[Words.HEAD] = speaker.name
        draft = Draft(
            area=gathered.area or await somewhere(room.tx),
            for_whom=gathered.for_whom,
            told=gathered.told(room.happened_at, words=own),
            by=reporter(room),
            filed_at=room.happened_at,
            level=Level.VILLAGE,
            office=None,
            household=None if gathered.neighbour else speaker.household,
            address=speaker.address.id,
            person=speaker.person,
            dedupe=dedupe,
        )
        return await filing.file(ReliefDesk(room.teller, room.desk), room.tx, RELIEF, draft, room.now)

    async def _more(self, room: Room, code: str, before: Gathered, gathered: Gathered, *, quiet: bool) -> None:
        """Add what a report that is filed already did not say yet."""
        told = gathered.since(before, room.happened_at)
        request = await requests.named(room.tx, RELIEF, code)
        if request.state not in OPEN or (quiet and told == type(told)()):
            return
        deed = Deed(Act.ADD, room.happened_at, room.now, told, Side.REPORTER, reporter(room), quiet=quiet)
        await handling.handle(ReliefDesk(room.teller, room.desk), room.tx, RELIEF, request, deed)

    async def _added_to(self, room: Room, gathered: Gathered) -> Move:
        """It is no new report: what was said is added to the earlier one."""
        request = await requests.named(room.tx, RELIEF, gathered.earlier)
        told = gathered.told(room.happened_at, words={Words.NOTE: "\n".join(gathered.said)})
        words: dict[Words, str] = {kind: text for kind, text in told.words.items() if kind is not Words.TOLD}
        told = replace(told, words=words, area=None, happened_at=None)
        deed = Deed(Act.ADD, room.happened_at, room.now, told, Side.REPORTER, reporter(room))
        await handling.handle(ReliefDesk(room.teller, room.desk), room.tx, RELIEF, request, deed)
        return Move(None, (Line("added_to", {"code": request.code}),))


def reporter(room: Room) -> str:
    """Return who reports, by id."""
    person = room.speaker.person
    return f"address:{room.speaker.address.id}" if person is None else f"person:{person}"


async def _earlier(room: Room, gathered: Gathered) -> Request | None:
    """Return an open report of the same household that was made a short while ago."""
    if gathered.neighbour:
        return None
    speaker = room.speaker
    mine = await requests.reported_by(room.tx, RELIEF, speaker.address.id, speaker.person, speaker.household)
    recent = room.happened_at - PATIENCE.same_household
    open_ones = (each for each in mine if each.state in OPEN and each.filed_at > recent)
    return next((each for each in open_ones if each.for_whom is gathered.for_whom), None)


RELIEF_FLOW = Relief()
