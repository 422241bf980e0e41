"""Telling one group: whoever answers for its households, and each household with its own shelter, way and person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.cases.door_code import spelled
from bot.evacuation import papers
from bot.evacuation.desk import PATH
from bot.evacuation.ordering import MARSHAL
from bot.evacuation.wording import SPOKEN, charge_line, committee_line, order_line
from bot.lines import Spoken
from bot.stores.evacuation import codes, missing, offices, orders, passes, returns, roll, telling
from bot.stores.evacuation.missing import Reached
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.passes import Made
from bot.stores.evacuation.roll import Group, Home, Line
from bot.telling import News, Teller, Told
from broadcast.content.compose import Words
from broadcast.notices import Lane, Purpose
from ground.clock import DAY
from ground.transaction import Transaction

HOMES_AT_ONCE = 20  # rules of one notice: a larger group is told by several
LISTED_AT_MOST = 12
SAFE, ROLL = "safe", "roll"


@dataclass(frozen=True, slots=True)
class _Part:
    """Some households of a group with everybody who lives there, and who answers for them."""

    group: Group
    homes: Sequence[Home]
    lines: Mapping[int, Sequence[Line]]
    answering: Mapping[int, Sequence[Reached]]
    codes: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class _Printer:
    """Makes the links of one telling; they open nothing until they are kept."""

    order: Order
    public_url: str
    made: list[Made] = field(default_factory=list)

    def link(self, area: int, person: int) -> str:
        if not self.public_url:
            return ""
        self.made.append(papers.made_for(self.order, area, person))
        return papers.address_of(self.public_url, self.made[-1])

    def shown(self, code: str) -> str:
        """Return what a household shows at a shelter's door: the page with its code, else the code itself."""
        return f"{self.public_url.rstrip('/')}{PATH}{code}" if code and self.public_url else spelled(code)


@dataclass(frozen=True, slots=True)
class Telling:
    """What the next part of a group is to be told. `group` None: everybody was."""

    group: Group | None
    news: Sequence[News] = ()
    last: int = 0  # the household told last
    done: bool = True
    papers: Sequence[Made] = ()  # links to sheets that the news name, to be kept with them


async def next_telling(tx: Transaction, order: Order, now: int, public_url: str = "") -> Telling:
    """Look up what the next group of an order, or the next part of a large one, is to be told."""
    waiting = await roll.groups_of(tx, MARSHAL, order.key, untold=True)
    if not waiting:
        return Telling(None)
    group, news = waiting[0], []
    printer = _Printer(order, public_url)
    if group.told_through == 0:
        news.append(await _to_committee(tx, printer, group, now))
        news.append(_to_responsible(printer, await _part(tx, order, group, 0, group.households), now))
    part = await _part(tx, order, group, group.told_through, HOMES_AT_ONCE)
    if part.homes:
        news.append(_to_residents(printer, part, now))
    last = part.homes[-1].household if part.homes else group.told_through
    told = [each for each in news if each.told]
    return Telling(group, told, last, len(part.homes) < HOMES_AT_ONCE, tuple(printer.made))


async def tell_group(
    tx: Transaction, teller: Teller, order: Order, telling_now: Telling, words: Sequence[Sequence[Words]], now: int
) -> None:
    """Tell what was looked up, in words composed meanwhile; nothing if another worker was faster."""
    group = telling_now.group
    if group is None:
        await orders.note(tx, MARSHAL, order.key, stage="told")
        return
    present = await returns.of_group(tx, MARSHAL, order.key, group.area)
    if (present.told_through, present.told_at) != (group.told_through, None):
        return
    await passes.keep(tx, MARSHAL, telling_now.papers, now)
    for news, composed in zip(telling_now.news, words, strict=True):
        await teller.tell(tx, news, now, words=composed)
    await telling.reached(tx, MARSHAL, order.key, group.area, telling_now.last, now if telling_now.done else None)


async def _part(tx: Transaction, order: Order, group: Group, after: int, limit: int) -> _Part:
    homes = await roll.homes_of_group(tx, MARSHAL, order.key, group.area, after=after, limit=max(limit, 1))
    ids = [home.household for home in homes]
    lines: dict[int, list[Line]] = {}
    for line in await roll.of_households(tx, MARSHAL, order.key, ids):
        lines.setdefault(line.household or 0, []).append(line)
    answering = await missing.responsible_for(tx, MARSHAL, order.key, ids)
    return _Part(group, homes, lines, answering, await codes.of_homes(tx, MARSHAL, order.key, ids))


async def _to_committee(tx: Transaction, printer: _Printer, group: Group, now: int) -> News:
    """Tell the village committee with the first of its groups, once: by one link to the sheets of them all."""
    order = printer.order
    groups = [each for each in await roll.groups_of(tx, MARSHAL, order.key) if each.village == group.village]
    first = groups[0].area == group.area
    members = await offices.committee_of(tx, MARSHAL, group.village) if first else []
    place = await offices.name_of(tx, MARSHAL, group.village) if members else ""
    told = [
        Told([person], [Spoken(SPOKEN, committee_line(order, place, groups, printer.link(group.village, person)))])
        for person in members
    ]
    return _news(f"{ROLL}:{order.id}", order, group, told, now)


def _to_residents(printer: _Printer, part: _Part, now: int) -> News:
    order, told = printer.order, []
    for home in part.homes:
        lines = part.lines.get(home.household, ())
        shown = printer.shown(part.codes.get(home.household, ""))
        line = order_line(order, part.group.name, home, lines, part.answering.get(home.household, ()), shown)
        told.append(Told([each.person for each in lines if each.person], [Spoken(SPOKEN, line)]))
    return _news(f"{SAFE}:{order.id}", order, part.group, told, now, asks=True)


def _to_responsible(printer: _Printer, part: _Part, now: int) -> News:
    """Tell persons A and B which households are theirs here, with a link to their sheet."""
    order = printer.order
    mine: dict[int, list[Home]] = {}
    for home in part.homes:
        for person in dict.fromkeys((home.responsible_a, home.responsible_b)):
            if person is not None:
                mine.setdefault(person, []).append(home)
    told = []
    for person, homes in mine.items():
        people = sum(len(part.lines.get(home.household, ())) for home in homes)
        shown = [_shown(part.lines.get(home.household, ())) for home in homes[:LISTED_AT_MOST]]
        sheet = printer.link(part.group.area, person)
        line = charge_line(order, part.group.name, shown, len(homes), people, sheet)
        told.append(Told([person], [Spoken(SPOKEN, line)]))
    return _news(f"{ROLL}:{order.id}:{part.group.area}", order, part.group, told, now)


def _shown(lines: Sequence[Line]) -> Mapping[str, object]:
    needs = sorted({code for line in lines for code in line.needs})
    rows = f"{lines[0].number}-{lines[-1].number}" if len(lines) > 1 else str(lines[0].number) if lines else ""
    return {"name": lines[0].name or "" if lines else "", "rows": rows, "people": len(lines), "needs": needs}


def _news(origin: str, order: Order, group: Group, told: Sequence[Told], now: int, *, asks: bool = False) -> News:
    return News(
        origin,
        Lane.IMMEDIATE,
        told,
        group.area,
        drill=order.drill,
        asks_answer=asks,
        purpose=Purpose.WARNINGS,
        expires=now + DAY,
    )
