"""Assistance from the household's side: applied for on a report of its own, followed, appealed, withdrawn."""

from collections.abc import Sequence

from bot.assistance import handling
from bot.assistance.desk import ASSISTANCE, AssistanceDesk, desk_with
from bot.cases.assistance import APPEALABLE, LEADS, Act, Part
from bot.cases.assistance_errors import AppealedAlready, AppealTooLate, NotAtThisStage
from bot.cases.assistance_values import Application, Deed, Words
from bot.cases.relief import ForWhom
from bot.cases.relief_errors import IdentityNumberWrong, UnknownRequest
from bot.cases.relief_values import Request
from bot.cases.relief_values import Words as ReliefWords
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.flows.relief import reporter
from bot.lines import Line
from bot.reading.bare import fold
from bot.stores.assistance import appeals, applications
from bot.stores.relief import identity, requests, steps
from broadcast.content.message import Choice
from templates.labels import label

ASKED_FOR = frozenset({"申请救助", "我要申请救助", "申请补助", "申请房屋救助", "applyforaid"})
APPLY, FOLLOW, APPEAL, WITHDRAW, MENU = "apply", "follow", "appeal", "withdraw", "menu"
IDENTITY, SKIP = "identity", "skip"
YES, NO, DONE = "yes", "no", "done"


class Assistance:
    name = "assistance"

    async def wanted(self, _room: Room, heard: Heard) -> Opening | None:
        return Opening() if heard.text and fold(heard.text) in ASKED_FOR else None

    async def begin(self, room: Room, opening: Opening) -> Move:
        request = await _request(room, opening.about)
        if request is None:
            return Move(None, (Line("report_first"),))
        if not is_own(room, request):
            return Move(None, (Line("not_yours", {"code": request.code}),))
        application = await applications.of_request(room.tx, ASSISTANCE, request.id)
        if application is not None:
            if opening.step == APPEAL and await may_appeal(room, application):
                return Move(APPEAL, (Line("ask_appeal"),), {}, request.code)
            return await self._menu(room, application)
        if request.state in applications.NOTHING_TO_APPLY_FOR:
            return Move(None, (Line("cannot_apply", {"code": request.code}),))
        return Move(APPLY, (_sure(room, "confirm_apply", request.code),), {}, request.code)

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        request = await _request(room, talk.about)
        if request is None or not is_own(room, request):
            return Move(None, (Line("not_yours", {"code": talk.about}),))
        if talk.step in {APPLY, IDENTITY}:
            take = self._apply if talk.step == APPLY else self._identified
            return await take(room, request, heard)
        application = await applications.of_request(room.tx, ASSISTANCE, request.id)
        if application is None:
            return await self.begin(room, Opening(about=request.code))
        if talk.step == MENU:
            return self._chosen(room, application, heard)
        if talk.step == APPEAL:
            return await self._appeal(room, application, heard)
        return await self._withdraw(room, application, heard)

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        match talk.step:
            case "apply":
                return (_sure(room, "confirm_apply", talk.about),)
            case "appeal":
                return (Line("ask_appeal"),)
            case "identity":
                return (_ask_identity(room),)
            case "withdraw":
                return (_sure(room, "ask_withdraw", talk.about),)
        return (await self.begin(room, Opening(about=talk.about))).say

    async def _menu(self, room: Room, application: Application) -> Move:
        line = await _status(room, application)
        return Move(MENU if line.choices else None, (line,), {}, application.code)

    @staticmethod
    def _chosen(room: Room, application: Application, heard: Heard) -> Move:
        code = application.code
        if heard.word == APPEAL:
            return Move(APPEAL, (Line("ask_appeal"),), {}, code)
        if heard.word == WITHDRAW:
            return Move(WITHDRAW, (_sure(room, "ask_withdraw", code),), {}, code)
        return Move(None, (Line("goodbye", {"code": code}),))

    async def _appeal(self, room: Room, application: Application, heard: Heard) -> Move:
        if not heard.text:
            return Move(APPEAL, (Line("not_understood"), Line("ask_appeal")), {}, application.code)
        return await self._do(room, application, Act.APPEAL, {Words.APPEAL: heard.text})

    async def _withdraw(self, room: Room, application: Application, heard: Heard) -> Move:
        if heard.word != YES:
            return Move(None, (Line("not_withdrawn"),))
        return await self._do(room, application, Act.WITHDRAW, {})

    async def _apply(self, room: Room, request: Request, heard: Heard) -> Move:
        if heard.word != YES:
            return Move(None, (Line("not_applied", {"code": request.code}),))
        if await applications.of_request(room.tx, ASSISTANCE, request.id) is not None:  # somebody was quicker
            return await self.begin(room, Opening(about=request.code))
        head = (await steps.words_of(room.tx, ASSISTANCE, request.id)).get(ReliefWords.HEAD, "")
        await handling.apply(
            _desk(room), room.tx, ASSISTANCE, request.id, room.happened_at, room.now, head, reporter(room)
        )
        filed = Line("told_filed", {"code": request.code})
        if not room.seals.known:  # where it could not be kept sealed, it is not asked for
            return Move(None, (filed,))
        return Move(IDENTITY, (filed, _ask_identity(room)), {}, request.code)

    @staticmethod
    async def _identified(room: Room, request: Request, heard: Heard) -> Move:
        """Keep the number sealed, and nowhere else; whoever does not want to say it has applied all the same."""
        if heard.word == SKIP or not heard.text:
            return Move(None, (Line("identity_left"),))
        try:
            number = await identity.enter(room.tx, ASSISTANCE, room.seals, request.id, heard.text, room.now)
        except IdentityNumberWrong:
            return Move(IDENTITY, (Line("identity_wrong"), _ask_identity(room)), {}, request.code)
        return Move(None, (Line("identity_kept", {"number": number}),))

    async def _do(self, room: Room, application: Application, act: Act, words: dict[Words, str]) -> Move:
        deed = Deed(act, Part.APPLICANT, room.happened_at, room.now, words=words, by=reporter(room))
        try:
            await handling.handle(_desk(room), room.tx, ASSISTANCE, application, deed)
        except (AppealTooLate, AppealedAlready, NotAtThisStage):
            return Move(None, (Line("too_late", {"code": application.code}),))
        return Move(None, (Line(f"done_{act.value}", {"code": application.code}),))


def is_own(room: Room, request: Request) -> bool:
    """Say whether a report is of the speaker's own household: nobody applies for a neighbour."""
    speaker = room.speaker
    if speaker.household is not None and request.household == speaker.household:
        return True
    theirs = request.address == speaker.address.id or (speaker.person is not None and request.person == speaker.person)
    return theirs and request.for_whom is not ForWhom.NEIGHBOUR


async def choice_for(room: Room, request: Request) -> Choice | None:
    """Return what may be done about assistance from the report of a household: apply, appeal, or follow it."""
    if not is_own(room, request):
        return None
    application = await applications.of_request(room.tx, ASSISTANCE, request.id)
    if application is None:
        step = None if request.state in applications.NOTHING_TO_APPLY_FOR else APPLY
    else:
        step = APPEAL if await may_appeal(room, application) else FOLLOW
    return None if step is None else Choice(f"aid:{step}", label("assistance act", step, room.language))


async def may_appeal(room: Room, application: Application) -> bool:
    """Say whether the newest decision may still be appealed."""
    if application.stage not in APPEALABLE:
        return False
    right = await appeals.newest(room.tx, ASSISTANCE, application.id)
    return right is not None and right.made_at is None and room.happened_at <= right.until_at


async def _status(room: Room, application: Application) -> Line:
    right = await appeals.newest(room.tx, ASSISTANCE, application.id)
    appealable = await may_appeal(room, application)
    decided = application.granted is not None
    values = {
        "code": application.code,
        "stage": application.stage.value,
        "grade": application.grade,
        "rooms": application.rooms,
        "amount": application.granted if decided else application.amount,
        "decided": decided,
        "until": right.until_at if right is not None and appealable else None,
    }
    may = [APPEAL] if appealable else []
    may += [WITHDRAW] if application.stage in LEADS[Act.WITHDRAW] else []
    choices = [Choice(each, label("assistance act", each, room.language)) for each in may]
    done = Choice(DONE, label("relief answer", DONE, room.language))
    return Line("status", values, (*choices, done) if choices else ())


async def _request(room: Room, code: str) -> Request | None:
    """Return the report that is meant: by its number, else the newest of the household's own."""
    if code:
        try:
            return await requests.named(room.tx, ASSISTANCE, code)
        except UnknownRequest:
            return None
    speaker = room.speaker
    mine = await requests.reported_by(room.tx, ASSISTANCE, speaker.address.id, speaker.person, speaker.household)
    own = [each for each in mine if is_own(room, each) and each.state not in applications.NOTHING_TO_APPLY_FOR]
    return own[0] if own else None


def _ask_identity(room: Room) -> Line:
    return Line("ask_identity", {}, (Choice(SKIP, label("relief answer", SKIP, room.language)),))


def _sure(room: Room, block: str, code: str) -> Line:
    sure = (Choice(YES, label("talk", YES, room.language)), Choice(NO, label("talk", NO, room.language)))
    return Line(block, {"code": code}, sure)


def _desk(room: Room) -> AssistanceDesk:
    return desk_with(room.teller, room.desk, room.public_url)


ASSISTANCE_FLOW = Assistance()
