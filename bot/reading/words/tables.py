"""The tables beside this file, as they are read."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def table(name: str) -> Mapping[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def phrases(name: str) -> Mapping[str, str]:
    """Return one regular expression for each list of a table: any of its phrases; English ones are whole words."""
    return {key: "(?:" + "|".join(map(_phrase, listed)) + ")" for key, listed in table(name).items()}


def _phrase(phrase: str) -> str:
    return rf"\b(?:{phrase})\b" if phrase.isascii() else phrase
