"""擅自返回: whoever calls a roll, or keeps a shelter, says that somebody went back without being told; it alarms."""

from collections.abc import Sequence
from typing import Final

from bot.evacuation import went_back
from bot.evacuation.went_back import Meant
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.reading.bare import fold
from broadcast.content.message import Choice
from templates.labels import label

WORDS: Final = frozenset({"擅自返回", "有人回去了", "有人返回", "自己回去了", "wentback", "/wentback"})
LONGEST: Final = 40


class WentBack:
    """The facts: the name or number that was said, once several could be meant."""

    name = "went_back"

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        return Opening() if room.speaker.person is not None and fold(heard.text) in WORDS else None

    async def begin(self, room: Room, _opening: Opening) -> Move:
        if not await went_back.may_say(room):
            return Move(None, (Line("not_yours"),))
        return Move("who", (Line("who"),))

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        if talk.step == "which" and heard.word:
            found = await went_back.look_up(room, str(talk.facts["said"]))
            chosen = next((each for each in found if str(each.line.id) == heard.word), None)
            if chosen is not None:
                return await self._note(room, chosen, heard)
        said = heard.text.strip()[:LONGEST]
        found = await went_back.look_up(room, said) if said else []
        if not found:
            return Move("who", (Line("nobody" if said else "who", {"said": said} if said else {}),))
        if went_back.is_plain(found, said):
            return await self._note(room, found[0], heard)
        return Move("which", (_which(found, room.language),), {"said": said})

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        if talk.step == "which":
            return (_which(await went_back.look_up(room, str(talk.facts["said"])), room.language),)
        return (Line("who"),)

    @staticmethod
    async def _note(room: Room, meant: Meant, heard: Heard) -> Move:
        await went_back.report(room, meant, heard.dedupe)
        values = {"place": meant.place, "number": meant.line.number, "name": meant.line.name or ""}
        return Move(None, (Line("noted", values),), drill=meant.drill)


def _which(found: Sequence[Meant], language: str) -> Line:
    begins = label("drill", "begins", language)
    named = (
        Choice(
            str(each.line.id),
            f"{begins if each.drill else ''}{each.place} {each.line.number} {each.line.name or ''}".strip(),
        )
        for each in found
    )
    return Line("which", {}, tuple(named))
