"""Where a turn goes: to an answer, to a consent, or to a word of help; pure, from what was said and what is open."""

from dataclasses import dataclass

from bot.reading.bare import Word, read
from bot.turns import Incoming
from broadcast.answers import AnswerKind
from broadcast.content.replies import ReplyKind
from broadcast.stores.returns.answers import OpenNotice


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about a turn, and what to say back."""

    reply: ReplyKind
    answer: AnswerKind | None = None
    notice: OpenNotice | None = None  # what the answer is to, and which warning the reply names
    lessons: bool | None = None  # whether lessons are wanted from now on; None: nothing was said of them


def route(incoming: Incoming, pressed: OpenNotice | None, newest: OpenNotice | None) -> Decision:
    """Decide. `pressed` is the notice of the button, if it was sent here; `newest` the newest open warning here."""
    if incoming.is_group:
        return Decision(ReplyKind.ANSWER_IN_PRIVATE)
    if incoming.choice is not None:
        return _press(incoming.choice.word, pressed, newest)
    meaning = read(incoming.text)
    match meaning:
        case Word.STOP:
            return Decision(ReplyKind.OPTED_OUT, lessons=False)
        case Word.START:
            return Decision(ReplyKind.OPTED_IN, lessons=True)
        case Word.HELP:
            return Decision(ReplyKind.HELP)
    return _answer(meaning, newest)


def _press(word: str, pressed: OpenNotice | None, newest: OpenNotice | None) -> Decision:
    if pressed is None or word not in set(AnswerKind):
        return Decision(ReplyKind.NOT_SENT_HERE)
    kind = AnswerKind(word)
    if newest is None and kind is not AnswerKind.NEED_HELP:  # a call for help is never told that it comes too late
        return Decision(ReplyKind.WARNING_OVER, kind, pressed)
    return Decision(_noted(kind), kind, pressed)


def _answer(kind: AnswerKind, newest: OpenNotice | None) -> Decision:
    if newest is not None:
        return Decision(_noted(kind), kind, newest)
    return Decision(ReplyKind.HELP if kind is AnswerKind.OTHER else ReplyKind.WHICH_WARNING_NONE)


def _noted(kind: AnswerKind) -> ReplyKind:
    match kind:
        case AnswerKind.NEED_HELP:
            return ReplyKind.ANSWER_NOTED_HELP
        case AnswerKind.OTHER:
            return ReplyKind.UNKNOWN_WORDS
        case _:
            return ReplyKind.ANSWER_NOTED
