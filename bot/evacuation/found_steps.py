"""The steps of a roll call for whoever is found and stands on no list: a name, what they are here, where they are."""

from typing import Final

from bot.cases.evacuation import AddedKind, PersonState
from bot.evacuation.door_steps import unread
from bot.evacuation.noting import SAYABLE, Hand, Turn
from bot.stores.evacuation import adding
from bot.stores.evacuation.adding import Found

LONGEST_NAME: Final = 40


async def name_of(hand: Hand) -> Turn:
    name = hand.heard.text.strip()[:LONGEST_NAME]
    return Turn("add_kind", hand.facts | {"name": name}) if name else Turn("add_name", hand.facts)


async def kind_of(hand: Hand) -> Turn:
    if hand.heard.word not in set(AddedKind):
        return Turn("add_kind", hand.facts, (unread(hand),))
    return Turn("add_state", hand.facts | {"kind": hand.heard.word})


async def state_of(hand: Hand) -> Turn:
    """Add them to the roll, and report where they are."""
    if hand.heard.word not in SAYABLE:
        return Turn("add_state", hand.facts, (unread(hand),))
    facts, charge, tx = dict(hand.facts), hand.charge, hand.room.tx
    found = Found(facts.pop("name"), AddedKind(facts.pop("kind")), hand.heard.dedupe)
    added = await adding.add(tx, charge.actor, charge.order.key, charge.area, [found])
    rows = [row for row in await charge.lines(tx) if row.id in added.values()]
    noted = await hand.report(rows, PersonState(hand.heard.word))
    facts.pop("photos", None)
    return Turn("home", facts, (noted,))
