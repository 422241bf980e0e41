"""Rows of a roll as a sentence names them: 1涂国平（不能走） 不肯走；2李梅."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from templates.catalogues import translations
from templates.labels import LABELS, label

UNSAID: Final = "unknown"


def rows_said(rows: Sequence[Mapping[str, Any]], language: str) -> str:
    """Return rows with their needs and states, one after the other."""
    words = translations(language)
    between = words.pgettext("between rows", "；")
    return str(between).join(_row(row, language) for row in rows)


def needs_said(codes: Sequence[str], language: str) -> str:
    """Return short codes in words; a deployment's own codes say themselves."""
    between = str(translations(language).pgettext("between needs", "、"))
    return between.join(label("burden", code, language) if code in LABELS["burden"] else code for code in codes)


def _row(row: Mapping[str, Any], language: str) -> str:
    words = translations(language)
    needs = needs_said(row["needs"], language)
    said = str(words.pgettext("row of a roll", "%(number)s%(name)s")) % {"number": row["number"], "name": row["name"]}
    if needs:
        said += str(words.pgettext("needs of a row", "（%(needs)s）")) % {"needs": needs}
    return said if row["state"] == UNSAID else f"{said} {label('person state', row['state'], language)}"
