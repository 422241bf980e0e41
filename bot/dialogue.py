"""One turn: heard once; the answer, the consent and the reply are kept in one transaction."""

from collections.abc import Mapping

from audiences.addresses import Address, Purpose
from audiences.stores import people
from audiences.stores.reach import addresses as address_store
from audiences.stores.reach import consents, speaking
from bot.naming import Named, named
from bot.routing import Decision, route
from bot.stores import turns
from bot.turns import Incoming, Reply
from broadcast.answers import Answer
from broadcast.channels.base import Abilities
from broadcast.content.replies import Said, compose_reply
from broadcast.stores import notices
from broadcast.stores.returns import answers
from broadcast.stores.sending import replies
from ground.actor import system
from ground.clock import Clock
from ground.events import NewsDesk
from ground.transaction import Database, Transaction

BOT = system("bot")
LOST = frozenset({"blocked", "deactivated", "no_chat"})  # why an address was closed that its own message proves wrong


class Dialogue:
    """Hears what every platform brings. `abilities` are the channels' own, by name: replies go out by them."""

    def __init__(self, database: Database, clock: Clock, desk: NewsDesk, abilities: Mapping[str, Abilities]) -> None:
        self._database = database
        self._clock = clock
        self._desk = desk
        self._abilities = abilities

    async def hear(self, incoming: Incoming) -> Reply | None:
        """Act on one turn; None if there is nothing to say, or it was heard before. Its reply leaves as a notice."""
        if incoming.is_group and incoming.choice is None:
            return None  # people talk to each other in groups
        now = self._clock.now()
        async with self._database.writing() as tx:
            address = await speaking.heard_from(
                tx, BOT, self._desk, incoming.platform, incoming.address, lost=LOST, at=now
            )
            if not await turns.begin(tx, BOT, incoming, address.id, self._happened(incoming, now)):
                return None
            decision = await self._decide(tx, incoming, address, now)
            await self._act(tx, incoming, address, decision, now)
            return await self._reply(tx, incoming, address, decision, now)

    async def _decide(self, tx: Transaction, incoming: Incoming, address: Address, now: int) -> Decision:
        pressed = None
        if incoming.choice is not None:
            pressed = await answers.sent_here(tx, BOT, incoming.choice.key, address.id)
        newest = await answers.newest_open(tx, BOT, address.id, now)
        if pressed is not None and newest is None and not (await notices.load(tx, BOT, pressed.id)).closed(now):
            newest = pressed  # it arrived, as its button shows, though nobody told us
        return route(incoming, pressed, newest)

    async def _act(self, tx: Transaction, incoming: Incoming, address: Address, decision: Decision, now: int) -> None:
        if decision.answer is not None and decision.notice is not None:
            answer = Answer(
                notice=decision.notice.id,
                address=address.id,
                person=None,
                kind=decision.answer,
                channel=incoming.platform,
                happened_at=self._happened(incoming, now),
                words=incoming.choice.word if incoming.choice else incoming.text,
                dedupe=incoming.dedupe,
            )
            await answers.record(tx, BOT, self._desk, answer)
        if decision.lessons is not None:
            change = consents.opt_in if decision.lessons else consents.opt_out
            await change(tx, BOT, address.id, Purpose.LESSONS, incoming.platform, at=now)
        if decision.lessons and address.stopped_at is not None:
            await address_store.lift_stop(tx, BOT, address.id)

    async def _reply(
        self, tx: Transaction, incoming: Incoming, address: Address, decision: Decision, now: int
    ) -> Reply:
        about, notice = Named(""), decision.notice
        if notice is not None:
            about = await named(tx, BOT, notice, incoming.platform)
        said = Said(
            kind=decision.reply,
            language=notice.language if notice else await _language(tx, address, incoming, now),
            drill=notice is not None and notice.drill,
            warning=about.headline,
            call=about.call,
            **({"answer": decision.answer} if decision.answer else {}),
        )
        message = compose_reply(said, incoming.platform, self._abilities[incoming.platform])
        if not incoming.is_group:
            await replies.reply(tx, BOT, address.id, incoming.platform, message, now, drill=said.drill)
        return Reply(decision.reply, message.text, sent=not incoming.is_group)

    @staticmethod
    def _happened(incoming: Incoming, now: int) -> int:
        """A platform's clock may run ahead of ours: nothing is heard before it was said."""
        return now if incoming.happened_at is None else min(incoming.happened_at, now)


async def _language(tx: Transaction, address: Address, incoming: Incoming, now: int) -> str:
    """The language of whoever has this address first; of a stranger, what the platform says."""
    if address.owners:
        return (await people.load(tx, BOT, address.owners[0], now=now)).language
    return incoming.language
