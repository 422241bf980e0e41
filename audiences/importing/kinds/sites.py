"""Sites: id, kind, name, area_code, and the point if it is known (WGS 84, degrees)."""

from audiences.importing import references
from audiences.importing.cells import choice, number, text
from audiences.importing.kind import Column, Kind
from audiences.sites import SiteKind
from audiences.stores.intake.registers.places import PlaceRegister
from audiences.stores.tables import posts, sites

SITES = Kind(
    "sites",
    columns=(
        Column("id", text(80)),
        Column("kind", choice(SiteKind)),
        Column("name", text(120)),
        Column("area_code", text(40), refers=references.area()),
        Column("latitude", number(-90, 90), needed=False, filled=False),
        Column("longitude", number(-180, 180), needed=False, filled=False),
    ),
    identity=("id",),
    register=PlaceRegister(sites, posts.c.site_id, "kind", "name", "area_id", "latitude", "longitude"),
)
