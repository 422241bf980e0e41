"""From warning to words: one message per channel, language and rule, composed once and sent many times.

The order of every text is where, what, do what, go where, whom to call. What is too long is shortened by whole
sentences, and the account of what happens gives way first; what to do, where to go and whom to call stay.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from broadcast.answers import AnswerKind
from broadcast.channels.base import Abilities
from broadcast.channels.kind import ChannelKind
from broadcast.content import aloud, calling, fit
from broadcast.content.breaks import End, beginning, broken_off
from broadcast.content.facts import Facts
from broadcast.content.message import Audio, Choice, Message
from broadcast.content.rules import endangered
from broadcast.notices import WARNS, Kind
from templates.labels import label
from templates.rendering import GENERIC, render

SEGMENTS: Final = 5
"""How many segments a warning may take: 335 Chinese characters; beyond, phones begin to lose parts."""

ANSWERS: Final = (AnswerKind.RECEIVED, AnswerKind.SAFE, AnswerKind.NEED_HELP)
IN_DANGER: Final = (AnswerKind.SAFE, AnswerKind.NEED_HELP)
"""What an old telephone in a danger zone is asked, in a call as in a text: with two numbers nobody has to think."""

REPEATS: Final[Mapping[int, int]] = {1: 3, 2: 3, 3: 2, 4: 1}
"""How often a loudspeaker plays a warning, by level."""


@dataclass(frozen=True, slots=True)
class Concession:
    """What may be shortened when the text is too long: down to `keeps` characters, and `at` what kind of end."""

    name: str
    keeps: int = 0
    at: End = End.CHARACTER


CONCESSIONS: Final = (
    Concession("area", keeps=60),  # a list of forty villages is nothing that anybody reads
    Concession("what", at=End.CLAUSE),  # these two may go altogether: who is told where to go can live without
    Concession("headline", at=End.CLAUSE),
    Concession("do", keeps=30),
    Concession("go", keeps=30),
    Concession("area", keeps=10),
)
"""What gives way, in this order, each only as far as needed."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is said over one channel in one language to the people whom one rule of the target found."""

    channel: str
    language: str
    rule: int
    message: Message


def compose(facts: Facts, channel: str, abilities: Abilities, audio: Audio | None = None) -> Message:
    """Return `facts` as `channel` will say them, within what it carries; `audio` goes where sound is carried."""
    answers = choices(facts.language) if facts.asks_answer and not abilities.public else ()
    return _composed(facts, channel, abilities, answers, audio, _room_of_warning(abilities))


def compose_endangered(facts: Facts, channel: str, abilities: Abilities) -> Message:
    """Return `facts` for an old telephone in a danger zone: a call is over, keys and all, while one still listens."""
    answers, carried = choices(facts.language, IN_DANGER), room(abilities)
    question = aloud.seconds(calling.key_question(answers, facts.language).text)
    heard_out = aloud.LONGEST_WARNING - question if abilities.aloud else math.inf
    fits = lambda text: carried(text) and aloud.seconds(text) <= heard_out  # noqa: E731
    return _composed(facts, channel, abilities, answers, None, fits)


def _composed(
    facts: Facts,
    channel: str,
    abilities: Abilities,
    answers: tuple[Choice, ...],
    audio: Audio | None,
    fits: Callable[[str], bool],
) -> Message:
    text = _fitted(_worth_saying(facts), fits, lambda said: _render(said, channel, abilities, answers))
    priority = 1 if facts.kind is Kind.CORRECTION else facts.level  # it pre-empts the very warning that it takes back
    return Message(
        fit.plain(text) if abilities.segments else text,
        answers,
        audio if abilities.audio else None,
        priority,
        repeat=REPEATS[priority] if abilities.audio else 1,
    )


def compose_all(
    facts_by_rule: Iterable[tuple[int, Facts]],
    channels: Sequence[ChannelKind],
    audio: Audio | None = None,
) -> list[Words]:
    """Compose for every rule and language (`facts.language`) and every channel; for telephones in danger, too."""
    composed: list[Words] = []
    for rule, facts in facts_by_rule:
        for kind in channels:
            message = compose(facts, kind.name, kind.abilities, audio)
            composed.append(Words(kind.name, facts.language, rule, message))
            rings = kind.abilities.aloud or kind.abilities.segments
            if rings and facts.asks_answer and facts.kind in WARNS:
                short = compose_endangered(facts, kind.name, kind.abilities)
                composed.append(Words(kind.name, facts.language, endangered(rule), short))
    return composed


def choices(language: str, kinds: Sequence[AnswerKind] = ANSWERS) -> tuple[Choice, ...]:
    """Return the ways to answer a warning, in the order of their numbers."""
    return tuple(Choice(kind, label("answer", kind, language)) for kind in kinds)


def manner(abilities: Abilities) -> str:
    """Return how channels of this sort speak: the template they share unless one has its own."""
    if abilities.segments:
        return "sms"
    return "speaker" if abilities.audio else GENERIC


def room(abilities: Abilities) -> Callable[[str], bool]:
    """Return the test whether a text fits what the channel carries."""

    def fits(text: str) -> bool:
        if abilities.segments and not fit.within(fit.plain(text), SEGMENTS):
            return False
        return abilities.text_limit is None or fit.utf16_units(text) <= abilities.text_limit

    return fits


def _room_of_warning(abilities: Abilities) -> Callable[[str], bool]:
    """A warning that is said aloud is short besides, however much a call would carry."""
    carried = room(abilities)
    return (lambda text: carried(text) and aloud.in_time(text)) if abilities.aloud else carried


def shortened(text: str, language: str, fits: Callable[[str], bool], *, drill: bool) -> str:
    """Return the beginning of a finished text that fits; a drill still ends by saying that it was one."""
    if fits(text):
        return text
    ending = label("drill", "ends", language) if drill else ""
    return beginning(text, lambda head: fits(head + ending)) + ending


def _render(facts: Facts, channel: str, abilities: Abilities, answers: Sequence[Choice]) -> str:
    values = {field.name: getattr(facts, field.name) for field in fields(facts)}
    values["choices"] = [answer.label for answer in answers]
    values["buttons"] = abilities.buttons >= len(answers)
    return render(facts.kind, channel, facts.language, values, manner(abilities))


def _worth_saying(facts: Facts) -> Facts:
    """Leave out a headline that only names event and level: 丰城市气象台发布暴雨红色预警[Ⅰ级/特别严重]."""
    event = facts.event.removesuffix("事件")  # as tables of codes call it: 暴雨事件
    colour = label("colour", facts.level, facts.language)
    named = all(word.casefold() in facts.headline.casefold() for word in (event, colour))
    return replace(facts, event=event, headline="" if named else facts.headline)


def _fitted(facts: Facts, fits: Callable[[str], bool], say: Callable[[Facts], str]) -> str:
    """Return what is said of the fullest facts that fit; see `CONCESSIONS`. Whom to call is never touched."""
    for concession in CONCESSIONS:
        text = say(facts)
        if fits(text):
            return text
        facts = _concede(facts, concession, lambda shorter: fits(say(shorter)))
    return shortened(say(facts), facts.language, fits, drill=facts.drill)


def _concede(facts: Facts, concession: Concession, fits: Callable[[Facts], bool]) -> Facts:
    def with_only(head: str) -> Facts:
        whole = head == getattr(facts, concession.name)
        changed: dict[str, Any] = {concession.name: head if whole else broken_off(head)}
        return replace(facts, **changed)

    def enough(head: str) -> bool:
        return len(head) <= concession.keeps or fits(with_only(head))

    return with_only(beginning(getattr(facts, concession.name), enough, at=concession.at))
