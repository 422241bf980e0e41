"""Words within texts: found and withheld by the database itself, in plain columns and in JSON."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Text, cast, false, func, or_, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

from ground.tables import Json
from ground.transaction import Dialect, Transaction
from templates.masking import AT_MOST, WITHHELD

NOBODY = WITHHELD * AT_MOST


def saying(tx: Transaction, column: Column[Any], words: Sequence[str]) -> ColumnElement[bool]:
    """Say that a column holds one of the words."""
    finds = func.strpos if tx.dialect is Dialect.POSTGRESQL else func.instr
    return or_(false(), *(finds(_text(tx, column), _spelt(tx, column, word)) > 0 for word in words))


def without(tx: Transaction, column: Column[Any], words: Sequence[str]) -> ColumnElement[Any]:
    """Return what a column holds, each of the words withheld."""
    text = _text(tx, column)
    for word in words:
        text = func.replace(text, _spelt(tx, column, word), _spelt(tx, column, NOBODY))
    return cast(text, JSONB) if _is_json(column) and tx.dialect is Dialect.POSTGRESQL else text


def _text(tx: Transaction, column: Column[Any]) -> ColumnElement[str]:
    if not _is_json(column):
        return column
    return cast(column, Text) if tx.dialect is Dialect.POSTGRESQL else type_coerce(column, Text)


def _spelt(tx: Transaction, column: Column[Any], word: str) -> str:
    """Return a word as the column spells it: SQLite keeps JSON as it was written, in ASCII."""
    if not _is_json(column):
        return word
    return json.dumps(word, ensure_ascii=tx.dialect is Dialect.SQLITE)[1:-1]


def _is_json(column: Column[Any]) -> bool:
    return column.type is Json
