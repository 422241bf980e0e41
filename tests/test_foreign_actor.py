"""Every store function, found by itself, tried by an operator of another county who has every role there is.

A new function is tried without being written down here; if it takes an argument that has no example yet, the test says
so. Nothing of the other county may come back, and nothing there may change.
"""

import importlib
import inspect
import pkgutil
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select, text

from broadcast.errors import OutsideYourArea
from broadcast.stores import alerts
from ground.actor import Actor, HubOnly, Role, operator, person
from ground.errors import MingluoError
from ground.tables import metadata
from ground.transaction import Database, Dialect, Transaction
from tests import databases
from tests.broadcast.alerts.warnings import rain
from tests.builders import NOON
from tests.foreign_county import FOREIGN, FOREIGN_WORDS, SECOND_WAYS, Counties, examples, particular, two_counties

STORES = ("audiences.stores", "broadcast.stores", "bot.stores")

STEPPING_STONES = {
    "audiences.stores.targets.freezing.add_people": "takes the row that `hold`, which is bounded, returned",
    "audiences.stores.intake.registers.origins.replace_rows": "takes keys that a register's bounded `known` returned",
    "audiences.stores.intake.registers.origins.update_rows": "takes keys that a register's bounded `known` returned",
    "audiences.stores.targets.resolving.resolve_again": "takes the scope that is kept with the audience",
    "audiences.stores.targets.shelf.rows_saved": "takes a SELECT that `saved_visible` bounded",
    "audiences.stores.targets.windows.next_by_area": "takes roots that lie in the scope of the audience",
    "audiences.stores.targets.windows.next_on_duty": "returns how far to look; whom to look at is bounded by `on_duty`",
    "bot.stores.assistance.rows.one": "takes a condition of another store function, and is bounded itself",
    "bot.stores.assistance.offices.require_able": "is asked by `take`, which is bounded, and only refuses",
    "bot.stores.assistance.writing.write_step": "writes down what `apply` and `take`, which are bounded, allowed",
    "bot.stores.relief.rows.one": "takes a condition of another store function, and is bounded itself",
    "bot.stores.relief.writing.write_step": "writes down what `file` and `take`, which are bounded, allowed",
}
"""Parts of other store functions, with what bounds them."""

EVERYBODYS = {
    "broadcast.stores.alerts.identifiers_from": "an office's identifiers are public, and must differ in all areas",
}

ECHOES = {"audiences.stores.targets.preview.preview", "audiences.stores.intake.staging.begin"}
"""What answers with the very words it was given: the rules and channels of a preview, the kind and source of a run."""

QUIET = {
    "audiences.stores.reach.owners.refuse_strangers": "only refuses",
    "audiences.stores.intake.staging.count_anew": "tells only the planner of PostgreSQL",
    "broadcast.stores.alert_steps.lock_identifiers": "locks, until the transaction ends",
    "broadcast.stores.alert_steps.require_no_writer": "only refuses",
    "broadcast.stores.stops.stop_channel": "holds for all areas, so it is refused to everybody who is bounded",
}
"""What neither returns nor changes anything at home either."""

Function = Callable[..., Awaitable[Any]]
STRANGER = operator("stranger", -1, Role)
in_one_loop = pytest.mark.asyncio(loop_scope="module")


def store_functions() -> Iterator[tuple[str, Function]]:
    for package in STORES:
        root = importlib.import_module(package)
        for found in pkgutil.walk_packages(root.__path__, f"{package}."):
            for name, function in vars(importlib.import_module(found.name)).items():
                own = inspect.iscoroutinefunction(function) and function.__module__ == found.name
                if own and not name.startswith("_"):
                    yield f"{found.name}.{name}", function


def needs(function: Function) -> list[str]:
    """Return the names of what a function must be given besides the transaction and the actor."""
    given = list(inspect.signature(function).parameters.values())[2:]
    return [each.name for each in given if each.default is each.empty and each.kind is not each.VAR_KEYWORD]


def called(function: Function, tx: Transaction | None, actor: Actor, named: Mapping[str, Any]) -> Any:
    filled = inspect.BoundArguments(inspect.signature(function), {"tx": tx, "actor": actor, **named})
    return function(*filled.args, **filled.kwargs)


def refused_at_once(function: Function, actor: Actor) -> bool:
    """Say whether the actor is refused as not the hub, before anything is looked at."""
    try:
        called(function, None, actor, dict.fromkeys(needs(function), ())).send(None)
    except Exception as error:  # noqa: BLE001 - else it looks at what is not there, for it is not the hub's alone
        return isinstance(error, HubOnly)
    return False


FOUND = dict(store_functions())
TRIED = {name: function for name, function in FOUND.items() if name not in STEPPING_STONES}
HUBS_OWN = {name for name, function in TRIED.items() if refused_at_once(function, STRANGER)}
CASES = sorted([*(TRIED.keys() - HUBS_OWN), *SECOND_WAYS])


Row = tuple[str, Mapping[str, Any]]  # its table, and what it says column by column


@dataclass(frozen=True, slots=True)
class Built:
    """Both counties in a database that stays as it is: whatever is done there is rolled back."""

    database: Database
    counties: Counties
    rows: Mapping[str, Row]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call came to: the answer or the refusal, the rows it added, and those it took away or changed."""

    answer: Any
    refusal: MingluoError | None
    added: list[Row]
    lost: list[str]


async def built(database: Database) -> Built:
    counties = await two_counties(database)
    async with database.reading() as tx:
        return Built(database, counties, await everything(tx))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Built]:
    async with databases.fresh_sqlite(sqlite_template, tmp_path_factory.mktemp("counties")) as database:
        yield await built(database)


async def tried(both: Built, case: str, caller: Actor) -> Outcome:
    """Call a function with the examples of home, see what came of it, and undo it."""
    answer, refusal = None, None
    function, arguments = TRIED[case.partition(":")[0]], given(both.counties, case, caller)
    async with both.database.writing() as tx:
        before = await writes(tx)
        try:
            async with tx.connection.begin_nested():
                answer = await called(function, tx, caller, arguments)
        except MingluoError as error:
            refusal = error
        after = both.rows if await writes(tx) == before else await everything(tx)
        await tx.connection.rollback()
    added = [after[key] for key in after.keys() - both.rows.keys()]
    return Outcome(answer, refusal, added, sorted(both.rows.keys() - after.keys()))


def given(counties: Counties, case: str, caller: Actor) -> dict[str, Any]:
    """Return the arguments of a case."""
    own = particular(counties, caller).get(case, {})
    known = examples(counties) | own
    needed = {*needs(TRIED[case.partition(":")[0]]), *own}
    missing = sorted(needed - known.keys())
    assert not missing, f"{case} takes {missing}: give an example of it in tests/foreign_county.py"
    return {name: known[name] for name in needed}


async def writes(tx: Transaction) -> Any:
    """Return what is another as soon as the transaction has written anything, by the database's own account."""
    if tx.dialect is Dialect.SQLITE:
        return await tx.value(select(func.total_changes()))
    return await tx.value(text("SELECT pg_current_xact_id_if_assigned()::text"))


async def everything(tx: Transaction) -> Mapping[str, Row]:
    found = {}
    for table in metadata.sorted_tables:
        for row in await tx.rows(select(table)):
            found[f"{table.name} {row}"] = (table.name, dict(row._mapping))
    return found


def words_of(answer: Any) -> Iterator[Any]:
    """Return all that an answer says, down to its last field; nothing, zero and no are silence."""
    match answer:
        case str() | int() | float():
            yield from [answer] if answer else []
        case Mapping():
            yield from words_of([*answer.keys(), *answer.values()])
        case Collection():
            for each in answer:
                yield from words_of(each)
        case _ if is_dataclass(answer):
            yield from words_of([getattr(answer, each.name) for each in fields(answer)])
        case _:
            yield from [] if answer is None else [answer]


def assert_nothing_of_home(outcome: Outcome, both: Built, case: str) -> None:
    """What is the foreigner's own may come back, and rows may be added in the own county."""
    foreigner = both.counties.foreigner
    assert not outcome.lost
    for table, row in outcome.added:
        assert foreigner.area in (row.get("area_id"), row.get("actor_area_id")), table
    own = {*words_of(foreigner), *FOREIGN_WORDS, *(row["id"] for _, row in outcome.added)}
    if case in ECHOES:
        own |= {*words_of(given(both.counties, case, foreigner))}
    if case not in EVERYBODYS:
        assert not set(words_of(outcome.answer)) - own


@pytest.mark.parametrize("name", sorted(FOUND.keys() - STEPPING_STONES.keys()))
def test_a_store_function_takes_a_transaction_and_who_acts(name: str) -> None:
    assert list(inspect.signature(FOUND[name]).parameters)[:2] == ["tx", "actor"]


def test_every_exception_is_of_a_function_that_is_there() -> None:
    assert STEPPING_STONES.keys() <= FOUND.keys()
    assert EVERYBODYS.keys() | QUIET.keys() <= set(CASES)


@pytest.mark.parametrize("name", sorted(HUBS_OWN))
def test_what_is_the_hubs_own_is_refused_to_the_highest_operator_and_to_people(name: str) -> None:
    for outsider in (operator("highest", None, Role), person(1, 1)):
        assert refused_at_once(TRIED[name], outsider)


@in_one_loop
@pytest.mark.parametrize("case", CASES)
async def test_a_foreigner_sees_and_changes_nothing_of_home(both: Built, case: str) -> None:
    assert_nothing_of_home(await tried(both, case, both.counties.foreigner), both, case)


@in_one_loop
@pytest.mark.parametrize("case", CASES)
async def test_an_operator_of_home_gets_what_the_foreigner_does_not(both: Built, case: str) -> None:
    outcome = await tried(both, case, both.counties.operator)
    something = bool(outcome.added or outcome.lost or [*words_of(outcome.answer)])
    assert something is (case not in QUIET)
    assert outcome.refusal is None or case in QUIET


@in_one_loop
@pytest.mark.parametrize("roles", [(), (Role.AUDITOR,)], ids=["without_a_role", "auditor"])
@pytest.mark.parametrize("case", CASES)
async def test_who_may_at_most_read_changes_nothing(both: Built, case: str, roles: tuple[Role, ...]) -> None:
    outcome = await tried(both, case, replace(both.counties.operator, roles=frozenset(roles)))
    assert (outcome.added, outcome.lost) == ([], [])


@in_one_loop
async def test_a_warning_of_ones_own_is_never_aimed_at_an_audience_of_another_county(both: Built) -> None:
    foreigner = both.counties.foreigner
    async with both.database.writing() as tx:
        own = await alerts.keep(tx, foreigner, rain(FOREIGN), NOON)
        with pytest.raises(OutsideYourArea):
            await alerts.set_audience(tx, foreigner, own.id, both.counties.directory.audience)
        await tx.connection.rollback()


async def test_a_foreigner_is_bounded_on_postgresql_too(postgresql: Database) -> None:
    both = await built(postgresql)
    for case in CASES:
        assert_nothing_of_home(await tried(both, case, both.counties.foreigner), both, case)
