"""Where a turn goes: to an answer, a consent, an open talk or whoever wants it; pure, from what is said and open."""

from dataclasses import dataclass

from bot.cases.water_report import parse
from bot.conversing import Talk
from bot.reading.bare import NUMERALS, Word, fold, read
from bot.reading.choosing import chosen
from bot.reading.control import LANGUAGES, Control, steer
from bot.turns import Incoming
from broadcast.answers import AnswerKind
from broadcast.content.replies import ReplyKind
from broadcast.notices import Kind as NoticeKind
from broadcast.stores.returns.asked import AskedNote, OpenNotice

TALK, FLOW_SEPARATOR = "talk", ":"
START = "/start"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about a turn, and what to say back unless a talk does. `talk` goes with `control`."""

    reply: ReplyKind
    answer: AnswerKind | None = None
    notice: OpenNotice | None = None  # what the answer is to, and which warning the reply names
    lessons: bool | None = None  # whether lessons are wanted from now on; None: nothing was said of them
    talk: Talk | None = None  # the open talk that takes the turn
    control: Control | None = None
    case: str = ""  # <flow>:<id>: a choice of a note was taken, whose flow begins there
    word: str = ""  # the choice that was taken
    urgent: bool = False  # a call for help, or a report of a dam, amid a talk: a flow that wants it goes first
    free: bool = False  # belongs to nothing that is open: flows are asked, and `reply` is said if none wants it


@dataclass(frozen=True, slots=True)
class Standing:
    """What is open at an address when a turn comes in."""

    pressed: OpenNotice | None = None  # the notice of the button, if it was sent here
    newest: OpenNotice | None = None  # the newest open warning
    talk: Talk | None = None  # the talk that asked last
    pressed_talk: Talk | None = None  # the open talk whose question the button belongs to
    note: AskedNote | None = None  # the newest news of a case that offers choices


def route(incoming: Incoming, standing: Standing) -> Decision:
    """Decide."""
    if incoming.is_group:
        return Decision(ReplyKind.ANSWER_IN_PRIVATE)
    if incoming.choice is not None:
        return _press(incoming.choice.word, standing)
    if incoming.place or incoming.photos or incoming.contact or incoming.link or incoming.unread:
        return _thing(incoming, standing)
    if incoming.follows and standing.talk is not None:
        return Decision(ReplyKind.HELP, talk=standing.talk)
    control = steer(incoming.text)
    if control is not None and (standing.talk is not None or control in LANGUAGES):
        return Decision(ReplyKind.HELP, control=control, talk=standing.talk)
    return _said(incoming.text, standing)


def _said(text: str, standing: Standing) -> Decision:
    meaning = read(text, standing.newest.numbered) if standing.newest else read(text)
    match meaning:
        case Word.STOP:
            return Decision(ReplyKind.OPTED_OUT, lessons=False)
        case Word.START:
            return Decision(ReplyKind.OPTED_IN, lessons=True)
        case Word.HELP:
            opens = fold(text) == START  # the first thing that a chat app says for somebody
            return Decision(ReplyKind.HELP, free=opens)
    return _words(text, meaning, standing)


def _press(word: str, standing: Standing) -> Decision:
    pressed = standing.pressed
    if pressed is None:
        return Decision(ReplyKind.NOT_SENT_HERE)
    if standing.pressed_talk is not None:
        return Decision(ReplyKind.HELP, talk=standing.pressed_talk)
    if pressed.kind in {NoticeKind.NOTE, NoticeKind.REPLY}:
        case = pressed.origin if pressed.kind == NoticeKind.NOTE else ""
        return Decision(ReplyKind.QUESTION_OVER, case=case, word=word)
    return _answer(word, pressed, standing)


def _answer(word: str, pressed: OpenNotice, standing: Standing) -> Decision:
    if word not in set(AnswerKind):
        return Decision(ReplyKind.NOT_SENT_HERE)
    kind = AnswerKind(word)
    if standing.newest is None and kind is not AnswerKind.NEED_HELP:  # a call for help never comes too late
        return Decision(ReplyKind.WARNING_OVER, kind, pressed)
    return Decision(_noted(kind), kind, pressed)


def _thing(incoming: Incoming, standing: Standing) -> Decision:
    """What is no words goes to the open question; a poster's link asks for something new."""
    fallback = ReplyKind.CANNOT_READ if incoming.unread else ReplyKind.HELP
    if standing.talk is not None and not incoming.link:
        return Decision(fallback, talk=standing.talk)
    return Decision(fallback, free=True)


def _words(text: str, meaning: AnswerKind, standing: Standing) -> Decision:
    """An answer to a warning, an answer to a question, or something new: what was asked last is what is answered."""
    talk, newest, note = standing.talk, standing.newest, standing.note
    if note is not None and (word := _taken(text, note, standing)):
        return Decision(ReplyKind.QUESTION_OVER, case=note.origin, word=word)
    if newest is not None and meaning is not AnswerKind.OTHER and not _is_to(talk, text, newest):
        return Decision(_noted(meaning), meaning, newest)
    if talk is not None:
        urgent = _calls_for_help(talk, text, meaning) or parse(text) is not None
        return Decision(ReplyKind.HELP, talk=talk, urgent=urgent)
    if newest is not None and meaning is AnswerKind.OTHER:
        return Decision(_noted(meaning), meaning, newest, free=True)
    nothing_open = ReplyKind.HELP if meaning is AnswerKind.OTHER else ReplyKind.WHICH_WARNING_NONE
    return Decision(nothing_open, free=True)


def _taken(text: str, note: AskedNote, standing: Standing) -> str:
    """Return the choice of a note that a text names, if nothing asked after it; it may itself be the newest warning."""
    later = [standing.newest.id if standing.newest else 0, standing.talk.asked_notice if standing.talk else 0]
    named = chosen(text, note.choices, many=False)
    return named[0] if named and note.id >= max(later) else ""


def _is_to(talk: Talk | None, text: str, newest: OpenNotice) -> bool:
    """Say whether a bare answer is meant for the talk's question: it was asked after the warning, and wants such."""
    if talk is None or talk.asked_notice < newest.id:
        return False
    return _is_number(text) or bool(chosen(text, talk.offered, many=talk.many))


def _calls_for_help(talk: Talk, text: str, meaning: AnswerKind) -> bool:
    """Say whether somebody cries for help in words, which no question asked them for."""
    asked = _is_number(text) or bool(chosen(text, talk.offered, many=talk.many))
    return meaning is AnswerKind.NEED_HELP and not asked


def _is_number(text: str) -> bool:
    folded = fold(text)
    return folded.isdigit() or folded in NUMERALS


def _noted(kind: AnswerKind) -> ReplyKind:
    match kind:
        case AnswerKind.NEED_HELP:
            return ReplyKind.ANSWER_NOTED_HELP
        case AnswerKind.OTHER:
            return ReplyKind.UNKNOWN_WORDS
        case _:
            return ReplyKind.ANSWER_NOTED


def talk_of(origin: str) -> int | None:
    """Return the number of the talk that a reply was said in."""
    kind, _, number = origin.partition(FLOW_SEPARATOR)
    return int(number) if kind == TALK and number.isdigit() else None


def origin_of(talk: Talk) -> str:
    return f"{TALK}{FLOW_SEPARATOR}{talk.id}"
