"""Feedback after 叫应: are all people where they should be, are they still moving, or is help needed; and how many."""

import re
from collections.abc import Sequence
from typing import Final

from bot.conversing import Heard, Move, Opening, Room, Talk
from bot.flows.call import WITH_CODE, proven
from bot.lines import Line
from broadcast.ladders import feedback
from broadcast.ladders.answering import CALLER
from broadcast.ladders.feedback import FedBack, Taken
from broadcast.ladders.model import FEEDBACKS, REPORT, Feedback
from broadcast.ladders.words import Asks, choices
from broadcast.stores.ladders import chains, rows

PEOPLE: Final = re.compile(
    r"(?:一共|总共|共|已经|已|都)*(?:转移|撤离|安置|转|撤|搬|moved)?[了出走到:：\s]*(\d{1,5})\s*(?:个人|人|口人|口|名|people)?[了。.!！]?",
    re.IGNORECASE,
)
"""How many were moved, and nothing else: "困了3人" says the contrary, and must never be noted as three in safety."""
EMERGENCY_NUMBERS: Final = frozenset({"110", "119", "120", "122"})
BY_CODE: Final = "code"


class FeedbackFlow:
    """About a chain of warnings; it goes on until all are where they should be."""

    name = REPORT

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        """Take `1 4821`, a report with the code of the message, whatever was said since."""
        found = WITH_CODE.fullmatch(heard.text) if heard.text else None
        if found is None:
            return None
        waiting = await rows.awake_of(room.tx, CALLER, room.speaker.people)
        meant = next((each for each in waiting if each.code == found[2]), None)
        if meant is None:
            return None
        return Opening({BY_CODE: found[2]}, meant.chain, FEEDBACKS[int(found[1]) - 1].value)

    async def begin(self, room: Room, opening: Opening) -> Move:
        code = str(opening.facts.get(BY_CODE, ""))
        if opening.step in set(Feedback):
            return await self._take(room, opening.about, Feedback(opening.step), None, code)
        return Move("how", (_how(room.language),), opening.facts, opening.about)

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        if heard.word in set(Feedback):
            return await self._take(room, talk.about, Feedback(heard.word), None, "")
        with_code = WITH_CODE.fullmatch(heard.text)
        if with_code is not None:
            return await self._take(room, talk.about, FEEDBACKS[int(with_code[1]) - 1], None, with_code[2])
        people = PEOPLE.fullmatch(heard.text.strip())
        if people is not None and people[1] not in EMERGENCY_NUMBERS:
            return await self._take(room, talk.about, None, int(people[1]), "")
        return Move("how", (_how(room.language),), talk.facts, talk.about)

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:  # noqa: ARG002 - part of the contract
        return (_how(room.language),)

    async def _take(self, room: Room, chain: str, said: Feedback | None, moved: int | None, code: str) -> Move:
        speaker = room.speaker
        known = await chains.find(room.tx, CALLER, chain)
        fed = FedBack(
            chain=chain,
            people=tuple(speaker.people),
            feedback=said,
            by=f"person:{speaker.person}" if speaker.person else f"address:{speaker.address.id}",
            happened_at=room.happened_at,
            moved=moved,
            address=speaker.address.id,
            proven=await proven(room, chain, code, needed=known is not None and known.policy.code),
        )
        taken = await feedback.take(room.tx, CALLER, room.desk, fed, room.now)
        drill = known is not None and known.drill
        counted = taken is Taken.NOTED and said is None
        line = Line("counted", {"moved": moved}) if counted else Line(taken.value)
        if counted or taken is Taken.UNPROVEN:
            return Move("how", (line, _how(room.language)), about=chain, drill=drill)
        return Move(None, (line,), drill=drill)


def _how(language: str) -> Line:
    return Line("how", {}, choices(language, Asks.FEEDBACK))


FEEDBACK = FeedbackFlow()
