"""Somebody answers a contact test: the answer is kept at the number it came from, and said to be so."""

from collections.abc import Sequence

from bot.cases.contact_test import FLOW
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.rosters.desk import ROSTERS
from bot.stores.rosters import answering
from broadcast.answers import Answer, AnswerKind
from broadcast.stores.returns import answers


class ContactTestFlow:
    """One turn: whoever was asked pressed, or replied 1. Nobody begins it by themselves."""

    name = FLOW

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:  # noqa: ARG002 - the contract hands them in
        return None

    async def begin(self, room: Room, opening: Opening) -> Move:
        address = room.speaker.address.id
        asked = await answering.asked_here(room.tx, ROSTERS, opening.about, address)
        if asked is None:
            return Move(None, (Line("unknown"),))
        answer = Answer(
            notice=asked.notice,
            address=address,
            person=None,
            kind=AnswerKind.RECEIVED,
            channel=room.platform,
            happened_at=room.happened_at,
            words=opening.step,
            dedupe=f"{FLOW}:{asked.notice}:{address}",
        )
        await answers.record(room.tx, ROSTERS, room.desk, answer)
        said = "thanks" if room.happened_at <= asked.deadline_at else "late"
        return Move(None, (Line(said),), drill=True)

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:  # noqa: ARG002 - it asks nothing further
        return Move(None, (Line("unknown"),))

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:  # noqa: ARG002
        return (Line("unknown"),)
