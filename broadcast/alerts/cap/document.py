"""A CAP message as it stands in a file: every element of OASIS CAP 1.2, nothing interpreted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ground.clock import instant

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
EARLIER_NAMESPACES: Final = {
    "urn:oasis:names:tc:emergency:cap:1.1": "1.1",
    "http://www.incident.com/cap/1.0": "1.0",
}
SIGNATURE: Final = "{http://www.w3.org/2000/09/xmldsig#}Signature"
MEDIA_TYPE: Final = "application/cap+xml"
DEFAULT_LANGUAGE: Final = "en-US"  # what an info without a language is in, by the standard

STRICT_STAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+](?:(?:0\d|1[0-3]):[0-5]\d|14:00)", re.ASCII)
LENIENT_STAMP: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,]\d{1,9})?\s?(Z|z|[-+]\d\d:?\d\d|)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment as CAP writes it: the instant in milliseconds and the text, whose offset notation is kept."""

    at: int
    text: str

    @classmethod
    def read(cls, text: str) -> "Stamp":
        """Read a dateTime leniently (Z, fractions, a missing offset is UTC); ValueError if it is none."""
        found = LENIENT_STAMP.fullmatch(text.strip())
        if found is None:
            raise ValueError("no date and time")
        day, clock, offset = found.groups()
        late = clock == "24:00:00"  # the end of a day, as XML Schema allows
        shown = f"{day}T{'00:00:00' if late else clock}{'+00:00' if offset in {'', 'Z', 'z'} else offset}"
        moment = datetime.fromisoformat(shown) + timedelta(days=late)
        return cls(instant(moment), text.strip())

    @property
    def is_strict(self) -> bool:
        return STRICT_STAMP.fullmatch(self.text) is not None

    @property
    def strict(self) -> str:
        """Return it as the standard wants it: whole seconds, an explicit offset, never Z."""
        if self.is_strict:
            return self.text
        return datetime.fromtimestamp(self.at // 1_000, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


@dataclass(frozen=True, slots=True)
class Named:
    """A value with the name of the list it is from: eventCode, parameter, geocode."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One earlier message: `sender,identifier,sent`."""

    sender: str
    identifier: str
    sent: Stamp

    def __str__(self) -> str:
        return f"{self.sender},{self.identifier},{self.sent.strict}"


@dataclass(frozen=True, slots=True)
class Resource:
    description: str
    mime_type: str = ""
    size: int | None = None  # bytes
    uri: str = ""
    deref_uri: str = ""  # base64; only for one-way links
    digest: str = ""  # SHA-1 of the bytes, 40 hexadecimal digits


@dataclass(frozen=True, slots=True)
class Area:
    description: str
    polygons: tuple[str, ...] = ()  # `lat,lon lat,lon …`, WGS 84, first equals last
    circles: tuple[str, ...] = ()  # `lat,lon radius`, kilometres
    geocodes: tuple[Named, ...] = ()
    altitude: str = ""  # feet above mean sea level, as is the ceiling
    ceiling: str = ""


@dataclass(frozen=True, slots=True)
class Info:
    """What is said in one language; several of the same language add to each other."""

    language: str = DEFAULT_LANGUAGE
    categories: tuple[str, ...] = ()
    event: str = ""
    responses: tuple[str, ...] = ()
    urgency: str = "Unknown"
    severity: str = "Unknown"
    certainty: str = "Unknown"
    audience: str = ""
    event_codes: tuple[Named, ...] = ()
    effective: Stamp | None = None
    onset: Stamp | None = None
    expires: Stamp | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Named, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()

    def parameter(self, name: str) -> str:
        return next((each.value for each in self.parameters if each.name == name), "")


@dataclass(frozen=True, slots=True)
class CapAlert:
    """One message. `signed`: it carries an XML signature, which nobody here has verified."""

    identifier: str
    sender: str
    sent: Stamp
    status: str
    msg_type: str
    scope: str
    source: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[Info, ...] = ()
    signed: bool = False

    @property
    def identity(self) -> tuple[str, str, int]:
        """What makes two files the same message: sender, identifier, and `sent` as an instant."""
        return self.sender, self.identifier, self.sent.at


@dataclass(frozen=True, slots=True)
class LintNote:
    """Something that is not as the standard wants it and that was read nevertheless."""

    code: str  # noun.adjective, stable: time.lax, polygon.open
    where: str  # the element: info[0].expires
    text: str  # what is wrong and what was made of it


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was understood, with everything that was wrong with it."""

    alert: CapAlert
    notes: Sequence[LintNote]
    digest: str  # SHA-256 of the bytes, hexadecimal
