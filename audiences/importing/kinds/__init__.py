"""The kinds of files that can be imported, in the order in which a deployment is filled."""

from collections.abc import Mapping

from audiences.importing.errors import UnknownKind
from audiences.importing.kind import Kind
from audiences.importing.kinds.addresses import ADDRESSES
from audiences.importing.kinds.areas import AREAS
from audiences.importing.kinds.gateways import GATEWAYS
from audiences.importing.kinds.households import HOUSEHOLDS
from audiences.importing.kinds.members import MEMBERS
from audiences.importing.kinds.organisations import ORGANISATIONS
from audiences.importing.kinds.people import PEOPLE
from audiences.importing.kinds.posts import POSTS
from audiences.importing.kinds.relatives import RELATIVES
from audiences.importing.kinds.responsibles import RESPONSIBLES
from audiences.importing.kinds.shifts import SHIFTS
from audiences.importing.kinds.site_limits import SITE_LIMITS
from audiences.importing.kinds.sites import SITES

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        AREAS,
        GATEWAYS,
        ORGANISATIONS,
        SITES,
        SITE_LIMITS,
        HOUSEHOLDS,
        PEOPLE,
        ADDRESSES,
        MEMBERS,
        RELATIVES,
        RESPONSIBLES,
        POSTS,
        SHIFTS,
    )
}


def kind_of(name: str) -> Kind:
    if name not in KINDS:
        raise UnknownKind(kind=name, known=", ".join(KINDS))
    return KINDS[name]
