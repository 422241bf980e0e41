"""What an answer to each question of a report adds to it; whatever else the same words say is taken along."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from bot.conversing import Heard, Room
from bot.lines import Line
from bot.reading.bare import fold
from bot.reading.numerals import count
from bot.relief.asking import AREA
from bot.relief.gathering import SOME, Gathered
from bot.relief.placing import Placed, by_name, by_point, place, read_here

NOBODY = frozenset({"没有", "没", "无", "没人", "都没有", "没事", "都没事", "no", "none", "nobody", "no one", "noone"})
NOT_KNOWN = frozenset({"不知道", "不清楚", "说不清", "不晓得", "跳过", "skip", "dontknow", "idontknow", "notsure"})
TRIES = 2  # at a place nobody knows, then the report goes on without it
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Answered:
    gathered: Gathered
    hints: tuple[Line, ...] = ()
    goto: str = ""  # a question that is asked out of its order


async def take(room: Room, step: str, gathered: Gathered, heard: Heard) -> Answered:
    """Take an answer; what cannot be read is answered by a hint, and the question stays open."""
    if heard.unread:
        return Answered(gathered, (Line("cannot_read", {}),))
    if heard.place is not None:
        return _hinted(await by_point(room, gathered, heard.place))
    if not heard.text and not heard.picked:
        return Answered(gathered)  # photos alone, which are kept already
    return await ANSWERS.get(step, _what)(room, gathered, heard)


async def _same(_room: Room, gathered: Gathered, heard: Heard) -> Answered:
    if heard.word != "other":
        return Answered(gathered, (Line("not_understood", {}),))
    return Answered(replace(gathered, earlier="").passing("same"))


async def _danger(room: Room, gathered: Gathered, heard: Heard) -> Answered:
    chosen = {"unhurt": (0, 0), "hurt": (SOME, 0), "trapped": (0, SOME)}
    if heard.word in chosen or fold(heard.text) in NOBODY:
        hurt, trapped = chosen.get(heard.word, (0, 0))
        return Answered(replace(gathered, hurt=hurt, trapped=trapped))
    answered = await _along(room, gathered, heard)
    hints = () if answered.gathered.danger_known else (Line("not_understood", {}),)
    return replace(answered, hints=hints)


async def _what(room: Room, gathered: Gathered, heard: Heard) -> Answered:
    """Any words will do: what no rule reads, people can."""
    answered = await _along(room, gathered, heard)
    return replace(answered, gathered=answered.gathered.passing("what"))


async def _where(room: Room, gathered: Gathered, heard: Heard) -> Answered:
    if heard.word.startswith(AREA):
        return Answered(replace(gathered, area=int(heard.word.removeprefix(AREA)), options=()))
    read = await read_here(room, heard.text)
    placed = place(gathered, read)
    if placed.gathered.area is None and not placed.gathered.options:
        placed = await by_name(room, placed.gathered, heard.text[:LONGEST_NAME])
    return _hinted(Placed(placed.gathered.reading(read, heard.text), placed.unknown))


async def _people(room: Room, gathered: Gathered, heard: Heard) -> Answered:
    if fold(heard.text) in NOT_KNOWN:
        return Answered(gathered.passing("people"))
    bare = count(heard.text.strip())
    if bare is not None:
        return Answered(replace(gathered, people=bare.high))
    answered = await _along(room, replace(gathered, people=None), heard)
    hints = () if answered.gathered.people is not None else (Line("give_a_number", {}),)
    return replace(answered, hints=hints)


async def _head(_room: Room, gathered: Gathered, heard: Heard) -> Answered:
    if heard.word == "skip" or fold(heard.text) in NOT_KNOWN:
        return Answered(gathered.passing("head"))
    return Answered(replace(gathered, head=heard.text.strip()[:LONGEST_NAME]))


async def _photos(room: Room, gathered: Gathered, heard: Heard) -> Answered:
    if heard.word == "no_photos" or fold(heard.text) in NOBODY | NOT_KNOWN:
        return Answered(gathered.passing("photos"))
    return await _along(room, gathered, heard)


async def _confirm(room: Room, gathered: Gathered, heard: Heard) -> Answered:
    """Words in place of a yes correct what they speak of."""
    if heard.word == "change":
        return Answered(gathered, goto="change")
    return await _along(room, gathered, heard, anew=True)


async def _change(_room: Room, gathered: Gathered, heard: Heard) -> Answered:
    """What is to be changed is forgotten and asked again."""
    again = tuple(each for each in gathered.passed if each != heard.word)
    forgotten: Mapping[str, Gathered] = {
        "danger": replace(gathered, hurt=None, trapped=None, passed=again),
        "what": replace(gathered, damage=(), needs=(), hazard="", passed=again),
        "where": replace(gathered, area=None, options=(), spot="", point="", lost=0, passed=again),
        "people": replace(gathered, people=None, passed=again),
        "head": replace(gathered, head="", passed=again),
        "whose": replace(gathered, neighbour=not gathered.neighbour, passed=again),
    }
    if heard.word not in forgotten:
        return Answered(gathered, (Line("not_understood", {}),), goto="change")
    goto = "" if heard.word == "whose" else heard.word
    return Answered(forgotten[heard.word], goto=goto)


async def _along(room: Room, gathered: Gathered, heard: Heard, *, anew: bool = False) -> Answered:
    """Take whatever the words say, whatever was asked."""
    read = await read_here(room, heard.text)
    placed = place(gathered.reading(read, heard.text, anew=anew), read)
    return Answered(placed.gathered)


def _hinted(placed: Placed) -> Answered:
    """Say that a name is not known; the second time the report goes on without it."""
    if not placed.unknown:
        return Answered(placed.gathered)
    lost = replace(placed.gathered, lost=placed.gathered.lost + 1)
    if lost.lost >= TRIES:
        return Answered(lost.passing("where"))
    return Answered(lost, (Line("no_such_place", {"words": placed.unknown}),))


Answer = Callable[[Room, Gathered, Heard], Awaitable[Answered]]
ANSWERS: Mapping[str, Answer] = {
    "same": _same,
    "danger": _danger,
    "what": _what,
    "where": _where,
    "people": _people,
    "head": _head,
    "photos": _photos,
    "confirm": _confirm,
    "change": _change,
}
