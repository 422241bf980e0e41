"""A charge: the roll of one group of one open order that somebody may call, and what is to be done there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from audiences.duties import Duty
from bot.cases.evacuation import PersonState, Way
from bot.conversing import Room
from bot.evacuation import reporting
from bot.evacuation.ordering import MARSHAL
from bot.standing import Speaker
from bot.stores.evacuation import charges, keepers, offices, orders, roll
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.reports import Kept, Said
from bot.stores.evacuation.roll import Line
from ground.actor import Actor, ActorKind, Role
from ground.transaction import Transaction

AT_MOST: Final = 8  # groups to choose from
CALLERS: Final = frozenset({"village_committee", "township_office", "command_centre", "rescue_team", "party_cell"})


@dataclass(frozen=True, slots=True)
class Charge:
    """`own`: only the households for which the person answers; else the whole group, by seat or duty."""

    order: Order
    area: int
    place: str
    person: int
    proven: bool
    own: bool

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.PERSON, str(self.person), self.area, frozenset({Role.DUTY}))

    async def lines(self, tx: Transaction) -> Sequence[Line]:
        """Return the rows to be called: those of the person's households and who was found beside them."""
        rows = await roll.of_group(tx, MARSHAL, self.order.key, self.area)
        if not self.own:
            return rows
        mine = {line.id for line in await roll.answered_for(tx, MARSHAL, self.order.key, self.person)}
        return [line for line in rows if line.id in mine or line.added]

    async def shelters(self, tx: Transaction) -> Sequence[tuple[int, str]]:
        """Return (site, name) of the shelters to which people may go: the order's, then the township's."""
        return await keepers.around(tx, MARSHAL, self.order.key, self.area)

    async def report(self, tx: Transaction, said: Sequence[Said], now: int) -> Sequence[Kept]:
        """Report; whoever is not proven to be the person is shown for checking."""
        if self.proven:
            return await reporting.report(tx, self.actor, said, now)
        return await reporting.overhear(tx, said, now)


async def charges_of(room: Room) -> Sequence[Charge]:
    """Return the rolls that the speaker may call, those of the own households first."""
    speaker, tx = room.speaker, room.tx
    if speaker.person is None:
        return []
    own = await charges.answered_by(tx, MARSHAL, speaker.person)
    wide = await charges.in_areas(tx, MARSHAL, areas_of(speaker)) if speaker.proven else []
    places = dict.fromkeys([*own, *wide])
    known = {each.key: each for each in await orders.open_ones(tx, MARSHAL)} if places else {}
    chosen = [place for place in places if place[0] in known][:AT_MOST]
    names = await offices.names_of(tx, MARSHAL, [area for _, area in chosen])
    return [
        Charge(known[order], area, names.get(area, ""), speaker.person, speaker.proven, (order, area) in own)
        for order, area in chosen
    ]


async def charge_of(tx: Transaction, speaker: Speaker, order_id: int, area: int) -> Charge | None:
    """Return one roll if the speaker may call it, though its order be closed: what was said before still comes."""
    if speaker.person is None:
        return None
    areas = areas_of(speaker) if speaker.proven else []
    own, wide = await charges.of_roll(tx, MARSHAL, order_id, area, person=speaker.person, area_ids=areas)
    if not own and not wide:
        return None
    order = await orders.by_key(tx, MARSHAL, order_id)
    return Charge(order, area, await offices.name_of(tx, MARSHAL, area), speaker.person, speaker.proven, own)


def said_of(
    room: Room, charge: Charge, lines: Sequence[Line], state: PersonState, dedupe: str, means: Way | None = None
) -> list[Said]:
    """Return the same state of several lines, as it was said in this turn."""
    how = means or (Way.SMS if room.platform == "sms" else Way.CHAT)
    one = Said(
        line=0,
        state=state,
        happened_at=room.happened_at,
        by=f"person:{charge.person}",
        means=how,
        dedupe=dedupe,
        verified=charge.proven,
    )
    return [replace(one, line=line.id) for line in lines]


def areas_of(speaker: Speaker) -> list[int]:
    """Return the areas above whose people somebody sits; a shelter's keeper keeps the shelter alone."""
    seats = [seat.area for seat in speaker.seats if seat.kind in CALLERS]
    return list(dict.fromkeys([*seats, *(duty.area for duty in speaker.duties if duty.duty != Duty.SHELTER_KEEPER)]))
