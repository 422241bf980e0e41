"""An objection to a public notice, from its poster's code: the words first, and a name only if somebody wants to."""

from collections.abc import Sequence
from typing import Final

from bot.assistance.desk import ASSISTANCE, desk_with
from bot.assistance.objecting import is_up, object_to
from bot.cases.assistance import Stage
from bot.cases.assistance_errors import NoticeOver, TooManyObjections, UnknownNotice
from bot.cases.assistance_values import Notice, Objecting, Words
from bot.cases.tracking import code_in
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.relief.describing import place_of
from bot.stores.assistance import applications, notices, steps
from broadcast.content.message import Choice
from templates.labels import label
from templates.masking import masked

ASKED_FOR: Final = ("异议", "object")
CODE, WORDS, NAME = "code", "words", "name"
WITHHELD, NAMED = "withheld", "named"
LONGEST: Final = 1_000


class ObjectionFlow:
    name = "objection"

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        """A poster's link, or the code that stands on it with the word for it."""
        text = heard.text.casefold()
        said = heard.text if any(each in text for each in ASKED_FOR) else ""
        code = code_in(heard.link) or code_in(said)
        if code is None or (heard.link and not said and await _notice(room, code) is None):
            return None
        return Opening(about=code)

    async def begin(self, room: Room, opening: Opening) -> Move:
        if not opening.about:
            return Move(CODE, (Line("ask_code"),))
        notice = await _notice(room, opening.about)
        if notice is None:
            return Move(None, (Line("unknown"),))
        if not is_up(notice, room.now):
            return Move(None, (Line("over"),))
        return Move(WORDS, (await _question(room, notice),), {}, notice.code)

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        if talk.step == CODE and (code := code_in(heard.text or heard.link)):
            return await self.begin(room, Opening(about=code))
        if talk.step == NAME and heard.word:
            return await _object(room, talk, named=heard.word == NAMED)
        if talk.step == WORDS and heard.text.strip():
            facts = {WORDS: heard.text.strip()[:LONGEST]}
            if room.speaker.person is None:  # nobody knows who it is: there is nothing to be withheld
                return await _object(room, Talk(talk.id, talk.flow, NAME, facts, talk.about), named=False)
            return Move(NAME, (_ask_name(room),), facts, talk.about)
        return Move(talk.step, (Line("not_understood"), *await self.ask(room, talk)), talk.facts, talk.about)

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        if talk.step == NAME:
            return (_ask_name(room),)
        if talk.step == CODE:
            return (Line("ask_code"),)
        notice = await _notice(room, talk.about)
        return (Line("unknown") if notice is None else await _question(room, notice),)


async def _object(room: Room, talk: Talk, *, named: bool) -> Move:
    said = Objecting(str(talk.facts[WORDS]), person=room.speaker.person if named else None)
    desk = desk_with(room.teller, room.desk, room.public_url)
    try:
        await object_to(desk, room.tx, talk.about, said, room.happened_at, room.now)
    except (NoticeOver, UnknownNotice):
        return Move(None, (Line("over"),))
    except TooManyObjections:
        return Move(None, (Line("many"),))
    return Move(None, (Line("done"),))


async def _notice(room: Room, code: str) -> Notice | None:
    try:
        return await notices.by_code(room.tx, ASSISTANCE, code)
    except UnknownNotice:
        return None


async def _question(room: Room, notice: Notice) -> Line:
    """Say what hangs there, as it hangs there; nothing of the household once it is over."""
    application = await applications.load(room.tx, ASSISTANCE, notice.application)
    if application.stage is not Stage.PUBLIC_NOTICE:
        return Line("over")
    head = (await steps.words_of(room.tx, ASSISTANCE, application.id)).get(Words.HEAD, "")
    values = {
        "code": notice.code,
        "place": await place_of(room.tx, application.area),
        "name": masked(head),
        "grade": notice.grade.value,
        "rooms": notice.rooms,
        "amount": notice.amount,
        "until": notice.until_at,
    }
    return Line("ask_words", values)


def _ask_name(room: Room) -> Line:
    choices = tuple(Choice(each, label("objecting", each, room.language)) for each in (WITHHELD, NAMED))
    return Line("ask_name", {}, choices)
