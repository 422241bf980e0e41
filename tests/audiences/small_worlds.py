"""Random small worlds, random targets over them, and a plain evaluator that shares no line with the SQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

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


def code(area: int) -> str:
    return f"a{area}"


class Maker:
    """Makes a world that is dense enough for every term to match somebody now and then; the seed says it all."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.world = SmallWorld()

    def make(self) -> SmallWorld:
        self._make_places()
        self._make_people()
        self._make_duties()
        self._make_addresses()
        return self.world

    def _make_places(self) -> None:
        keys = range(1, self.random.randint(3, 7) + 1)
        self.world.rows["areas"] = [
            {"id": key, "code": code(key), "name": f"area {key}", "folded": f"area {key}", "source": "test"}
            | {"parent_id": self._maybe(range(1, key), 0.2), "level": self.random.choice(LEVELS)}
            for key in keys
        ]
        self.world.rows["area_closure"] = [
            {"ancestor_id": above, "descendant_id": key, "depth": depth}
            for key in keys
            for depth, above in enumerate(self.world.above(key))
        ]
        self.world.rows["sites"] = [row | {"kind": self._one(SITES), "name": "a slope"} for row in self._placed(4)]

    def _make_people(self) -> None:
        houses = [
            row | {"hazard": self._maybe(HAZARDS, 0.4), "site_id": self._maybe(self._keys("sites"), 0.4)}
            for row in self._placed(5)
        ]
        self.world.rows["households"] = houses
        keys = self._keys("households")
        self.world.rows["people"] = [row | {"household_id": self._maybe(keys, 0.2)} for row in self._placed(12)]
        pairs = self._pairs(self._keys("people"), NEEDS, 6)
        self.world.rows["needs"] = [{"person_id": who, "code": need} for who, need in pairs]

    def _make_duties(self) -> None:
        cells = [row | {"kind": self._one(ORGANISATIONS), "name": "a cell"} for row in self._placed(4)]
        self.world.rows["organisations"] = cells
        members = self._pairs(self._keys("organisations"), self._keys("people"), 8)
        self.world.rows["organisation_members"] = [{"organisation_id": cell, "person_id": who} for cell, who in members]
        self.world.rows["posts"] = [
            row
            | {"duty": self._one(DUTIES), "site_id": self._maybe(self._keys("sites"), 0.4)}
            | {"rank": self.random.randint(0, 2)}
            for row in self._placed(8)
        ]
        people, posts = self._keys("people"), self._keys("posts")
        self.world.rows["terms"] = [
            {"id": key, "post_id": self._one(posts), "holder_id": self._one(people)}
            | {"deputy_id": self._maybe(people, 0.5)}
            | self._span()
            for key in range(1, 13)
        ]

    def _make_addresses(self) -> None:
        flags = ("closed_at", "stopped_at")
        addresses: list[Row] = [
            {"id": key, "channel": self._one(CHANNELS), "value": self._maybe([str(key)], 0.1)}
            | {flag: self._maybe([1], 0.8) for flag in flags}
            for key in range(1, 13)
        ]
        links = self._pairs([row["id"] for row in addresses], self._keys("people"), 18)
        self.world.rows["address_owners"] = [
            {"address_id": address, "person_id": who, "source": "test"} | self._span() for address, who in links
        ]
        silenced = self._pairs([row["id"] for row in addresses], ("warnings", "lessons"), 4)
        self.world.rows["opt_outs"] = [{"address_id": key, "purpose": why, "since": 0} for key, why in silenced]
        self.world.rows["gateways"] = [
            {"id": row["id"], "area_id": row["area_id"], "gone_at": row["gone_at"], "source": "test"}
            | {"code": str(row["id"]), "name": "gong", "address_id": 100 + row["id"]}
            for row in self._placed(5)
        ]
        speakers = [{"id": 100 + key, "channel": "speaker", "value": str(key)} for key in self._keys("gateways")]
        self.world.rows["addresses"] = addresses + [row | dict.fromkeys(flags) for row in speakers]

    def _placed(self, count: int) -> list[Row]:
        """Return rows of things that are somewhere; a few of them are gone."""
        return [
            {"id": key, "area_id": self._one(self._keys("areas")), "gone_at": self._maybe([1], 0.75)}
            | {"source": "test", "external_id": str(key)}
            for key in range(1, count + 1)
        ]

    def _span(self) -> Row:
        return {
            "from_at": self._one([0, 0, NOON - 1, NOON, NOON + 1]),
            "until_at": self._one([None, None, None, NOON - 1, NOON, NOON + 1]),
        }

    def _keys(self, table: str) -> list[int]:
        return [row["id"] for row in self.world.rows[table]]

    def _one(self, choices: Sequence[Any]) -> Any:
        return self.random.choice(choices)

    def _maybe(self, choices: Sequence[Any], none: float) -> Any:
        """Return one of the choices, or None with the probability given."""
        return None if not choices or self.random.random() < none else self.random.choice(choices)

    def _pairs(self, first: Sequence[Any], second: Sequence[Any], count: int) -> list[tuple[Any, Any]]:
        return sorted({(self._one(first), self._one(second)) for _ in range(count)})


class Speaker:
    """Says random targets over area codes: every kind of term, every way to put terms together."""

    def __init__(self, random: Random, codes: Sequence[str]) -> None:
        self.random = random
        self.codes = codes

    def rules(self) -> list[Expression]:
        return [self.expression(2) for _ in range(self.random.randint(1, 3))]

    def expression(self, depth: int) -> Expression:
        kind = self.random.choice(["term", "term", "union", "intersection", "difference"]) if depth else "term"
        match kind:
            case "union":
                return Union(tuple(self.expression(depth - 1) for _ in range(self.random.randint(2, 3))))
            case "intersection":
                return Intersection(tuple(self.expression(depth - 1) for _ in range(2)))
            case "difference":
                return Difference(self.expression(depth - 1), self.expression(depth - 1))
            case _:
                return self.term()

    def term(self) -> Expression:
        area = self.random.choice([None, *self.codes])
        terms: list[Expression] = [
            Area(self.random.choice(self.codes)),
            Residents(area),
            Gateways(area),
            Organisation(self._any(ORGANISATIONS), area),
            Duty(self._any(DUTIES), self._any(SITES), area),
            Holders(self._any(DUTIES), self._any(SITES), area),
            Need(self.random.choice(NEEDS), area),
            Households(self.random.choice(NEEDS), area),
            Hazard(self._any(HAZARDS), area),
            Site(self._any(SITES), area),
        ]
        return self.random.choice(terms)

    def _any(self, kinds: Sequence[str]) -> str | None:
        return self.random.choice([None, *kinds])
