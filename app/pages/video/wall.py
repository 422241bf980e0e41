"""What the officer sees: open checks with their newest small picture, and one check with all its evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.api.shown import names_of
from app.switchboard.stills import Wall
from audiences.sites import WaterLimits
from audiences.stores import limits
from bot.cases.freshness import EvidenceKind
from bot.cases.video_check import Answers, over_limit
from bot.stores.video import answers, checks, evidence, holders
from bot.stores.video.answers import SaidBefore
from bot.stores.video.checks import Check
from bot.stores.video.evidence import Evidence
from bot.video.wording import metres
from ground.actor import Actor
from ground.clock import SECOND, machine_now
from ground.transaction import Transaction

SHOWN: Final = 60
NO_LIMITS: Final = WaterLimits()


@dataclass(frozen=True, slots=True)
class Tile:
    """One check on the wall. `age`: seconds since its picture came; None: none has."""

    check: Check
    name: str
    area: str
    still: int | None
    age: int | None

    @property
    def news(self) -> dict[str, Any]:
        return {"id": self.check.id, "state": self.check.state.value, "still": self.still, "age": self.age}


@dataclass(frozen=True, slots=True)
class Film:
    """The pieces of one clip that came."""

    clip: str
    first: Evidence
    pieces: int


@dataclass(frozen=True, slots=True)
class Whole:
    """One check with all that was brought and said."""

    tile: Tile
    told: Answers
    over_cm: int | None
    stills: Sequence[Evidence]
    films: Sequence[Film]
    said: Sequence[SaidBefore]

    @property
    def brought(self) -> int:
        """How much came, of whatever kind: whoever looks is told when it becomes more."""
        return self.count + len(self.said)

    @property
    def news(self) -> dict[str, Any]:
        return self.tile.news | {"brought": self.brought}

    @property
    def count(self) -> int:
        return len(self.stills) + sum(each.pieces for each in self.films)

    @property
    def level(self) -> str:
        return metres(self.told.level_cm)

    @property
    def over(self) -> str:
        return metres(self.over_cm)


async def open_tiles(tx: Transaction, who: Actor, wall: Wall) -> Sequence[Tile]:
    return await _tiles(tx, who, wall, await checks.listed(tx, who, open_only=True, limit=SHOWN))


async def whole(tx: Transaction, who: Actor, wall: Wall, check_id: str) -> Whole:
    check = await checks.load(tx, who, check_id)
    [tile] = await _tiles(tx, who, wall, [check])
    brought = await evidence.of_check(tx, who, check.key)
    said = await answers.of_check(tx, who, check.key)
    told = answers.together(said)
    held = await limits.of_sites(tx, who, [check.site]) if check.site else {}
    water = held.get(check.site or 0, NO_LIMITS)
    return Whole(
        tile,
        told,
        over_limit(told, water),
        [each for each in brought if each.kind is EvidenceKind.STILL],
        _films(brought),
        said,
    )


def _films(brought: Sequence[Evidence]) -> Sequence[Film]:
    pieces: dict[str, list[Evidence]] = {}
    for each in brought:
        if each.kind is EvidenceKind.CLIP_CHUNK and each.clip:
            pieces.setdefault(each.clip, []).append(each)
    return [Film(clip, those[0], len(those)) for clip, those in pieces.items()]


async def _tiles(tx: Transaction, who: Actor, wall: Wall, found: Sequence[Check]) -> Sequence[Tile]:
    sites = await holders.names_of_sites(tx, who, [each.site for each in found if each.site])
    areas = await names_of(tx, [each.area for each in found])
    return [_tile(each, sites, areas, wall) for each in found]


def _tile(check: Check, sites: Mapping[int, str], areas: Mapping[int, str], wall: Wall) -> Tile:
    area = areas.get(check.area, "")
    still = wall.of(check.id)
    age = None if still is None else max(0, machine_now() - still.at) // SECOND
    return Tile(check, sites.get(check.site or 0) or area, area, None if still is None else still.at, age)
