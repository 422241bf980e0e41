"""Words that no rule understands: what was meant is asked, and they are not lost if it was a report."""

from collections.abc import Sequence
from typing import Final

from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.reading.bare import fold
from bot.reading.codes import Kind
from bot.relief.desk import RELIEF
from bot.relief.gathering import Gathered
from bot.relief.placing import place, read_here
from broadcast.content.message import Choice
from broadcast.stores.returns import asked
from templates.labels import label

MEANT: Final = ("report", "answer", "other")
SHORTEST: Final = 4  # signs that say something: "ok" and "🙏" ask for nothing
QUOTED: Final = 30
TRIES: Final = 2


class Unclear:
    name = "unclear"

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        """Take what nobody else takes; under an open warning the reply itself says how to answer that."""
        folded = fold(heard.text)
        if len(folded) < SHORTEST or folded.isdigit() or folded.startswith("/"):
            return None
        if (await read_here(room, heard.text)).kind is not Kind.UNCLEAR:
            return None
        if await asked.newest_open(room.tx, RELIEF, room.speaker.address.id, room.now) is not None:
            return None
        return Opening({"said": [heard.text]})

    async def begin(self, room: Room, opening: Opening) -> Move:
        said = list(opening.facts.get("said") or ())
        return Move("meant", (_question(room, said),), {"said": said})

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        said = list(talk.facts.get("said") or ())
        if heard.word == "answer":
            return Move(None, (Line("no_warning"),))
        if heard.word == "other":
            return Move(None, (Line("call_us"),))
        read = await read_here(room, heard.text) if heard.text else None
        reports = read is not None and read.kind in {Kind.REPORT, Kind.HELP_ONLY}
        if heard.word == "report" or heard.photos or reports:
            return await _report(room, [*said, *([heard.text] if reports else [])], heard)
        if len(said) >= TRIES:
            return Move(None, (Line("call_us"),))
        said = [*said, heard.text]
        return Move("meant", (_question(room, said),), {"said": said})

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        return (_question(room, list(talk.facts.get("said") or ())),)


async def _report(room: Room, said: Sequence[str], heard: Heard) -> Move:
    """Begin a report with all that was said so far."""
    gathered = Gathered()
    for text in filter(None, said):  # two or three
        read = await read_here(room, text)
        gathered = place(gathered.reading(read, text), read).gathered
    return Move(None, then=("relief", Opening(gathered.with_photos(heard.photos).facts())))


def _question(room: Room, said: Sequence[str]) -> Line:
    quote = next((each for each in reversed(said) if each.strip()), "")
    shown = quote[:QUOTED] + ("…" if len(quote) > QUOTED else "")
    choices = tuple(Choice(key, label("unclear", key, room.language)) for key in MEANT)
    return Line("not_clear", {"quote": shown}, choices)
