"""The forms for what is entered by hand: the columns of the files, but other things are named by the hub's own ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Table

from audiences.errors import UnknownHousehold, UnknownPerson
from audiences.importing import references
from audiences.importing.cells import chat, text
from audiences.importing.kind import Column, Kind, Reference
from audiences.importing.kinds.households import HOUSEHOLDS
from audiences.importing.kinds.people import PEOPLE
from audiences.importing.kinds.responsibles import RESPONSIBLES
from audiences.stores import people as people_store
from audiences.stores.intake.registers.base import Intake
from audiences.stores.intake.registers.origins import ids_present
from audiences.stores.tables import households, people, sites
from ground.actor import Actor
from ground.errors import NotFound
from ground.transaction import Transaction

LONGEST_ID = 19  # digits
CALLED = "external_id"


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked of one thing. It is written kind by kind, the first of which makes the row in `table`."""

    what: str
    table: Table
    kinds: tuple[Kind, ...]
    unknown: type[NotFound]


def _by_id(what: str, becomes: str, table: Table) -> Reference:
    async def resolve(tx: Transaction, actor: Actor, _intake: Intake, keys: Sequence[str]) -> Mapping[str, int]:
        present = await ids_present(tx, actor, table, [int(key) for key in keys])
        return {str(each): each for each in present}

    return Reference(what, becomes, resolve)


def _person_by_id(becomes: str) -> Reference:
    async def resolve(tx: Transaction, actor: Actor, intake: Intake, keys: Sequence[str]) -> Mapping[str, int]:
        present = await people_store.in_reach(tx, actor, [int(key) for key in keys], now=intake.at)
        return {str(each): each for each in present}

    return Reference("person", becomes, resolve)


def _points(name: str, refers: Reference) -> Column:
    return Column(name, text(LONGEST_ID), needed=False, filled=False, refers=refers)


def _form_of(kind: Kind, *own: Column) -> Kind:
    """Return a kind as it is entered by hand: what the file says without pointing at anything else, and its own."""
    plain = [column for column in kind.columns if column.refers is None]
    called = [replace(column, name=CALLED) if column.name in kind.identity else column for column in plain]
    return replace(kind, columns=(*called, *own), identity=(CALLED,))


_AREA = Column("area", text(40), refers=references.area())

PERSON = Form(
    "person",
    people,
    (
        _form_of(
            PEOPLE,
            _AREA,
            _points("household", _by_id("household", "household_id", households)),
            Column("telegram", chat, needed=False, filled=False, personal=True),
        ),
    ),
    UnknownPerson,
)

HOUSEHOLD = Form(
    "household",
    households,
    (
        _form_of(
            HOUSEHOLDS,
            _AREA,
            _points("site", _by_id("site", "site_id", sites)),
            _points("shelter", _by_id("site", "shelter_id", sites)),
        ),
        _form_of(
            RESPONSIBLES,
            _points("responsible_a", _person_by_id("responsible_a_id")),
            _points("responsible_b", _person_by_id("responsible_b_id")),
        ),
    ),
    UnknownHousehold,
)
