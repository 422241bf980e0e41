"""A shelter's door: its keeper notes who arrived, for the village to check; nobody leaves the missing list by it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from audiences.stores.reach import addresses
from bot.cases.door_code import code_in
from bot.cases.evacuation import AddedKind, PersonState, Way
from bot.evacuation import reporting
from bot.evacuation.charge import areas_of
from bot.evacuation.ordering import MARSHAL
from bot.evacuation.paging import STILL_THERE
from bot.standing import Speaker, standing
from bot.stores.evacuation import adding, expecting, keepers, passes
from bot.stores.evacuation.adding import Found
from bot.stores.evacuation.expecting import Expected
from bot.stores.evacuation.keepers import Kept
from bot.stores.evacuation.passes import Pass
from bot.stores.evacuation.reports import Said
from ground.transaction import Transaction
from templates.catalogues import SOURCE

PATH: Final = "/k/"
OPEN: Final = "/k/in/"
AT_MOST: Final = 8  # people to choose from


@dataclass(frozen=True, slots=True)
class Desk:
    """One shelter, for the real thing or for a drill, and the open orders whose people may come."""

    site: int
    name: str
    area: int
    drill: bool
    person: int
    orders: tuple[int, ...]

    @property
    def key(self) -> str:
        return f"{self.site}:{int(self.drill)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How it was noted that somebody is here: when, by what way, under which key."""

    happened_at: int
    means: Way
    dedupe: str
    state: PersonState = PersonState.MOVED


async def desks_of(tx: Transaction, speaker: Speaker, now: int, *, site: int | None = None) -> Sequence[Desk]:
    """Return the doors that somebody keeps: who is not proven reads no names of others."""
    if speaker.person is None or not speaker.proven:
        return []
    found: dict[tuple[int, bool], list[Kept]] = {}
    for each in await keepers.kept_by(tx, MARSHAL, speaker.person, areas_of(speaker), now, site=site):
        found.setdefault((each.site, each.drill), []).append(each)
    return [
        Desk(place, kept[0].name, kept[0].area, drill, speaker.person, tuple(each.order for each in kept))
        for (place, drill), kept in found.items()
    ]


async def desk_behind(tx: Transaction, given: Pass, now: int) -> Desk | None:
    """Return what a pass opens today: nothing once its address, or the door, is another's."""
    address = await addresses.load(tx, MARSHAL, given.address or 0)
    if address.closed_at is not None and address.closed_why not in STILL_THERE:
        return None
    speaker = await standing(tx, address, SOURCE, now)
    if speaker.person != given.person:
        return None
    mine = await desks_of(tx, speaker, now, site=given.site)
    return next((each for each in mine if each.drill == given.drill), None)


async def link_to(tx: Transaction, desk: Desk, address: int, public_url: str, now: int) -> str:
    """Return a fresh link by which the keeper opens the door's page; those of before go on until their time is over."""
    given = Pass(area=desk.area, site=desk.site, person=desk.person, address=address, drill=desk.drill)
    made = passes.make(given)
    await passes.keep(tx, MARSHAL, [made], now)
    return f"{public_url.rstrip('/')}{OPEN}{made.secret}"


async def look_up(tx: Transaction, desk: Desk, said: str) -> Sequence[Expected]:
    """Return who is meant by a name, or by the code of a household."""
    code = code_in(said)
    if code is not None and (found := await expecting.behind(tx, MARSHAL, desk.site, desk.orders, code)):
        return found
    return await expecting.named(tx, MARSHAL, desk.site, desk.orders, said, limit=AT_MOST + 1)


async def rows_of(tx: Transaction, desk: Desk, line_ids: Sequence[int]) -> Sequence[Expected]:
    """Return the rows that this door may note something of."""
    return await expecting.of_lines(tx, MARSHAL, desk.site, desk.orders, line_ids)


async def note(tx: Transaction, desk: Desk, line_ids: Sequence[int], how: Arrival, now: int) -> Sequence[Expected]:
    """Note of these people that they are here, or went back: unverified, for the village to check."""
    rows = await rows_of(tx, desk, line_ids)
    one = Said(
        line=0,
        state=how.state,
        happened_at=how.happened_at,
        by=f"person:{desk.person}",
        means=how.means,
        dedupe=how.dedupe,
        verified=False,
        shelter=desk.site if how.state is PersonState.MOVED else None,
    )
    await reporting.overhear(tx, [replace(one, line=each.line.id) for each in rows], now)
    return rows


async def add(
    tx: Transaction, desk: Desk, name: str, kind: AddedKind, place: tuple[int, int], how: Arrival, now: int
) -> Sequence[Expected]:
    """Add somebody who stands on no list to the roll of the group they came from, and note that they are here."""
    order, area = place
    if place not in {(each, group) for each, group, _ in await groups_coming(tx, desk)}:
        return []
    found = Found(name, kind, how.dedupe)
    added = await adding.add(tx, MARSHAL, order, area, [found])
    return await note(tx, desk, list(added.values()), how, now)


async def groups_coming(tx: Transaction, desk: Desk) -> Sequence[tuple[int, int, str]]:
    """Return (order, area, name) of the groups whose people may come to this door."""
    return await expecting.groups_coming(tx, MARSHAL, desk.site, desk.orders)
