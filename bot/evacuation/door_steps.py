"""The steps of a roll call at a door: the household as a whole, person by person, and what a refusal leaves."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.cases.evacuation import PersonState
from bot.evacuation.calling import Door, door_of
from bot.evacuation.noting import DONE, NEXT, OVER, SAYABLE, Facts, Hand, Turn
from bot.lines import Line
from bot.stores.evacuation.roll import Line as Row

AT_DOOR: Final = ("all_moved", "one_by_one", "refused", "nobody_home", "later", "add", "rest", "stop")
FOR_DOOR: Final = {"all_moved": PersonState.MOVED, "nobody_home": PersonState.NOBODY_HOME}
ELSEWHERE: Final = "elsewhere"  # offered last, and where there is another: the numbers of the others stay
LEADS_TO: Final = {"later": DONE, "add": "add_name", "rest": "rest", "stop": OVER, ELSEWHERE: "shelter"}


async def at_door(hand: Hand) -> Turn:
    """Take what was said of a household as a whole."""
    door, word = door_of(hand.rows, hand.facts["home"]), hand.heard.word
    if door is None or not door.open_lines:
        return Turn(NEXT, hand.facts)
    if word in FOR_DOOR:
        return Turn(DONE, hand.facts, (await hand.report(door.open_lines, FOR_DOOR[word]),))
    if word == "refused":
        return await _refused(hand, door.open_lines, hand.facts)
    if word == "one_by_one":
        return Turn("person", hand.facts | {"line": door.open_lines[0].id})
    if word in LEADS_TO:
        return Turn(LEADS_TO[word], hand.facts)
    return Turn("home", hand.facts, (unread(hand),))


async def of_person(hand: Hand) -> Turn:
    """Take what was said of one person, and go on to the next of the household."""
    door = door_of(hand.rows, hand.facts["home"])
    line = next((row for row in hand.rows if row.id == hand.facts.get("line")), None)
    if line is None or door is None:
        return Turn(NEXT, hand.facts)
    if hand.heard.word == ELSEWHERE:
        return Turn("shelter", hand.facts)
    if hand.heard.word not in SAYABLE:
        return Turn("person", hand.facts, (unread(hand),))
    facts = hand.facts | {"line": _following(door, line)}
    state = PersonState(hand.heard.word)
    if state is PersonState.REFUSED:
        return await _refused(hand, [line], facts)
    noted = await hand.report([line], state)
    facts.pop("photos", None)
    return _after_person(facts, noted)


async def to_shelter(hand: Hand) -> Turn:
    """Take to which other shelter they went: the person who is asked about, or the whole household."""
    door = door_of(hand.rows, hand.facts["home"])
    if door is None or not door.open_lines:
        return Turn(NEXT, hand.facts)
    places = dict(await hand.charge.shelters(hand.room.tx))
    chosen = int(hand.heard.word) if hand.heard.word.isdigit() else 0
    if chosen not in places:
        return Turn("shelter", hand.facts, (unread(hand),))
    line = next((row for row in hand.rows if row.id == hand.facts.get("line")), None)
    rows = [line] if line else door.open_lines
    noted = await hand.report(rows, PersonState.MOVED, shelter=(chosen, places[chosen]))
    if line is None:
        return Turn(DONE, hand.facts, (noted,))
    hand.facts.pop("photos", None)
    return _after_person(hand.facts | {"line": _following(door, line)}, noted)


async def why(hand: Hand) -> Turn:
    """Keep what they said, or a photo, with the refusal: both belong to the same attempt."""
    facts = {name: value for name, value in hand.facts.items() if name not in {"refused", "refused_at"}}
    refused = [row for row in hand.rows if row.id in hand.facts.get("refused", ())]
    at = int(hand.facts.get("refused_at", hand.room.happened_at))
    if hand.heard.word != "skip" and (hand.heard.photos or hand.heard.text):
        await hand.report(refused, PersonState.REFUSED, at=at, words=hand.heard.text)
        facts.pop("photos", None)
    return _after_person(facts)


async def the_rest(hand: Hand) -> Turn:
    """All the others have moved: everybody of whom nobody who was there said anything yet."""
    if hand.heard.word != "yes":
        return Turn("home", hand.facts)
    rest = untold(hand.rows)
    return Turn(NEXT, hand.facts, (await hand.report(rest, PersonState.MOVED),))


def untold(rows: Sequence[Row]) -> Sequence[Row]:
    return [row for row in rows if row.missing and not row.verified]


def unread(hand: Hand) -> Line:
    return Line("photo_kept" if hand.heard.photos else "pick_one")


async def _refused(hand: Hand, rows: Sequence[Row], facts: Facts) -> Turn:
    """Keep the refusal at once, and ask for their reason or a photo."""
    noted = await replace(hand, facts=facts).report(rows, PersonState.REFUSED)
    refusal = {"refused": [row.id for row in rows], "refused_at": hand.room.happened_at}
    return Turn("refusal", facts | refusal, (noted,))


def _following(door: Door, line: Row) -> int:
    """Return the next of the household to be asked about; 0 if that was the last."""
    return next((row.id for row in door.open_lines if row.number > line.number), 0)


def _after_person(facts: Facts, *said: Line) -> Turn:
    return Turn("person" if facts.get("line") else DONE, facts, said)
