"""The directory's tables: places, people, duties, addresses, and audiences as they were frozen.

Every thing that comes from outside has (source, external_id). What identifies a person (name, number) lives in rows
that can be erased: `particulars` and `addresses.value`; everything else names people by id.
"""

from audiences.stores.tables.addresses import address_owners, addresses, consents, opt_outs, proof_codes, proof_tries
from audiences.stores.tables.duties import operators, organisation_members, organisations, posts, terms
from audiences.stores.tables.frozen import audience_members, audiences, saved_audiences
from audiences.stores.tables.imports import import_rows, import_runs
from audiences.stores.tables.people import erasures, households, needs, particulars, people, relatives
from audiences.stores.tables.places import (
    area_closure,
    area_readings,
    areas,
    gateways,
    site_limits,
    sites,
    village_codes,
)
from audiences.stores.tables.rosters import organisation_addresses, shifts

__all__ = [
    "address_owners",
    "addresses",
    "area_closure",
    "area_readings",
    "areas",
    "audience_members",
    "audiences",
    "consents",
    "erasures",
    "gateways",
    "households",
    "import_rows",
    "import_runs",
    "needs",
    "operators",
    "opt_outs",
    "organisation_addresses",
    "organisation_members",
    "organisations",
    "particulars",
    "people",
    "posts",
    "proof_codes",
    "proof_tries",
    "relatives",
    "saved_audiences",
    "shifts",
    "site_limits",
    "sites",
    "terms",
    "village_codes",
]
