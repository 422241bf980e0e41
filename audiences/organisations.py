"""An organisation: a party cell, a committee, an office, an enterprise; its members are reached through it."""

from dataclasses import dataclass
from enum import StrEnum


class OrganisationKind(StrEnum):
    """The kinds the house knows; a deployment's own begin with `x_`."""

    PARTY_CELL = "party_cell"
    VILLAGE_COMMITTEE = "village_committee"
    TOWNSHIP_OFFICE = "township_office"
    COMMAND_CENTRE = "command_centre"
    ENTERPRISE = "enterprise"
    SCHOOL = "school"
    RESCUE_TEAM = "rescue_team"


@dataclass(frozen=True, slots=True)
class Organisation:
    id: int
    kind: str
    name: str
    area: int
