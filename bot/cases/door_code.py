"""The code that a household shows at a shelter's door: on its sheet and in its order, scanned or read out."""

import re
import secrets
from typing import Final

from bot.cases.tracking import ALPHABET

LENGTH: Final = 12
PART: Final = 4
_CODE: Final = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


def new_code() -> str:
    """Return a code that nobody can guess: one among a million million million."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def spelled(code: str) -> str:
    """Return a code as it is printed and read out, in three parts."""
    return "-".join(code[at : at + PART] for at in range(0, len(code), PART))


def code_in(text: str) -> str | None:
    """Return the code that a text is, however it was typed; or that ends a link which was pasted."""
    last = text.strip().rstrip("/").rpartition("/")[2]
    plain = re.sub(r"[\s\-－—]", "", last).upper()
    return plain if _CODE.fullmatch(plain) else None
