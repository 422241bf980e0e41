"""The words of 叫应: what is the matter, in a sentence, and how to answer; for chat, SMS and the telephone."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from typing import Final

from broadcast.alerts.codes import Codes
from broadcast.alerts.model import Alert
from broadcast.alerts.wording import facts_for
from broadcast.channels.kind import ChannelKind
from broadcast.content import fit
from broadcast.content.compose import Words, manner, room, shortened
from broadcast.content.facts import Facts
from broadcast.content.message import Choice, Message
from broadcast.ladders.model import FEEDBACKS, REPLIES
from broadcast.notices import Kind
from templates.labels import label
from templates.rendering import render

REQUEST = "approve"


class Asks(StrEnum):
    """What a step asks for, by its template."""

    ANSWER = "call"  # to a warning
    HAND = "call_matter"  # to see to a matter
    FEEDBACK = "call_feedback"  # what became of the people


OFFERED: Final[Mapping[Asks, tuple[str, Sequence[str]]]] = {
    Asks.ANSWER: ("call reply", REPLIES),
    Asks.HAND: ("matter reply", REPLIES),
    Asks.FEEDBACK: ("feedback", FEEDBACKS),
}
"""By which labels the ways to answer go, in the order of their numbers."""


def choices(language: str, asks: Asks = Asks.ANSWER) -> tuple[Choice, ...]:
    """Return the ways to answer, in the order of their numbers."""
    kind, keys = OFFERED[asks]
    return tuple(Choice(each, label(kind, each, language)) for each in keys)


def compose(facts: Facts, kind: ChannelKind, code: str = "", asks: Asks = Asks.ANSWER) -> Message:
    """Return what is said on a channel; `code` is what an SMS must bring back."""
    offered = choices(facts.language, asks)
    buttons = kind.abilities.buttons >= len(offered)
    values = {field.name: getattr(facts, field.name) for field in fields(facts)}
    values |= {"choices": [each.label for each in offered], "buttons": buttons, "code": code}
    text = render(asks, kind.name, facts.language, values, manner(kind.abilities))
    text = shortened(text, facts.language, room(kind.abilities), drill=facts.drill)
    plain = fit.plain(text) if kind.abilities.segments else text
    return Message(plain, offered if buttons else (), priority=facts.level, offered=offered)


def compose_request(facts: Facts, kind: ChannelKind, url: str) -> Message:
    """Return what whoever may approve is told of a warning that waits; `url` is the page on which they decide."""
    values = {field.name: getattr(facts, field.name) for field in fields(facts)} | {"url": url}
    text = render(REQUEST, kind.name, facts.language, values, manner(kind.abilities))
    text = shortened(text, facts.language, room(kind.abilities), drill=facts.drill)
    return Message(fit.plain(text) if kind.abilities.segments else text, priority=facts.level)


def facts_by_rule(alert: Alert, codes: Codes) -> Sequence[tuple[int, Facts]]:
    """Return the facts of a warning for each rule of its target and each language."""
    return list(facts_for(alert, Kind.ALARM, codes))


def words(
    facts: Sequence[tuple[int, Facts]],
    kinds: Sequence[ChannelKind],
    told: Sequence[tuple[int, int, str]],
    asks: Asks = Asks.ANSWER,
) -> list[Words]:
    """Return the words for everybody told: (the rule they get words by, the target's rule that found them, code)."""
    highest = max((rule for rule, _ in facts), default=0)
    return [
        Words(kind.name, each.language, own, compose(each, kind, code, asks))
        for own, found_by, code in told
        for rule, each in facts
        if rule == min(found_by, highest)
        for kind in kinds
    ]
