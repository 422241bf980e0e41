"""Limits of sites: site, the flood limit of the season and the crest of the dam, in metres of the site's gauge."""

from audiences.importing import references
from audiences.importing.cells import metres, text
from audiences.importing.kind import Column, Kind
from audiences.stores.intake.registers.links import LinkRegister
from audiences.stores.tables import site_limits, sites

SITE_LIMITS = Kind(
    "site_limits",
    columns=(
        Column("site", text(80), refers=references.site()),
        Column("flood_limit", metres, needed=False, filled=False),
        Column("crest", metres, needed=False, filled=False),
    ),
    identity=("site",),
    register=LinkRegister(site_limits.c.site_id, sites, "flood_limit", "crest"),
)
