"""Relatives: person, relative, and what the relative is to the person (son, daughter, neighbour …) as a short code."""

from audiences.importing import references
from audiences.importing.cells import code, text
from audiences.importing.kind import Column, Kind
from audiences.stores.intake.registers.links import LinkRegister
from audiences.stores.tables import people, relatives

RELATIVES = Kind(
    "relatives",
    columns=(
        Column("person", text(80), personal=True, refers=references.person()),
        Column("relative", text(80), personal=True, refers=references.person("relative_id")),
        Column("relation", code),
    ),
    identity=("person", "relative"),
    register=LinkRegister(relatives.c.person_id, people, "relative_id", "relation"),
)
