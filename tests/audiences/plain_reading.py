"""Who a target names, worked out one by one in plain Python over the rows of a small world."""

from dataclasses import dataclass
from typing import Any

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
from tests.audiences.small_worlds import Row, SmallWorld
from tests.builders import NOON

Member = tuple[str, int, int, int]  # person or gateway, its id, area, rule


@dataclass(frozen=True)
class PlainReading:
    """A world as one actor may reach it; `scope` is an area's id or None."""

    world: SmallWorld
    scope: int | None

    def members(self, rules: list[Expression]) -> list[Member]:
        """Return the members in the order in which they are frozen."""
        people = [row for row in self.world.rows["people"] if row["gone_at"] is None and self.reachable(row)]
        found = [(row, rule) for row in people if (rule := self.first(rules, "person", row)) is not None]
        found.sort(key=lambda each: self.freezing_order(each[0]))
        gateways = [row for row in self.world.rows["gateways"] if row["gone_at"] is None and self.inside(row)]
        speakers = [(row, rule) for row in gateways if (rule := self.first(rules, "gateway", row)) is not None]
        speakers.sort(key=lambda each: (each[0]["area_id"], each[0]["id"]))
        return [("person", row["id"], self.area_of(rules, row), rule) for row, rule in found] + [
            ("gateway", row["id"], row["area_id"], rule) for row, rule in speakers
        ]

    def inside(self, row: Row) -> bool:
        return self.world.lies_in(row["area_id"], self.scope)

    def duties(self, row: Row) -> list[Row]:
        return [post for post in self.world.posts_of(row["id"]) if self.inside(post)]

    def reachable(self, row: Row) -> bool:
        return self.inside(row) or bool(self.duties(row))

    def freezing_order(self, row: Row) -> tuple[int, ...]:
        return (0, row["id"]) if self.duties(row) else (1, row["area_id"], row["id"])

    def first(self, rules: list[Expression], what: str, row: Row) -> int | None:
        matching = [index for index, rule in enumerate(rules) if self.names(rule, what, row)]
        return matching[0] if matching else None

    def root(self, area: str | None) -> int | None:
        return self.scope if area is None else int(area[1:])

    def lies(self, row: Row, area: str | None) -> bool:
        return self.world.lies_in(row["area_id"], self.root(area))

    def names(self, expression: Expression, what: str, row: Row) -> bool:
        match expression:
            case Union(parts):
                return any(self.names(part, what, row) for part in parts)
            case Intersection(parts):
                return all(self.names(part, what, row) for part in parts)
            case Difference(base, without):
                return self.names(base, what, row) and not self.names(without, what, row)
        if what == "gateway":
            return isinstance(expression, Area | Gateways) and self.lies(row, expression.area)
        return self.names_person(expression, row)

    def names_person(self, term: Expression, row: Row) -> bool:
        match term:
            case Area(area) | Residents(area):
                return self.lies(row, area)
            case Need(need, area):
                return self.lies(row, area) and self.has_need(row, need)
            case Duty() | Holders():
                posts = self.world.posts_of(row["id"], deputies=isinstance(term, Duty))
                return any(self.is_meant(post, term) for post in posts)
            case Organisation():
                return any(self.is_cell(cell, term, row) for cell in self.alive("organisations"))
            case Households() | Hazard() | Site():
                homes = [house for house in self.alive("households") if house["id"] == row["household_id"]]
                return any(self.is_house(house, term) for house in homes)
        return False

    def has_need(self, row: Row, need: str) -> bool:
        return {"person_id": row["id"], "code": need} in self.world.rows["needs"]

    def is_meant(self, post: Row, term: Duty | Holders) -> bool:
        at_site = term.site is None or any(
            site["id"] == post["site_id"] and site["kind"] == term.site for site in self.alive("sites")
        )
        return term.kind in (None, post["duty"]) and at_site and self.lies(post, term.area)

    def is_cell(self, cell: Row, term: Organisation, row: Row) -> bool:
        link = {"organisation_id": cell["id"], "person_id": row["id"]}
        known = link in self.world.rows["organisation_members"]
        return known and term.kind in (None, cell["kind"]) and self.lies(cell, term.area)

    def is_house(self, house: Row, term: Households | Hazard | Site) -> bool:
        match term:
            case Households(need, area):
                mates = [mate for mate in self.alive("people") if mate["household_id"] == house["id"]]
                return self.lies(house, area) and any(self.has_need(mate, need) for mate in mates)
            case Hazard(kind, area):
                threatened = house["hazard"] is not None and kind in (None, house["hazard"])
                return self.lies(house, area) and threatened
            case Site(kind, area):
                spots = [site for site in self.alive("sites") if site["id"] == house["site_id"]]
                return any(kind in (None, spot["kind"]) and self.lies(spot, area) for spot in spots)

    def alive(self, table: str) -> list[Row]:
        return [row for row in self.world.rows[table] if row["gone_at"] is None]

    def area_of(self, rules: list[Expression], row: Row) -> int:
        """Home if the target names it; else where the duty is that a rule names; else home, or any duty in scope."""
        terms = [term for rule in rules for term in naming(rule)]
        if any(self.lies(row, term.area) for term in terms):
            return int(row["area_id"])
        for post in self.world.posts_of(row["id"]):
            if any(self.brought_by(post, term, row) for term in terms):
                return int(post["area_id"])
        return int(row["area_id"] if self.inside(row) else self.duties(row)[0]["area_id"])

    def brought_by(self, post: Row, term: Any, row: Row) -> bool:
        if not isinstance(term, Duty | Holders) or not self.is_meant(post, term):
            return False
        return post in self.world.posts_of(row["id"], deputies=isinstance(term, Duty))

    def links(self, people: set[int], channels: list[str]) -> list[tuple[int, int, str]]:
        """Return (person, address, channel) of what can be used for a warning now."""
        silenced = {row["address_id"] for row in self.world.rows["opt_outs"] if row["purpose"] == "warnings"}
        found = []
        for link in self.world.rows["address_owners"]:
            address = self.world.of("addresses", link["address_id"])
            owned = link["from_at"] <= NOON and (link["until_at"] is None or link["until_at"] > NOON)
            usable = address["closed_at"] is None and address["stopped_at"] is None and address["value"] is not None
            if owned and usable and address["id"] not in silenced and address["channel"] in channels:
                found.append((link["person_id"], address["id"], address["channel"]))
        return [link for link in found if link[0] in people]

    def village(self, area: int) -> int:
        levels = [each for each in self.world.above(area) if self.world.of("areas", each)["level"] == "village"]
        return levels[0] if levels else area


def naming(expression: Expression) -> list[Any]:
    """Return the terms that can bring somebody in."""
    match expression:
        case Union(parts) | Intersection(parts):
            return [term for part in parts for term in naming(part)]
        case Difference(base, _):
            return naming(base)
        case _:
            return [expression]
