"""The sheet's code by SMS: 到 1-5 8 拒 6 空 7, or 全到 2户6人, from whoever answers for the rows; then echoed."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cases.sheet import SheetCode, parse
from bot.evacuation import sheets
from bot.evacuation.asking import key_of, which
from bot.evacuation.charge import Charge, charges_of
from bot.evacuation.wording import choices
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line


class RollSheet:
    """The facts: the code as it was typed, its key, and the roll once it is chosen."""

    name = "roll_sheet"

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        code = parse(heard.text) if heard.text else None
        if code is None or not await charges_of(room):
            return None
        return Opening({"text": heard.text, "dedupe": heard.dedupe})

    async def begin(self, room: Room, opening: Opening) -> Move:
        found = await charges_of(room)
        facts = dict(opening.facts)
        if not found:
            return Move(None, (Line("none_open"),))
        if "text" not in facts:
            return Move("code", (Line("code"),), facts)
        if len(found) > 1:
            return Move("which", (Line("which", {}, which(found).choices),), facts)
        return await self._hold(room, found[0], facts)

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        facts = dict(talk.facts)
        code = None if heard.picked else parse(heard.text)
        if code is not None:  # typed once more, perhaps put right
            facts |= {"text": heard.text, "dedupe": heard.dedupe}
        if talk.step == "code":
            return await self.begin(room, Opening(facts))
        found = {key_of(each): each for each in await charges_of(room)}
        if talk.step == "which":
            return await self._chosen(room, found, heard.word, facts)
        charge = found.get(str(facts.get("roll")))
        if charge is None:
            return Move(None, (Line("none_open"),))
        if code is not None:
            return await self._hold(room, charge, facts)
        if heard.word == "yes":
            return await self._take(room, charge, facts)
        return Move(None, (Line("dropped"),))

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        if talk.step == "code":
            return (Line("code"),)
        found = await charges_of(room)
        if talk.step == "which":
            return (Line("which", {}, which(found).choices),)
        charge = next((each for each in found if key_of(each) == talk.facts.get("roll")), None)
        sure = await self._doubt(room, charge, talk.facts) if charge else None
        return (sure or Line("none_open"),)

    async def _chosen(self, room: Room, found: Mapping[str, Charge], word: str, facts: Mapping[str, Any]) -> Move:
        if word in found:
            return await self._hold(room, found[word], facts)
        return Move("which", (Line("which", {}, which(list(found.values())).choices),), facts)

    async def _hold(self, room: Room, charge: Charge, facts: Mapping[str, Any]) -> Move:
        """Take the code, unless everybody is said to have moved and something does not fit."""
        sure = await self._doubt(room, charge, facts)
        if sure is not None:
            return Move("sure", (sure,), {**facts, "roll": key_of(charge)}, drill=charge.order.drill)
        return await self._take(room, charge, facts)

    @staticmethod
    async def _doubt(room: Room, charge: Charge, facts: Mapping[str, Any]) -> Line | None:
        sure = await sheets.doubtful(room, charge, _code(facts))
        return sure and Line(sure.block, sure.values, choices("roll", ("yes", "no"), room.language))

    @staticmethod
    async def _take(room: Room, charge: Charge, facts: Mapping[str, Any]) -> Move:
        echo = await sheets.take(room, charge, _code(facts), str(facts["dedupe"]))
        return Move(None, (echo,), drill=charge.order.drill)


def _code(facts: Mapping[str, Any]) -> SheetCode:
    return parse(str(facts["text"])) or SheetCode()
