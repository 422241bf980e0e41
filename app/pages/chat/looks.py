"""How the chat page looks: its words in one language, what was told so far, and the words that its script says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.pages.chat.files import SHELF
from app.pages.laying_out import LANGUAGES
from broadcast.stores.webchat import Line
from ground.clock import BEIJING, moment
from templates.rendering import render_page

LONGEST_LIST: Final = 20  # messages on a page without script; what is older was read or is over


@dataclass(frozen=True, slots=True)
class Shown:
    """What one showing of the page is made of."""

    language: str
    lines: Sequence[Line] = field(repr=False)
    key: str
    proof: str = field(repr=False)
    call: str
    link: str = ""
    trouble: str = ""
    text: str = field(repr=False, default="")


def chat_page(shown: Shown) -> str:
    lines = shown.lines[-LONGEST_LIST:]
    values: dict[str, Any] = {
        "shown": shown,
        "lines": [(line, f"{moment(line.at, BEIJING):%H:%M}") for line in lines],
        "seen": ",".join(str(line.seq) for line in lines),
        "drill": bool(lines) and bool(lines[-1].message["drill"]),
        "other_language": LANGUAGES[shown.language],
        "style": SHELF.address_of("chat.css"),
        "scripts": [SHELF.address_of("keeping.js"), SHELF.address_of("chat.js")],
    }
    return render_page("chat.html.j2", shown.language, values)
