"""Households: id, area_code, and what is known of the point, the danger, the site, the assembly point, the way out."""

from audiences.importing import references
from audiences.importing.cells import code, number, text
from audiences.importing.kind import Column, Kind
from audiences.stores.intake.registers.plain import PlainRegister
from audiences.stores.tables import households

_NAMES = ("area_id", "latitude", "longitude", "hazard", "site_id", "assembly_point", "shelter_id", "route")

HOUSEHOLDS = Kind(
    "households",
    columns=(
        Column("id", text(80)),
        Column("area_code", text(40), refers=references.area()),
        Column("latitude", number(-90, 90), needed=False, filled=False, personal=True),
        Column("longitude", number(-180, 180), needed=False, filled=False, personal=True),
        Column("hazard", code, needed=False, filled=False),
        Column("site", text(80), needed=False, filled=False, refers=references.site()),
        Column("assembly_point", text(120), needed=False, filled=False),
        Column("shelter", text(80), needed=False, filled=False, refers=references.site("shelter_id")),
        Column("route", text(2000), needed=False, filled=False),
    ),
    identity=("id",),
    register=PlainRegister(households, *_NAMES),
)
