"""From warning to words: one message per channel, language and rule, composed once and sent many times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from broadcast.channels.base import Abilities
from broadcast.channels.kind import ChannelKind
from broadcast.content.facts import Facts
from broadcast.content.message import Audio, Message


@dataclass(frozen=True, slots=True)
class Words:
    """What is said over one channel in one language to the people whom one rule of the target found."""

    channel: str
    language: str
    rule: int
    message: Message


def compose(facts: Facts, channel: str, abilities: Abilities, audio: Audio | None = None) -> Message:
    """Return `facts` as `channel` will say them, cut to what the channel carries."""
    text = " ".join((facts.area, facts.headline, facts.what, facts.do, facts.go, facts.call))
    return Message(text, audio=audio if abilities.audio else None, priority=facts.level)


def compose_all(
    facts_by_rule: Iterable[tuple[int, Facts]],
    channels: Sequence[ChannelKind],
    audio: Audio | None = None,
) -> list[Words]:
    """Compose for every rule and language (`facts.language`) and every channel; `audio` goes where sound is carried."""
    return [
        Words(kind.name, facts.language, rule, compose(facts, kind.name, kind.abilities, audio))
        for rule, facts in facts_by_rule
        for kind in channels
    ]
