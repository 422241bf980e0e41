"""From lines to one message: the words of the template, choices as buttons or, where there are none, as numbers."""

from collections.abc import Sequence
from dataclasses import replace

from bot.lines import Spoken, Wants
from broadcast.channels.base import Abilities
from broadcast.content import aloud, fit
from broadcast.content.compose import room, shortened
from broadcast.content.message import Choice, Message
from templates.catalogues import nearest_language, translations
from templates.labels import label
from templates.rendering import speak
from templates.wording import numbered

CONTROL = "talk"  # the conversation that holds the dialogue's own lines


def compose(said: Sequence[Spoken], language: str, abilities: Abilities, *, drill: bool = False) -> Message:
    """Return the lines as one message of the platform; the last line's choices are those that are open.

    What the platform cannot do degrades here, once: choices become numbers in the text.
    """
    texts = [speak(each.flow, each.line.block, language, each.line.values) for each in said]
    last = replace(said[-1].line, choices=in_language(said[-1].line.choices, language))
    as_buttons = 0 < len(last.choices) <= abilities.buttons
    if last.choices and not as_buttons:
        texts.append(numbers(last.choices, language, many=last.many))
    begins = label("drill", "begins", language) if drill else ""
    whole = begins + "\n".join(texts)
    whole = aloud.speakable(whole) if abilities.aloud else whole
    text = shortened(whole, language, room(abilities), drill=drill)
    return Message(
        fit.plain(text) if abilities.segments else text,
        last.choices if as_buttons else (),
        offered=last.choices,
        wants=last.wants,
        wanted=label("wants", last.wants, language) if last.wants is not Wants.NOTHING else "",
    )


def in_language(choices: Sequence[Choice], language: str) -> tuple[Choice, ...]:
    """Return the choices with their labels in a language: news of a case is composed once for readers of each.

    A label that the catalogue knows as a source sentence is translated; a name of a place or a person stays.
    """
    return tuple(Choice(each.key, translations(nearest_language(language)).gettext(each.label)) for each in choices)


def numbers(choices: Sequence[Choice], language: str, *, many: bool) -> str:
    """Return how to choose by number: 回复数字：1收到 2安全."""
    block = "numbers_many" if many else "numbers"
    return speak(CONTROL, block, language, {"choices": numbered([each.label for each in choices], language)})
