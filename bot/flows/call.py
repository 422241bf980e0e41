"""叫应 answered: at the post, away, or not the one; by a button, a key, a number, or an SMS with its code."""

import re
from collections.abc import Sequence
from typing import Final

from bot import calling_back
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.reading.bare import fold
from broadcast.ladders import answering
from broadcast.ladders.answering import CALLER, Said
from broadcast.ladders.answering import Heard as Became
from broadcast.ladders.model import REPLIES, REPORT, Ladder, Reply
from broadcast.ladders.words import choices
from broadcast.stores.ladders import chains, rows
from broadcast.stores.ladders.chains import Chain

WITH_CODE: Final = re.compile(r"\s*([123])\s*[,，.。:：-]?\s*(\d{4})\s*")
ASKED_FOR: Final = frozenset({"叫应", "报到", "到岗"})
BY_CODE: Final = "code"  # the fact: the digits that came along
FORGEABLE: Final = frozenset({"sms"})


class Call:
    """About a chain of warnings; it never asks back but for what a stale button cannot say."""

    name = "call"

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        """Take `1 4821`, an answer with the code of the message, whatever was said since; or whoever asks for it."""
        found = WITH_CODE.fullmatch(heard.text) if heard.text else None
        if found is None and fold(heard.text) not in ASKED_FOR:
            return None
        open_ones = await rows.open_for(room.tx, CALLER, room.speaker.people)
        if not open_ones:
            return None
        if found is None:
            return Opening(about=open_ones[0].chain)
        meant = next((each for each in open_ones if each.code == found[2]), open_ones[0])
        return Opening({BY_CODE: found[2]}, meant.chain, REPLIES[int(found[1]) - 1].value)

    async def begin(self, room: Room, opening: Opening) -> Move:
        if opening.step not in set(Reply):
            return Move("how", (_how(room.language),), opening.facts, opening.about)
        return await self._take(room, opening.about, Reply(opening.step), str(opening.facts.get(BY_CODE, "")))

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        if heard.word not in set(Reply):
            return Move("how", (_how(room.language),), talk.facts, talk.about)
        return await self._take(room, talk.about, Reply(heard.word), str(talk.facts.get(BY_CODE, "")))

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:  # noqa: ARG002 - part of the contract
        return (_how(room.language),)

    async def _take(self, room: Room, chain: str, reply: Reply, code: str) -> Move:
        speaker = room.speaker
        known = await chains.find(room.tx, CALLER, chain)
        said = Said(
            chain=chain,
            people=tuple(speaker.people),
            reply=reply,
            by=f"person:{speaker.person}" if speaker.person else f"address:{speaker.address.id}",
            happened_at=room.happened_at,
            address=speaker.address.id,
            proven=await proven(room, chain, code, needed=known is not None and known.policy.code),
        )
        became = await answering.reply(room.tx, CALLER, room.desk, said, room.now)
        if became is Became.UNPROVEN and room.rung_from:
            offered = await calling_back.offered(room, chain, reply)
            return Move(None, (offered,), drill=known is not None and known.drill)
        values = {"reply": reply.value} if became is Became.NEXT else {}
        line = _seen_to(became, known)
        then = (REPORT, Opening(about=chain)) if became is Became.AWAKE else None
        return Move(None, (Line(line, values),), drill=known is not None and known.drill, then=then)


async def proven(room: Room, chain: str, code: str, *, needed: bool) -> bool:
    """Say whether it cannot be forged: a chat and a key pressed in our own call cannot; an SMS brings its code."""
    if not needed or not (room.forgeable or room.platform in FORGEABLE):
        return True
    called: Sequence[Ladder] = await rows.calling(room.tx, CALLER, chain, room.speaker.people)
    return bool(code) and code in {each.code for each in called}


def _seen_to(became: Became, chain: Chain | None) -> str:
    """Name the line: whoever takes a matter on has something to do yet."""
    matter = chain is not None and chain.matter is not None
    return "taken_on" if matter and became is Became.CLOSED else became.value


def _how(language: str) -> Line:
    return Line("how", {}, choices(language))


CALL = Call()
