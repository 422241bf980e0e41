"""Proof: a one-time code shows whose a chat is; members and duty holders are told what they can do here."""

from collections.abc import Sequence
from typing import Final

from audiences.stores.reach import addresses, proofs
from audiences.stores.reach.proofs import Verdict
from bot.cases.relief_errors import UnknownRequest
from bot.cases.tracking import code_in
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.reading.bare import fold
from bot.standing import standing
from bot.stores.relief import requests
from ground.actor import system

PROVER = system("prover")
WORDS: Final = frozenset(
    map(fold, ("验证码", "我有验证码", "验证", "我是村干部", "我是干部", "code", "proof", "verify"))
)
LEADS: Final = ("验证码", "验证", "code")
GREET: Final = "greet"


class ProofFlow:
    name = "proof"

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        """A text that looks like a code, or asks where to give one; a report's tracking number is none."""
        code = _code_in(heard)
        if code and not await _is_tracking_number(room, heard.text):
            return Opening({"code": code})
        return Opening() if fold(heard.text) in WORDS else None

    async def begin(self, room: Room, opening: Opening) -> Move:
        if opening.step == GREET:
            return Move(None, await _greeting(room))
        code = str(opening.facts.get("code", ""))
        return await self._tried(room, code) if code else Move("code", (Line("ask_code"),), {})

    async def hear(self, room: Room, _talk: Talk, heard: Heard) -> Move:
        code = _code_in(heard)
        return await self._tried(room, code) if code else Move("code", (Line("no_code"),), {})

    async def ask(self, _room: Room, _talk: Talk) -> Sequence[Line]:
        return [Line("ask_code")]

    async def _tried(self, room: Room, code: str) -> Move:
        address = room.speaker.address
        match await proofs.redeem(room.tx, PROVER, room.desk, address, code, at=room.now):
            case Verdict.PROVEN:
                return Move(None, (Line("proven"), *await _greeting(room)))
            case Verdict.WRONG:
                return Move("code", (Line("wrong_code"),), {})
            case Verdict.TAKEN:
                return Move(None, (Line("taken"),))
            case _:
                return Move(None, (Line("enough"),))


async def _greeting(room: Room) -> tuple[Line, ...]:
    """Say as whom somebody is known now, and what they may do."""
    address = await addresses.load(room.tx, PROVER, room.speaker.address.id)
    known = await standing(room.tx, address, room.language, room.now)
    if known.person is None:
        return (Line("shared"),)
    serves = bool(known.seats or known.duties)
    if serves and not known.proven:
        return (Line("needs_code"),)
    return (Line("serves" if serves else "resident", {"name": known.name}),)


async def _is_tracking_number(room: Room, text: str) -> bool:
    """Say whether a text is the number of a report: it looks the same, and must not be counted as a wrong code."""
    number = code_in(text)
    if number is None:
        return False
    try:
        await requests.named(room.tx, PROVER, number)
    except UnknownRequest:
        return False
    return True


def _code_in(heard: Heard) -> str:
    """Return the code that a turn is, or that stands behind the word for it."""
    text = heard.text.strip()
    for lead in LEADS:
        if text.casefold().startswith(lead):
            text = text[len(lead) :].lstrip(" :：是")
    return proofs.as_code(text)
