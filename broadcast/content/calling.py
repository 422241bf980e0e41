"""What is said in a call: who calls, the message to its end, then which key; once more if none is pressed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from broadcast.channels.telephony import Caller, Next, Speech, Thread
from broadcast.content.aloud import speakable
from broadcast.content.message import Choice, Message
from templates.rendering import speak

WORDS: Final = "telephone"  # templates/conversations/telephone.txt.j2
KEYS: Final = 9
MOST_ASKED: Final = 3  # of wrong keys, and of keys that could not be kept


def keys_of(message: Message) -> tuple[Choice, ...]:
    """Return the choices in the order of their keys, from 1 on."""
    return (message.choices or message.offered)[:KEYS]


def opening(caller: Caller, message: Message, language: str) -> tuple[Speech, ...]:
    """Say who calls, and the message: whoever hangs up before its end has not heard it."""
    return line("greeting", language, caller=caller.name), _spoken(message, language)


def called_back(caller: Caller, message: Message, language: str, thread: Thread) -> Next:
    """Say to whoever rings back what they were called for."""
    first = line("welcome_back", language, caller=caller.name), _spoken(message, language)
    asked = asking(message, language, thread)
    return replace(asked, say=(*first, *asked.say))


def asking(message: Message, language: str, thread: Thread) -> Next:
    """Ask for a key, once the message was heard."""
    if not keys_of(message):
        return Next((line("goodbye", language),))
    again = (line("again", language), _spoken(message, language))
    return _asking((), key_question(keys_of(message), language), again, language, thread)


def wrong_key(message: Message, language: str, thread: Thread) -> Next:
    """Say that there is no such key, and everything once more."""
    if thread.asked >= MOST_ASKED:
        return Next((line("unanswered", language),))
    first = (line("wrong_key", language), _spoken(message, language))
    return _asking(first, key_question(keys_of(message), language), (), language, _next(thread))


def not_kept(message: Message, language: str, thread: Thread) -> Next:
    """Say that what was pressed could not be kept: nobody may believe that it was."""
    if thread.asked >= MOST_ASKED:
        return out_of_order(language)
    question = key_question(keys_of(message), language)
    return _asking((line("not_kept", language),), question, (), language, _next(thread))


def said_back(text: str, choices: Sequence[Choice], language: str, thread: Thread) -> Next:
    """Say a reply; where it asks something, ask for the key of that."""
    reply = Speech(text, language)
    if not choices:
        return Next((reply, line("goodbye", language)))
    again = (line("again", language), reply)
    question = key_question(tuple(choices[:KEYS]), language)
    return _asking((reply,), question, again, language, replace(_next(thread), follows=True))


def noted(language: str) -> Next:
    """Say that it is kept: the vendor asks a second time about what was heard."""
    return Next((line("noted", language), line("goodbye", language)))


def nothing_open(caller: Caller, language: str, *, known: bool) -> Next:
    """Say to whoever rings up that nothing waits for them, and whom to call."""
    block = "nothing_open" if known else "not_known"
    return Next((line(block, language, phone=caller.phone), line("goodbye", language)))


def out_of_order(language: str) -> Next:
    return Next((line("out_of_order", language), line("goodbye", language)))


def line(block: str, language: str, **values: object) -> Speech:
    return Speech(speakable(speak(WORDS, block, language, values)), language)


def _asking(first: Sequence[Speech], question: Speech, again: Sequence[Speech], language: str, thread: Thread) -> Next:
    once_more = (*again, question) if again else ()
    return Next(first, thread, (question,), once_more, (line("unanswered", language),))


def key_question(choices: Sequence[Choice], language: str) -> Speech:
    """Return what is asked after the message."""
    return line("question", language, choices=[each.label for each in choices])


def _spoken(message: Message, language: str) -> Speech:
    return Speech(message.text, language, message.audio)


def _next(thread: Thread) -> Thread:
    return replace(thread, asked=thread.asked + 1)
