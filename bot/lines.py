"""A line: one sentence of a conversation, with the choices that it offers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from broadcast.content.message import Choice


class Wants(StrEnum):
    """What a platform may offer a button for; the words ask for it anyway."""

    NOTHING = ""
    PLACE = "place"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of templates/conversations/<flow>.txt.j2: the block's name and what it is about."""

    block: str
    values: Mapping[str, object] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()  # key: the flow's own word, 40 bytes at most; label: what is shown
    many: bool = False  # several of the choices may be taken: "1 3", or one press after another and then "done"
    wants: Wants = Wants.NOTHING
    labels: str = ""  # the kind of label by whose table the choices are named in each language, if many are told


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line, and the conversation whose it is."""

    flow: str
    line: Line
