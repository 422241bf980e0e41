"""Members of organisations: organisation, person."""

from audiences.importing import references
from audiences.importing.cells import text
from audiences.importing.kind import Column, Kind
from audiences.stores.intake.registers.links import LinkRegister
from audiences.stores.tables import organisation_members, organisations

MEMBERS = Kind(
    "members",
    columns=(
        Column("organisation", text(80), refers=references.organisation()),
        Column("person", text(80), personal=True, refers=references.person()),
    ),
    identity=("organisation", "person"),
    register=LinkRegister(organisation_members.c.organisation_id, organisations, "person_id"),
)
