"""A sheet code taken: held against the roll, reported, and echoed with totals."""

from bot.cases.evacuation import Way
from bot.cases.sheet import SheetCode, against
from bot.conversing import Room
from bot.evacuation.calling import doors, totals
from bot.evacuation.charge import Charge, said_of
from bot.lines import Line


async def doubtful(room: Room, charge: Charge, code: SheetCode) -> Line | None:
    """Return what must be asked first: everybody has moved, but the figures differ or something was not read."""
    if not code.rest:
        return None
    lines = await charge.lines(room.tx)
    mine = (len({door.key for door in doors(lines)}), len(lines))
    theirs = (code.households, code.people)
    differs = any(said is not None and said != is_there for said, is_there in zip(theirs, mine, strict=True))
    if not differs and not code.unread:
        return None
    values = {
        "place": charge.place,
        "households": mine[0],
        "people": mine[1],
        "differs": differs,
        "said_households": code.households or 0,
        "said_people": code.people or 0,
        "unread": list(code.unread),
    }
    return Line("sure", values)


async def take(room: Room, charge: Charge, code: SheetCode, dedupe: str) -> Line:
    """Report what a code says, and return the echo: what was taken, what was not, how the roll stands now."""
    lines = await charge.lines(room.tx)
    by_number = {line.number: line for line in lines}
    reading = against(code, list(by_number))
    said = []
    for number, state in reading.states.items():
        line = by_number[number]
        if number in _named(code) or line.missing:  # "the rest" says nothing new of who is out of danger already
            said += said_of(room, charge, [line], state, dedupe, Way.SHEET)
    await charge.report(room.tx, said, room.now)
    after = totals(await charge.lines(room.tx))
    taken: dict[str, list[int]] = {}
    for number, state in reading.states.items():
        taken.setdefault(state.value, []).append(number)
    wrong = {"unknown": list(reading.unknown), "twice": list(reading.twice), "unread": list(code.unread)}
    return Line("taken", {"place": charge.place, "taken": taken, "proven": charge.proven} | wrong | after)


def _named(code: SheetCode) -> set[int]:
    return {number for numbers in code.rows.values() for number in numbers}
