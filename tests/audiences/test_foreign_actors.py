"""Every public function of the directory's stores, tried by who has no business there: it shows and changes nothing.

A function that is added to a store fails here until it is tried too.
"""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select

import audiences.stores.tables as directory
from audiences.addresses import Opening, Purpose
from audiences.areas import NoSuchArea
from audiences.importing.kinds import KINDS
from audiences.stores import (
    areas,
    coverage,
    duties,
    gateways,
    gazetteer,
    households,
    nearby,
    offices,
    operators,
    organisations,
    people,
    residents,
    sites,
)
from audiences.stores.duties import Handover
from audiences.stores.intake import hanging, staging
from audiences.stores.intake.registers.base import Entry, Intake, Known
from audiences.stores.intake.staging import START, Place, Run, StagedRow
from audiences.stores.reach import addresses, consents, owners
from ground.actor import Actor, Role, operator
from ground.errors import MingluoError
from ground.events import NewsDesk
from ground.tables import metadata
from ground.transaction import Database, Transaction
from tests.audiences.files import HUB
from tests.builders import ALL_ROLES, NOON, World

STORES = (
    addresses,
    areas,
    consents,
    coverage,
    duties,
    gateways,
    gazetteer,
    hanging,
    households,
    nearby,
    offices,
    operators,
    organisations,
    owners,
    people,
    residents,
    sites,
    staging,
)
DESK = NewsDesk()


@dataclass(frozen=True, slots=True)
class Scene:
    """One of everything, all of it in one village, and a stranger from the next."""

    area: int
    person: int
    address: int
    household: int
    organisation: int
    site: int
    post: int
    gateway: int
    operator: str
    run: Run
    stranger: Actor
    bystander: Actor  # of the village itself, without any role


Try = Callable[[Transaction, Actor, Scene], Awaitable[object]]

TRIES: dict[str, Try] = {
    "addresses.load": lambda tx, who, it: addresses.load(tx, who, it.address),
    "addresses.find": lambda tx, who, _: addresses.find(tx, who, "sms", "+15550100"),
    "addresses.hold": lambda tx, who, _: addresses.hold(tx, who, "sms", "+15550100"),
    "addresses.of_person": lambda tx, who, it: addresses.of_person(tx, who, it.person, now=NOON),
    "addresses.verify": lambda tx, who, it: addresses.verify(tx, who, it.address, "call", at=NOON),
    "addresses.stop": lambda tx, who, it: addresses.stop(tx, who, it.address, at=NOON),
    "addresses.lift_stop": lambda tx, who, it: addresses.lift_stop(tx, who, it.address),
    "addresses.close": lambda tx, who, it: addresses.close(tx, who, DESK, it.address, "wrong", at=NOON),
    "addresses.stopped": lambda tx, who, it: addresses.stopped(tx, who, it.area),
    "addresses.forget_owner": lambda tx, who, it: addresses.forget_owner(tx, who, DESK, it.person, at=NOON),
    "areas.load": lambda tx, who, it: areas.load(tx, who, it.area),
    "areas.by_codes": lambda tx, who, _: areas.by_codes(tx, who, ["v"]),
    "areas.children": lambda tx, who, it: areas.children(tx, who, it.area),
    "areas.lies_in": lambda tx, who, it: areas.lies_in(tx, who, it.area, it.area),
    "areas.add": lambda tx, who, it: areas.add(tx, who, "n", "n", "group", it.area, source="hand", at=NOON),
    "areas.move": lambda tx, who, it: areas.move(tx, who, it.area, it.area, at=NOON),
    "areas.close_over": lambda tx, who, _: areas.close_over(tx, who, []),
    "consents.opt_out": lambda tx, who, it: consents.opt_out(tx, who, it.address, Purpose.WARNINGS, "call", at=NOON),
    "consents.opt_in": lambda tx, who, it: consents.opt_in(tx, who, it.address, Purpose.WARNINGS, "call", at=NOON),
    "consents.present": lambda tx, who, it: consents.present(tx, who, it.address),
    "coverage.cover": lambda tx, who, it: coverage.cover(tx, who, [it.gateway]),
    "duties.load": lambda tx, who, it: duties.load(tx, who, it.post, now=NOON),
    "duties.in_area": lambda tx, who, it: duties.in_area(tx, who, it.area, now=NOON),
    "duties.hand_over": lambda tx, who, it: duties.hand_over(tx, who, DESK, it.post, it.person, at=NOON),
    "duties.hand_over_many": lambda tx, who, it: duties.hand_over_many(
        tx, who, DESK, [Handover(it.post, it.person, None, NOON)], at=NOON
    ),
    "duties.vacate": lambda tx, who, it: duties.vacate(tx, who, [it.post], at=NOON),
    "gateways.register": lambda tx, who, it: gateways.register(
        tx, who, code="n", name="n", area=it.area, source="hand", at=NOON
    ),
    "gateways.load": lambda tx, who, it: gateways.load(tx, who, it.gateway),
    "gateways.by_code": lambda tx, who, _: gateways.by_code(tx, who, "g"),
    "gateways.in_area": lambda tx, who, it: gateways.in_area(tx, who, it.area),
    "gateways.topics": lambda tx, who, it: gateways.topics(tx, who, it.gateway),
    "gateways.hear": lambda tx, who, _: gateways.hear(tx, who, ["g"], at=NOON),
    "gateways.lose": lambda tx, who, _: gateways.lose(tx, who, ["g"]),
    "gateways.lose_silent": lambda tx, who, _: gateways.lose_silent(tx, who, before=NOON),
    "gateways.retire": lambda tx, who, it: gateways.retire(tx, who, [it.gateway], at=NOON),
    "gazetteer.find": lambda tx, who, _: gazetteer.find(tx, who, "v"),
    "gazetteer.mentioned": lambda tx, who, _: gazetteer.mentioned(tx, who, "we live in v"),
    "gazetteer.paths_to": lambda tx, who, it: gazetteer.paths_to(tx, who, [it.area]),
    "hanging.rooted": lambda tx, who, it: hanging.rooted(tx, who, it.run, after=0, limit=9),
    "hanging.hung": lambda tx, who, it: hanging.hung(tx, who, it.run, 0, after=0, limit=9),
    "hanging.hanging_on": lambda tx, who, it: hanging.hanging_on(tx, who, it.run, ["v"]),
    "hanging.hang": lambda tx, who, it: hanging.hang(tx, who, it.run, [2], 5),
    "hanging.loose": lambda tx, who, it: hanging.loose(tx, who, it.run, 9),
    "hanging.circling": lambda tx, who, it: hanging.circling(tx, who, it.run, 9),
    "households.load": lambda tx, who, it: households.load(tx, who, it.household),
    "households.in_area": lambda tx, who, it: households.in_area(tx, who, it.area),
    "households.under_site": lambda tx, who, it: households.under_site(tx, who, it.site),
    "nearby.area_near": lambda tx, who, _: nearby.area_near(tx, who, 28.1, 115.7),
    "nearby.villages_near": lambda tx, who, _: nearby.villages_near(tx, who, 28.1, 115.7),
    "offices.nearest": lambda tx, who, it: offices.nearest(tx, who, it.area, "party_cell"),
    "offices.topmost": lambda tx, who, _: offices.topmost(tx, who, "party_cell"),
    "offices.by_id": lambda tx, who, it: offices.by_id(tx, who, it.organisation),
    "operators.make": lambda tx, who, it: operators.make(tx, who, title="n", area=it.area, roles=[Role.ADMIN], at=NOON),
    "operators.disable": lambda tx, who, it: operators.disable(tx, who, it.operator, at=NOON),
    "operators.load": lambda tx, who, it: operators.load(tx, who, it.operator),
    "operators.details": lambda tx, who, it: operators.details(tx, who, it.operator),
    "operators.everyone": lambda tx, who, _: operators.everyone(tx, who),
    "organisations.load": lambda tx, who, it: organisations.load(tx, who, it.organisation),
    "organisations.in_area": lambda tx, who, it: organisations.in_area(tx, who, it.area),
    "organisations.members": lambda tx, who, it: organisations.members(tx, who, it.organisation),
    "owners.open_for": lambda tx, who, it: owners.open_for(
        tx, who, DESK, [Opening(it.person, "sms", "+15550199", "hand")], at=NOON
    ),
    "owners.end_links": lambda tx, who, it: owners.end_links(
        tx, who, DESK, directory.address_owners.c.person_id == it.person, "moved", at=NOON
    ),
    "owners.end_called": lambda tx, who, _: owners.end_called(tx, who, DESK, "test", ["p"], "moved", at=NOON),
    "owners.refuse_strangers": lambda tx, who, it: owners.refuse_strangers(tx, who, {it.person}, NOON),
    "people.load": lambda tx, who, it: people.load(tx, who, it.person, now=NOON),
    "people.called": lambda tx, who, _: people.called(tx, who, "test", ["p"], now=NOON),
    "people.in_reach": lambda tx, who, it: people.in_reach(tx, who, [it.person], now=NOON),
    "people.names": lambda tx, who, it: people.names(tx, who, [it.person], now=NOON),
    "people.named": lambda tx, who, it: people.named(tx, who, f"Person {it.person}", now=NOON),
    "people.erase": lambda tx, who, it: people.erase(tx, who, DESK, it.person, at=NOON),
    "residents.in_area": lambda tx, who, it: residents.in_area(tx, who, it.area, now=NOON),
    "sites.load": lambda tx, who, it: sites.load(tx, who, it.site),
    "sites.in_area": lambda tx, who, it: sites.in_area(tx, who, it.area),
    "staging.is_under_way": lambda tx, who, _: staging.is_under_way(tx, who, "a mark"),
    "staging.stage": lambda tx, who, it: staging.stage(tx, who, it.run, [StagedRow(9, "x", {})]),
    "staging.read": lambda tx, who, it: staging.read(tx, who, it.run, START, 9),
    "staging.mark_faulty": lambda tx, who, it: staging.mark_faulty(tx, who, it.run, [2]),
    "staging.first_lines": lambda tx, who, it: staging.first_lines(tx, who, it.run, ["x"]),
    "staging.present": lambda tx, who, it: staging.present(tx, who, it.run, ["x"]),
    "staging.decide": lambda tx, who, it: staging.decide(tx, who, it.run, retires=True),
    "staging.advance": lambda tx, who, it: staging.advance(tx, who, it.run, Place(1, 2)),
    "staging.discard": lambda tx, who, it: staging.discard(tx, who, it.run, 9),
    "staging.unfinished": lambda tx, who, _: staging.unfinished(tx, who, applying=False),
}
HARMLESS = {
    "staging.begin": "opens a run of the actor's own, in the actor's own area",
    "staging.count_anew": "shows and changes no row",
}


def public_functions(module: ModuleType) -> Sequence[str]:
    """Return the names of what a store offers, `module.function`."""
    short = module.__name__.rpartition(".")[2]
    return [
        f"{short}.{name}"
        for name, each in vars(module).items()
        if inspect.iscoroutinefunction(each) and each.__module__ == module.__name__ and not name.startswith("_")
    ]


def test_every_store_function_is_tried() -> None:
    offered = {name for store in STORES for name in public_functions(store)}
    assert offered == set(TRIES) | set(HARMLESS)


@pytest.fixture
async def scene(database: Database) -> Scene:
    world = World(database)
    area, elsewhere = await world.area("v"), await world.area("w")
    person = await world.person(area, sms="+15550100", external_id="p")
    address = await world.address("sms", "+15550100")
    async with database.writing() as tx:
        await tx.execute(directory.address_owners.update().values(external_id="p"))
        await tx.execute(directory.addresses.update().values(stopped_at=1))
        owner = await operators.make(tx, HUB, title="a post", area=area, roles=[Role.ADMIN], at=NOON)
        run = await staging.begin(tx, owner.actor(), "areas", "office", mark="a mark")
        rows = [StagedRow(2, "x", {}, above="v", depth=None), StagedRow(3, "y", {}, above="v")]
        await staging.stage(tx, owner.actor(), run, rows)
    site = await world.site(area)
    return Scene(
        area=area,
        person=person,
        address=address,
        household=await world.household(area, site=site, latitude=28.1, longitude=115.7),
        organisation=await world.organisation(area, members=[person]),
        site=site,
        post=await world.post(area, "patrol", person),
        gateway=await world.gateway(area, "g", state="online", heard_at=1),
        operator=owner.id,
        run=run,
        stranger=operator("stranger", elsewhere, ALL_ROLES),
        bystander=operator("bystander", area, []),
    )


async def everything(tx: Transaction) -> dict[str, list[Any]]:
    """Return every row there is."""
    return {table.name: [tuple(row) for row in await tx.rows(select(table))] for table in metadata.sorted_tables}


async def outcome(tx: Transaction, attempt: Try, actor: Actor, scene: Scene) -> object:
    """Return what the attempt showed, None if it was refused; a refusal must not poison the transaction."""
    try:
        return await attempt(tx, actor, scene)
    except MingluoError:
        return None


async def test_a_stranger_is_shown_nothing_and_changes_nothing(database: Database, scene: Scene) -> None:
    async with database.writing() as tx:
        before = await everything(tx)
        for name, attempt in TRIES.items():
            shown = await outcome(tx, attempt, scene.stranger, scene)
            assert not shown or isinstance(shown, NoSuchArea), name
        assert await everything(tx) == before


async def test_who_has_no_role_changes_nothing_even_at_home(database: Database, scene: Scene) -> None:
    async with database.writing() as tx:
        before = await everything(tx)
        for attempt in TRIES.values():
            await outcome(tx, attempt, scene.bystander, scene)
        assert await everything(tx) == before


async def test_the_tries_are_real_ones_the_hub_is_shown_or_changes_something(database: Database, scene: Scene) -> None:
    """What the hub itself may do must show in the same calls, else they would prove nothing."""
    idle = {
        "areas.close_over",  # given nothing to close over
        "areas.move",  # below itself
        "areas.children",  # it has none
        "consents.present",  # nobody was asked
        "hanging.rooted",  # the hub sees it below, but its parent
        "owners.refuse_strangers",  # returns nothing, and refuses nobody here
    }
    async with database.reading() as tx:
        before = await everything(tx)
    for name, attempt in TRIES.items():
        async with database.reading() as tx:
            shown = await outcome(tx, attempt, HUB, scene)
            assert shown or name in idle or await everything(tx) != before, name


@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_no_register_shows_or_changes_what_lies_elsewhere(database: Database, scene: Scene, kind: str) -> None:
    register = KINDS[kind].register
    intake = Intake("test", NOON, DESK)
    async with database.writing() as tx:
        before = await everything(tx)
        own = set(await register.listed(tx, scene.stranger, intake, after="", limit=99))
        assert own <= {"w"}  # the stranger's village itself, among areas
        every = [each for each in await register.listed(tx, HUB, intake, after="", limit=99) if each not in own]
        known = await register.known(tx, scene.stranger, intake, every)
        assert not any(each.mine for each in known.values())
        await register.retire(tx, scene.stranger, intake, every)
        assert await everything(tx) == before


def test_an_entry_says_what_is_new_and_what_is_changed() -> None:
    known = Known(1, mine=True, values={"name": "a", "rank": 1})
    assert Entry("x", {"name": "a"}, None).new
    assert not Entry("x", {"name": "a"}, known).changed
    assert Entry("x", {"name": "b"}, known).changed
    assert not Entry("x", {"name": "b"}, known).says_otherwise("rank")
