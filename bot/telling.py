"""Telling people news of a case: words composed once per channel and language, sent as a note through the engine."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from audiences.stores.tables import gateways, people
from bot.lines import Spoken
from bot.saying import compose
from broadcast.alerts.office import read_plans
from broadcast.channels.kind import ChannelKind
from broadcast.content.compose import Words
from broadcast.content.message import Audio, Message
from broadcast.notices import Lane, Notice, Policy, Purpose
from broadcast.stores.sending import notes
from broadcast.stores.sending.notes import Member, Note
from ground.actor import system
from ground.bulk import among
from ground.transaction import Transaction
from templates.catalogues import LANGUAGES

TELLER = system("teller")
URGENT_PRIORITY = 1  # as loudspeakers pre-empt


@dataclass(frozen=True, slots=True)
class Told:
    """Some people, and loudspeakers, who are told the same: lines of conversations, or a recording to be played."""

    people: Sequence[int]
    said: Sequence[Spoken]
    gateways: Sequence[int] = ()
    audio: Audio | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What is told on behalf of a case. `origin` is `<flow>:<id>`: a press of its buttons begins that flow there."""

    origin: str
    lane: Lane
    told: Sequence[Told]
    area: int | None
    drill: bool = False
    asks_answer: bool = False
    purpose: Purpose = Purpose.REPLIES
    expires: int | None = None


@dataclass(frozen=True, slots=True)
class Teller:
    """Knows which channels there are; planning and sending are the engine's."""

    kinds: Sequence[ChannelKind]

    def compose(self, news: News) -> list[Words]:
        """Compose all that news says: for much of it beforehand, so that no transaction waits for words."""
        return [each for rule, told in enumerate(news.told) for each in self._words(told, rule, news)]

    async def tell(
        self, tx: Transaction, news: News, now: int, *, words: Sequence[Words] | None = None
    ) -> Notice | None:
        """Tell everybody, in the caller's transaction; None if nobody is meant. Someone named twice hears the first."""
        members = [member for rule, told in enumerate(news.told) for member in await _members(tx, told, rule)]
        if not members:
            return None
        note = Note(
            origin=news.origin,
            lane=news.lane,
            policy=self.policy(news.lane, patient=not news.asks_answer),
            members=_first_of_each(members),
            words=self.compose(news) if words is None else words,
            area=news.area,
            drill=news.drill,
            asks_answer=news.asks_answer,
            purpose=news.purpose,
            expires=news.expires,
        )
        return await notes.tell(tx, TELLER, note, now)

    def policy(self, lane: Lane, *, patient: bool = False) -> Policy:
        """Return in which order channels are tried; the `patient` do not take silence in a chat for a fault."""
        plans = read_plans()
        policy = plans.get(lane, plans[Lane.NORMAL]).policy([kind.name for kind in self.kinds])
        return replace(policy, silence=None) if patient and lane is not Lane.IMMEDIATE else policy

    def _words(self, told: Told, rule: int, news: News) -> list[Words]:
        return [
            Words(kind.name, language, rule, self._message(kind, told, language, news))
            for kind in self.kinds
            if (told.gateways if kind.abilities.public else told.people)
            for language in LANGUAGES
        ]

    @staticmethod
    def _message(kind: ChannelKind, told: Told, language: str, news: News) -> Message:
        message = compose(told.said, language, kind.abilities, drill=news.drill)
        if not kind.abilities.audio:
            return message
        return Message(message.text, audio=told.audio, priority=URGENT_PRIORITY)


def _first_of_each(members: Sequence[Member]) -> Sequence[Member]:
    return list({(each.person, each.gateway): each for each in reversed(members)}.values())[::-1]


async def _members(tx: Transaction, told: Told, rule: int) -> list[Member]:
    """Return the people by their homes and the gateways by where they stand, in the order of their ids."""
    living = select(people.c.id, people.c.area_id).where(among(tx, people.c.id, list(told.people)))
    standing = select(gateways.c.id, gateways.c.area_id).where(among(tx, gateways.c.id, list(told.gateways)))
    homes = await tx.rows(living.order_by(people.c.id)) if told.people else []
    places = await tx.rows(standing.order_by(gateways.c.id)) if told.gateways else []
    return [
        *(Member(row.area_id, person=row.id, rule=rule) for row in homes),
        *(Member(row.area_id, gateway=row.id, rule=rule) for row in places),
    ]
