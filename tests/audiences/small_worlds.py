"""Random small worlds, random targets over them, and a plain evaluator that shares no line with the SQL."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import insert

from audiences.stores import tables
from audiences.targeting.expression import (
    Area,
    Difference,
    Duty,
    Expression,
    Gateways,
    Hazard,
    Holders,
    Households,
    Intersection,
    Need,
    Organisation,
    Residents,
    Site,
    Union,
)
from ground.transaction import Transaction
from tests.builders import NOON

Row = dict[str, Any]
DUTIES = ("patrol", "monitor")
SITES = ("landslide_spot", "reservoir")
ORGANISATIONS = ("party_cell", "school")
NEEDS = ("lives_alone", "cannot_walk")
HAZARDS = ("landslide", "flash_flood")
CHANNELS = ("sms", "telegram", "voice")
LEVELS = ("county", "township", "village", "group")

TABLES = (  # in the order in which rows may point at one another
    "areas",
    "area_closure",
    "sites",
    "households",
    "people",
    "needs",
    "organisations",
    "organisation_members",
    "posts",
    "terms",
    "addresses",
    "address_owners",
    "opt_outs",
    "gateways",
)


@dataclass
class SmallWorld:
    """Rows by table, as they are inserted; what a plain evaluator needs is read from the same rows."""

    rows: dict[str, list[Row]] = field(default_factory=dict)

    async def insert(self, tx: Transaction) -> None:
        for name in TABLES:
            if self.rows[name]:
                await tx.execute(insert(getattr(tables, name)), self.rows[name])

    def of(self, table: str, key: int | None) -> Row:
        return next(row for row in self.rows[table] if row["id"] == key)

    def above(self, area: int) -> list[int]:
        """Return the area and its ancestors, nearest first."""
        parent = self.of("areas", area)["parent_id"]
        return [area, *(self.above(parent) if parent else [])]

    def lies_in(self, area: int, root: int | None) -> bool:
        return root is None or root in self.above(area)

    def posts_of(self, person: int, *, deputies: bool = True) -> list[Row]:
        """Return the posts whose present holder or deputy the person is, in the order in which they are called."""
        running = [
            term
            for term in self.rows["terms"]
            if term["from_at"] <= NOON and (term["until_at"] is None or term["until_at"] > NOON)
        ]
        theirs = {
            term["post_id"]
            for term in running
            if term["holder_id"] == person or (deputies and term["deputy_id"] == person)
        }
        found = [row for row in self.rows["posts"] if row["id"] in theirs and row["gone_at"] is None]
        return sorted(found, key=lambda row: (row["rank"], row["id"]))


CODES = [f"a{index}" for index in range(1, 8)]


def code(area: int) -> str:
    return f"a{area}"


def rarely(value: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, None, None, None, value])


def _rows(draw: st.DrawFn, most: int, **columns: st.SearchStrategy[Any]) -> list[Row]:
    count = draw(st.integers(0, most))
    return [{"id": index + 1} | {name: draw(value) for name, value in columns.items()} for index in range(count)]


def _keys(rows: list[Row]) -> st.SearchStrategy[int]:
    return st.sampled_from([row["id"] for row in rows])


def _maybe(rows: list[Row]) -> st.SearchStrategy[int | None]:
    return st.none() | _keys(rows) if rows else st.none()


def _pairs(draw: st.DrawFn, first: st.SearchStrategy[Any], second: st.SearchStrategy[Any], most: int) -> list[Any]:
    return draw(st.lists(st.tuples(first, second), max_size=most, unique=True))


def _origin(rows: list[Row], **more: Any) -> list[Row]:
    return [row | more | {"source": "test", "external_id": str(row["id"])} for row in rows]


@st.composite
def worlds(draw: st.DrawFn) -> SmallWorld:
    """Up to 7 areas, 10 people, and everything else in proportion, gone or ended things among them."""
    world = SmallWorld()
    _draw_places(draw, world)
    _draw_people(draw, world)
    _draw_duties(draw, world)
    _draw_addresses(draw, world)
    return world


def _draw_places(draw: st.DrawFn, world: SmallWorld) -> None:
    areas: list[Row] = []
    for key in range(1, draw(st.integers(2, len(CODES))) + 1):
        parent = draw(st.none() | st.integers(1, key - 1)) if key > 1 else None
        row = {"id": key, "code": code(key), "name": f"area {key}", "folded": f"area {key}", "source": "test"}
        areas.append(row | {"parent_id": parent, "level": draw(st.sampled_from(LEVELS))})
    world.rows["areas"] = areas
    world.rows["area_closure"] = [
        {"ancestor_id": above, "descendant_id": row["id"], "depth": depth}
        for row in areas
        for depth, above in enumerate(world.above(row["id"]))
    ]
    here, kind = _keys(areas), st.sampled_from(SITES)
    world.rows["sites"] = _origin(_rows(draw, 3, kind=kind, area_id=here, gone_at=rarely(1)), name="a slope")


def _draw_people(draw: st.DrawFn, world: SmallWorld) -> None:
    here = _keys(world.rows["areas"])
    hazard, site = st.none() | st.sampled_from(HAZARDS), _maybe(world.rows["sites"])
    houses = _rows(draw, 4, area_id=here, hazard=hazard, site_id=site, gone_at=rarely(1))
    world.rows["households"] = _origin(houses)
    world.rows["people"] = _origin(_rows(draw, 10, area_id=here, household_id=_maybe(houses), gone_at=rarely(1)))
    if not world.rows["people"]:
        world.rows["people"] = _origin([{"id": 1, "area_id": 1, "household_id": None, "gone_at": None}])
    person = _keys(world.rows["people"])
    pairs = _pairs(draw, person, st.sampled_from(NEEDS), 4)
    world.rows["needs"] = [{"person_id": who, "code": need} for who, need in pairs]


def _draw_duties(draw: st.DrawFn, world: SmallWorld) -> None:
    here, person = _keys(world.rows["areas"]), _keys(world.rows["people"])
    organisations = _rows(draw, 3, kind=st.sampled_from(ORGANISATIONS), area_id=here, gone_at=rarely(1))
    world.rows["organisations"] = _origin(organisations, name="a cell")
    members = _pairs(draw, _keys(organisations), person, 5) if organisations else []
    world.rows["organisation_members"] = [{"organisation_id": cell, "person_id": who} for cell, who in members]
    duty, site, rank = st.sampled_from(DUTIES), _maybe(world.rows["sites"]), st.integers(0, 1)
    posts = _rows(draw, 5, duty=duty, site_id=site, area_id=here, rank=rank, gone_at=rarely(1))
    world.rows["posts"] = _origin(posts)
    edge = st.sampled_from([NOON - 1, NOON, NOON + 1])
    terms: dict[str, Any] = {"holder_id": person, "deputy_id": st.none() | person, "from_at": edge | st.just(0)}
    post = {"post_id": _keys(posts)} if posts else {}
    world.rows["terms"] = _rows(draw, 8, **post, **terms, until_at=st.none() | edge) if posts else []


def _draw_addresses(draw: st.DrawFn, world: SmallWorld) -> None:
    here, person, flag = _keys(world.rows["areas"]), _keys(world.rows["people"]), rarely(1)
    addresses = _rows(draw, 8, channel=st.sampled_from(CHANNELS), closed_at=flag, stopped_at=flag, erased=flag)
    for row in addresses:
        row["value"] = None if row.pop("erased") else str(row["id"])
    links = _pairs(draw, _keys(addresses), person, 12) if addresses else []
    edge = st.sampled_from([NOON - 1, NOON, NOON + 1])
    world.rows["address_owners"] = [
        {"address_id": address, "person_id": who, "source": "test"}
        | {"from_at": draw(st.just(0) | edge), "until_at": draw(st.none() | edge)}
        for address, who in links
    ]
    purposes = _pairs(draw, _keys(addresses), st.sampled_from(["warnings", "lessons"]), 3) if addresses else []
    world.rows["opt_outs"] = [{"address_id": address, "purpose": why, "since": 0} for address, why in purposes]
    gateways = _rows(draw, 4, area_id=here, gone_at=rarely(1))
    speakers = [{"id": 100 + row["id"], "channel": "speaker", "value": str(row["id"])} for row in gateways]
    world.rows["addresses"] = addresses + [{"closed_at": None, "stopped_at": None} | row for row in speakers]
    world.rows["gateways"] = [
        row | {"code": str(row["id"]), "name": "gong", "address_id": 100 + row["id"], "source": "test"}
        for row in gateways
    ]


def expressions(codes: list[str]) -> st.SearchStrategy[Expression]:
    """Every kind of term and every way to put terms together; saved ones are tried apart."""
    area = st.none() | st.sampled_from(codes)
    terms = st.one_of(
        st.builds(Area, st.sampled_from(codes)),
        st.builds(Residents, area),
        st.builds(Gateways, area),
        st.builds(Organisation, _any_of(ORGANISATIONS), area),
        st.builds(Duty, _any_of(DUTIES), _any_of(SITES), area),
        st.builds(Holders, _any_of(DUTIES), _any_of(SITES), area),
        st.builds(Need, st.sampled_from(NEEDS), area),
        st.builds(Households, st.sampled_from(NEEDS), area),
        st.builds(Hazard, _any_of(HAZARDS), area),
        st.builds(Site, _any_of(SITES), area),
    )
    return st.recursive(
        terms,
        lambda inner: st.one_of(
            st.builds(Union, st.lists(inner, min_size=2, max_size=3).map(tuple)),
            st.builds(Intersection, st.lists(inner, min_size=2, max_size=3).map(tuple)),
            st.builds(Difference, inner, inner),
        ),
        max_leaves=6,
    )


def _any_of(kinds: tuple[str, ...]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(kinds)
