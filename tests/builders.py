"""A small made-up world in a real database: rows as tests need them, without the stores that are under test.

Every number is of the range 555-0100 to 555-0199, which rings nowhere.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, insert, literal, select

from audiences.areas import fold
from audiences.stores.tables import (
    address_owners,
    addresses,
    area_closure,
    areas,
    gateways,
    households,
    needs,
    operators,
    opt_outs,
    organisation_members,
    organisations,
    particulars,
    people,
    posts,
    sites,
    terms,
)
from ground.actor import Actor, ActorKind, Role
from ground.ids import new_id
from ground.transaction import Database, Transaction

NOON = 1_624_852_800_000  # 28 June 2021, 12:00 in Fengcheng
ALL_ROLES = frozenset(Role)


class World:
    """Builds rows one by one and returns their ids; `source` is "test", external ids count up from 1."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._count = 0

    async def area(self, code: str, name: str = "", *, parent: int | None = None, level: str = "village") -> int:
        """Make an area below `parent`, with its rows in the closure."""
        async with self.database.writing() as tx:
            row = {"code": code, "name": name or f"area {code}", "folded": fold(name or code), "level": level}
            area_id = await _new(tx, areas, row | {"parent_id": parent, "source": "test"})
            above = area_closure.c
            lines = select(above.ancestor_id, literal(area_id), above.depth + 1).where(above.descendant_id == parent)
            names = ["ancestor_id", "descendant_id", "depth"]
            await tx.execute(insert(area_closure).from_select(names, lines))
            await tx.execute(insert(area_closure).values(ancestor_id=area_id, descendant_id=area_id, depth=0))
        return area_id

    async def person(
        self,
        area: int,
        name: str = "",
        *,
        sms: str | None = None,
        telegram: str | None = None,
        needs_codes: Sequence[str] = (),
        household: int | None = None,
        **columns: Any,
    ) -> int:
        """Make a person who lives in `area`, with addresses if given (a known one becomes shared)."""
        async with self.database.writing() as tx:
            row = self._origin() | {"area_id": area, "household_id": household} | columns
            person_id = await _new(tx, people, row)
            await tx.execute(insert(particulars).values(person_id=person_id, name=name or f"Person {person_id}"))
            for code in needs_codes:
                await tx.execute(insert(needs).values(person_id=person_id, code=code))
        for channel, value in (("sms", sms), ("telegram", telegram)):
            if value is not None:
                await self.address(channel, value, person_id)
        return person_id

    async def address(self, channel: str, value: str, *owners: int, rank: int = 0, **columns: Any) -> int:
        """Make an address, or find it, and give it to each owner."""
        async with self.database.writing() as tx:
            known = (addresses.c.channel == channel) & (addresses.c.value == value)
            address_id = await tx.value(select(addresses.c.id).where(known))
            if address_id is None:
                address_id = await _new(tx, addresses, {"channel": channel, "value": value} | columns)
            for owner in owners:
                link = {"address_id": address_id, "person_id": owner, "rank": rank, "source": "test", "from_at": 0}
                await tx.execute(insert(address_owners).values(link))
        return int(address_id)

    async def opt_out(self, address: int, purpose: str = "warnings") -> None:
        async with self.database.writing() as tx:
            await tx.execute(insert(opt_outs).values(address_id=address, purpose=purpose, since=0))

    async def household(self, area: int, *, site: int | None = None, **columns: Any) -> int:
        return await self._make(households, self._origin() | {"area_id": area, "site_id": site} | columns)

    async def site(self, area: int, kind: str = "landslide_spot", name: str = "a slope") -> int:
        return await self._make(sites, self._origin() | {"area_id": area, "kind": kind, "name": name})

    async def organisation(self, area: int, kind: str = "party_cell", members: Sequence[int] = ()) -> int:
        row = self._origin() | {"area_id": area, "kind": kind, "name": f"{kind} {self._count}"}
        organisation_id = await self._make(organisations, row)
        async with self.database.writing() as tx:
            for person in members:
                link = {"organisation_id": organisation_id, "person_id": person}
                await tx.execute(insert(organisation_members).values(link))
        return organisation_id

    async def post(
        self,
        area: int,
        duty: str,
        holder: int,
        *,
        deputy: int | None = None,
        site: int | None = None,
        organisation: int | None = None,
        from_at: int = 0,
        until_at: int | None = None,
        rank: int = 0,
    ) -> int:
        """Make a post with one term."""
        place = {"area_id": area, "site_id": site, "organisation_id": organisation, "rank": rank}
        post_id = await self._make(posts, self._origin() | {"duty": duty} | place)
        term = {"post_id": post_id, "holder_id": holder, "deputy_id": deputy, "from_at": from_at, "until_at": until_at}
        await self._make(terms, term)
        return post_id

    async def gateway(self, area: int, code: str, name: str = "", **columns: Any) -> int:
        """Make a loudspeaker gateway with its speaker address."""
        address_id = await self.address("speaker", code)
        row = {"area_id": area, "code": code, "name": name or f"gong {code}", "address_id": address_id}
        return await self._make(gateways, row | {"source": "test"} | columns)

    async def operator(self, area: int | None, *roles: Role) -> Actor:
        """Make an operator and return them as an actor; without `roles` they have every one."""
        chosen = frozenset(roles) or ALL_ROLES
        row = {"id": new_id(), "title": "a post", "area_id": area, "roles": sorted(chosen), "made_at": 0}
        async with self.database.writing() as tx:
            await tx.execute(insert(operators).values(row))
        return Actor(ActorKind.OPERATOR, str(row["id"]), area, chosen)

    def _origin(self) -> dict[str, Any]:
        self._count += 1
        return {"source": "test", "external_id": str(self._count)}

    async def _make(self, table: Table, row: dict[str, Any]) -> int:
        async with self.database.writing() as tx:
            return await _new(tx, table, row)


async def _new(tx: Transaction, table: Table, row: dict[str, Any]) -> int:
    return int(await tx.value(insert(table).values(row).returning(table.c.id)))
