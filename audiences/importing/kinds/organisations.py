"""Organisations: id, kind, name, area_code."""

from audiences.importing import references
from audiences.importing.cells import choice, text
from audiences.importing.kind import Column, Kind
from audiences.organisations import OrganisationKind
from audiences.stores.intake.registers.places import PlaceRegister
from audiences.stores.tables import organisations, posts

ORGANISATIONS = Kind(
    "organisations",
    columns=(
        Column("id", text(80)),
        Column("kind", choice(OrganisationKind)),
        Column("name", text(120)),
        Column("area_code", text(40), refers=references.area()),
    ),
    identity=("id",),
    register=PlaceRegister(organisations, posts.c.organisation_id, "kind", "name", "area_id"),
)
