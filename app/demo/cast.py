"""The cast: the sample's made-up people by what the sample calls them, and what each does in the story."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final

SOURCE: Final = "sample"  # whose files these are
HAIL_TOWNSHIP, HAIL_VILLAGE = "360981115000", "360981115205"
CITY, TOWNSHIP, VILLAGE, GROUP = "360981000000", "360981205000", "360981205205", "360981205205-G01"
KINDS: Final = ("areas", "gateways", "organisations", "sites", "households", "people", "members", "posts")
LAST_KIND: Final = "responsibles"  # names people for households, so it comes after both
ROSTER: Final = "shifts"  # of the duty room of Hehu

BELOW_THE_SLOPE: Final = "P-BX-"  # two households, six people
SHARES_A_PHONE: Final = ("P-BX-1", "P-BX-2")  # husband and wife, one old phone
WITHOUT_ADDRESS: Final = "P-BX-5"  # 82, no phone: somebody must knock on the door
NEEDS_HELP: Final = "P-BX-6"
BLOCKED_THE_BOT: Final = "P-200-11"
DEAD_PHONE: Final = "P-200-21"
REPAIRED_NUMBER: Final = "+99920000001"
OPTED_OUT: Final = "P-001-21"  # of warnings, in writing, at the township office
WANTS_NO_LESSONS: Final = "P-204-12"
SECRETARY: Final = "P-FJ-A"  # of Fujia's village committee
PATROL, PATROL_NEXT = "P-PATROL", "P-PATROL-NEXT"
AT_THIRD_CALL: Final = PATROL_NEXT  # answers neither text nor chat this morning
NUMBER_GONE_ON: Final = "P-207-A"  # somebody else has that number now; the deputy is called
ON_SHIFT: Final = ("P-OFFICE", "P-LEADER")  # out in the rain: whoever is in the duty room picks up
DUTY_ROOM: Final = "+99907950001"
POND_KEEPER, POND = "P-POND", "山背山塘"
SPEAKS_ENGLISH: Final = "P-TEACHER"
OFFLINE_GATEWAY: Final = "GW-360981205209"
OVERLOADED_VILLAGES: Final = ("P-212-", "P-213-")  # on the same mast, and the rain is heavy there
SILENT: Final = "-31"  # one in each village never answers the first time
NUMBER_UNKNOWN, CARRIER_OVERLOADED = 30005, 20503  # Twilio's error codes


@dataclass(frozen=True, slots=True)
class Cast:
    """Who has which phone and which chat; a person by the sample's name for them."""

    names: Mapping[str, str] = field(repr=False)
    phones: Mapping[str, str] = field(repr=False)
    chats: Mapping[str, str] = field(repr=False)

    @property
    def people(self) -> Sequence[str]:
        return list(self.names)

    @property
    def overloaded(self) -> Sequence[str]:
        """Phones that only have SMS, where the carrier takes nothing for a while."""
        return [
            number
            for person, number in self.phones.items()
            if person.startswith(OVERLOADED_VILLAGES) and person not in self.chats
        ]

    def at_phone(self, number: str) -> str | None:
        """Return whose phone this is; of several, the first."""
        if number == REPAIRED_NUMBER:
            return DEAD_PHONE
        return next((person for person, theirs in self.phones.items() if theirs == number), None)

    def in_chat(self, chat: str) -> str | None:
        return next((person for person, theirs in self.chats.items() if theirs == chat), None)


def read_cast() -> Cast:
    people = _rows("people")
    return Cast(
        names={row["id"]: row["name"] for row in people},
        phones={row["id"]: row["phone"] for row in people if row["phone"]},
        chats={row["person"]: row["chat"] for row in _rows("chats")},
    )


def sample(name: str) -> bytes:
    """Return a file of the sample."""
    return files("app.demo").joinpath("sample", name).read_bytes()


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(sample(f"{name}.csv").decode().splitlines()))
