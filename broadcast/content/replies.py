"""What is said back to one address: a few fixed messages, each about one warning or about none."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from broadcast.answers import AnswerKind
from broadcast.channels.base import Abilities
from broadcast.content import aloud, fit
from broadcast.content.compose import ANSWERS, choices, manner, room, shortened
from broadcast.content.message import Message
from templates.rendering import render

TITLE_KEPT: Final = 40
"""How much of a warning's headline a reply repeats: enough to know which one is meant."""


class ReplyKind(StrEnum):
    ANSWER_NOTED = "answer_noted"  # received or safe
    ANSWER_NOTED_HELP = "answer_noted_help"
    UNKNOWN_WORDS = "unknown_words"  # kept as an answer of kind other; says how to answer
    WHICH_WARNING_NONE = "which_warning_none"  # no warning is open at this address
    WARNING_OVER = "warning_over"
    NOT_SENT_HERE = "not_sent_here"  # a button that came from an address it was not sent to
    ANSWER_IN_PRIVATE = "answer_in_private"  # said to a group, which never answers for a person
    QUESTION_OVER = "question_over"  # a button of a question that is no longer open
    CANNOT_READ = "cannot_read"  # a sticker, a voice note: says what to send instead
    OPTED_OUT = "opted_out"  # of lessons; warnings still come, and it says so
    OPTED_IN = "opted_in"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Said:
    """What a reply needs to know. `warning` is the headline of the warning that it is about."""

    kind: ReplyKind
    language: str
    drill: bool = False
    warning: str = ""
    answer: AnswerKind = AnswerKind.RECEIVED
    numbered: tuple[AnswerKind, ...] = ANSWERS  # as the warning offered its answers
    call: str = ""


def compose_reply(said: Said, channel: str, abilities: Abilities) -> Message:
    """Return a reply as `channel` carries it. It offers no buttons: those belong to the warning's own message."""
    values = {
        "drill": said.drill,
        "warning": fit.limit(said.warning, TITLE_KEPT),
        "answer": said.answer,
        "call": said.call,
        "choices": [choice.label for choice in choices(said.language, said.numbered)],
    }
    text = render(said.kind, channel, said.language, values, manner(abilities))
    text = aloud.speakable(text) if abilities.aloud else text
    fitted = shortened(text, said.language, room(abilities), drill=said.drill)
    return Message(fit.plain(fitted) if abilities.segments else fitted)
