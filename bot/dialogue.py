"""One turn: heard once; what changes in cases, answers and consents, and what is said back, is one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from audiences.addresses import Address
from audiences.stores.reach import addresses, speaking
from bot import acting
from bot.conversing import Flow, Heard, Opening, Room, Talk
from bot.lines import Spoken
from bot.reading.control import LANGUAGES, Control
from bot.routing import FLOW_SEPARATOR, Decision, Standing, origin_of, route, talk_of
from bot.saying import compose
from bot.standing import Speaker, standing
from bot.stores import newcomers, talks, turns
from bot.stores.newcomers import Newcomer
from bot.talking import Said, Talking, control_line, heard_of
from bot.telling import Teller
from bot.turns import Incoming, Reply
from broadcast.channels.base import Abilities
from broadcast.channels.kind import ChannelKind
from broadcast.content.message import Message
from broadcast.stores import notices
from broadcast.stores.returns import asked, calling
from broadcast.stores.sending import replies
from ground.actor import system
from ground.clock import Clock
from ground.events import NewsDesk
from ground.sealing import Seals
from ground.transaction import Database, Transaction

BOT = system("bot")
PROOF = "proof"  # the flow that takes one-time codes
NOTHING = "\0"  # the one character that PostgreSQL cannot keep
LOST = frozenset({"blocked", "deactivated", "no_chat"})  # why an address was closed that its own message proves wrong


@dataclass(frozen=True, slots=True)
class Tools:
    """What every turn leans on. `kinds` are the channels that are switched on: replies go out by them."""

    database: Database
    clock: Clock
    desk: NewsDesk
    kinds: Sequence[ChannelKind]
    flows: Sequence[Flow] = ()
    public_url: str = ""
    seals: Seals = field(default_factory=Seals, repr=False)


class Dialogue:
    """Hears what every platform brings."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._abilities: Mapping[str, Abilities] = {kind.name: kind.abilities for kind in tools.kinds}
        self._teller = Teller(tools.kinds)
        self._talking = Talking({flow.name: flow for flow in tools.flows})

    async def hear(self, incoming: Incoming) -> Reply | None:
        """Act on one turn; None if there is nothing to say, or it was heard before. Its reply leaves as a notice."""
        if incoming.is_group and incoming.choice is None:
            return None  # people talk to each other in groups
        incoming = replace(incoming, text=incoming.text.replace(NOTHING, ""))
        now = self._tools.clock.now()
        async with self._tools.database.writing() as tx:
            address = await self._address(tx, incoming, now)
            if not await turns.begin(tx, BOT, incoming, address.id, _happened(incoming, now)):
                return None
            told = Newcomer() if address.owners else await newcomers.told(tx, BOT, address.id)
            speaker = await standing(tx, address, told.reads(incoming.language), now, held=True)
            room = self._room(tx, replace(speaker, told_area=told.area), incoming, now)
            before = await self._standing(room, incoming)
            return await self._answer(room, incoming, route(incoming, before), before)

    async def _address(self, tx: Transaction, incoming: Incoming, now: int) -> Address:
        """Return who speaks, one turn at a time; whoever rings back speaks for the address that was told, unproven."""
        if incoming.rings_back is not None:
            rung = await calling.address_rung_back(tx, BOT, incoming.rings_back, incoming.address)
            if rung is not None:
                await talks.lock(tx, BOT, rung, ())
                return replace(await addresses.load(tx, BOT, rung), verified_at=None, verified_how=None)
        desk = self._tools.desk
        return await speaking.heard_from(tx, BOT, desk, incoming.platform, incoming.address, lost=LOST, at=now)

    def _room(self, tx: Transaction, speaker: Speaker, incoming: Incoming, now: int) -> Room:
        tools, happened = self._tools, _happened(incoming, now)
        where = (incoming.platform, happened, now, self._teller, tools.public_url, incoming.forgeable, tools.seals)
        rung_from = incoming.address if incoming.rings_back is not None else ""
        return Room(tx, tools.desk, tools.clock, speaker, *where, rung_from)

    async def _standing(self, room: Room, incoming: Incoming) -> Standing:
        tx, address, now = room.tx, room.speaker.address.id, room.now
        newest, note = await asked.here(tx, BOT, address, incoming.platform, now)
        open_talks = await talks.open_at(tx, BOT, address)
        pressed, pressed_talk = None, None
        if incoming.choice is not None:
            pressed = await asked.sent_here(tx, BOT, incoming.choice.key, address)
        if pressed is not None:
            pressed_talk = _talk_of_press(open_talks, pressed.origin, incoming)
            warned = pressed.asks_answer and not (await notices.load(tx, BOT, pressed.id)).closed(now)
            newest = newest or (pressed if warned else None)  # it arrived, as its button shows, though nobody told us
        talk = open_talks[0] if open_talks else None
        return Standing(pressed, newest, talk, pressed_talk, None if incoming.choice else note)

    async def _answer(self, room: Room, incoming: Incoming, decision: Decision, before: Standing) -> Reply:
        """Let a talk answer where one is meant; else act on the decision, and ask again what was being asked."""
        said = await self._talk(room, incoming, decision)
        if said is not None:
            if decision.free:  # words under a warning are an answer, too, whoever takes them
                await acting.act(room, incoming, decision)
            drill = said.drill or (before.pressed is not None and before.pressed.drill)
            message = compose(said.lines, said.language or room.language, self._abilities[room.platform], drill=drill)
            reply = Reply(None, message.text, sent=True, drill=drill, language=said.language or room.language)
            return await self._send(room, message, said.talk, reply)
        await acting.act(room, incoming, decision)
        abilities = self._abilities[incoming.platform]
        reply, message = await acting.reply_to(room, incoming, decision, abilities, before.newest)
        if before.talk is None or incoming.is_group:
            return await self._send(room, message, None, reply)
        again = await self._talking.ask(room, before.talk)
        asked = compose(again.lines, room.language, self._abilities[room.platform])
        both = replace(asked, text=f"{message.text}\n{asked.text}")
        return await self._send(room, both, again.talk, reply)

    async def _talk(self, room: Room, incoming: Incoming, decision: Decision) -> Said | None:
        if decision.control is not None:
            return await self._steer(room, decision.talk, decision.control)
        if decision.urgent and (said := await self._elsewhere(room, decision.talk, incoming)) is not None:
            return said
        if decision.talk is not None:
            heard = heard_of(incoming, decision.talk)
            return await self._proved(room, decision.talk, heard) or await self._talking.hear(
                room, decision.talk, heard
            )
        if decision.case:
            return await self._begin_case(room, decision)
        if not decision.free:
            return None
        wanted = await self._talking.wanted(room, heard_of(incoming, None))
        return None if wanted is None else await self._talking.begin(room, *wanted)

    async def _elsewhere(self, room: Room, talk: Talk | None, incoming: Incoming) -> Said | None:
        """Begin another flow than the one that is open, if one wants the turn."""
        wanted = await self._talking.wanted(room, heard_of(incoming, None))
        if wanted is None or (talk is not None and wanted[0].name == talk.flow):
            return None
        return await self._talking.begin(room, *wanted)

    async def _proved(self, room: Room, talk: Talk, heard: Heard) -> Said | None:
        """Take a one-time code that is right for what it is, whatever was being asked, and ask that again."""
        proof = self._talking.flows.get(PROOF)
        if proof is None or talk.flow == PROOF or heard.picked or not heard.text:
            return None
        opening = await proof.wanted(room, heard)
        if opening is None or not opening.facts:
            return None
        move = await proof.begin(room, opening)
        if move.step is not None or move.say[0].block == "enough":  # no code that counts: it may well be the answer
            return None
        address = await addresses.load(room.tx, BOT, room.speaker.address.id)
        known = replace(room, speaker=await standing(room.tx, address, room.language, room.now))
        return await self._talking.ask(known, talk, *(Spoken(PROOF, each) for each in move.say))

    async def _begin_case(self, room: Room, decision: Decision) -> Said | None:
        name, _, about = decision.case.partition(FLOW_SEPARATOR)
        flow = self._talking.flows.get(name)
        if flow is None:
            return None
        return await self._talking.begin(room, flow, Opening(about=about, step=decision.word))

    async def _steer(self, room: Room, talk: Talk | None, control: Control) -> Said | None:
        if control in LANGUAGES:
            await newcomers.speak(room.tx, BOT, room.speaker, control.value, room.now)
            room = replace(room, speaker=replace(room.speaker, language=control.value))
            changed = control_line("language_changed")
            if talk is None:
                return Said([changed], language=control.value)
            return await self._talking.ask(room, talk, changed)
        return None if talk is None else await self._talking.steer(room, talk, control)

    async def _send(self, room: Room, message: Message, talk: Talk | None, reply: Reply) -> Reply:
        if self._abilities[room.platform].answers_in_turn:
            return await self._say_in_turn(room, message, talk, reply)
        if reply.sent:
            origin = origin_of(talk) if talk else ""
            address = room.speaker.address.id
            notice = await replies.reply(
                room.tx, BOT, address, room.platform, message, room.now, origin=origin, drill=reply.drill
            )
            if talk is not None:
                await talks.keep(room.tx, BOT, replace(talk, asked_notice=notice), room.now)
        return reply

    @staticmethod
    async def _say_in_turn(room: Room, message: Message, talk: Talk | None, reply: Reply) -> Reply:
        """What is said at once needs no notice; a question counts as asked after everything that went out so far."""
        if talk is not None:
            newest = await notices.newest(room.tx, BOT)
            await talks.keep(room.tx, BOT, replace(talk, asked_notice=newest), room.now)
        return replace(reply, text=message.text, sent=False, offered=message.choices or message.offered)


def _talk_of_press(open_talks: Sequence[Talk], origin: str, incoming: Incoming) -> Talk | None:
    """Return the open talk whose present question offers what was pressed; an old button belongs to none."""
    word = incoming.choice.word if incoming.choice else ""
    mine = (each for each in open_talks if each.id == talk_of(origin))
    return next((each for each in mine if any(choice.key == word for choice in each.offered)), None)


def _happened(incoming: Incoming, now: int) -> int:
    """A platform's clock may run ahead of ours: nothing is heard before it was said."""
    return now if incoming.happened_at is None else min(incoming.happened_at, now)
