"""A CSV file as it is opened: its encoding found, its first row understood, its rows handed out in chunks."""

import codecs
import csv
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from audiences.importing.errors import (
    BadCsv,
    ColumnTwice,
    EmptyFile,
    MissingColumns,
    NulBytes,
    WrongDelimiter,
    WrongEncoding,
)
from audiences.importing.kind import Column

BLOCK = 1 << 20
OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the file, as wide as it is there."""

    row: int
    cells: Sequence[str] = field(repr=False)


class Sheet:
    """An open file. `columns` are those it has, `places` where they stand in a row; close it in the end."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._stream = path.open(encoding=encoding_of(path), newline="")
        try:
            self._reader = csv.reader(self._stream, strict=True)
            self._row = 1
            names = self._first_row(columns)
        except BaseException:
            self._stream.close()
            raise
        self.width = len(names)
        self.columns = tuple(column for column in columns if column.name in names)
        self.places = {column.name: names.index(column.name) for column in self.columns}
        self.ignored = tuple(name for name in names if name and name not in self.places)

    def chunk(self, limit: int) -> Sequence[Record]:
        """Return the next rows; blank ones are passed over, none left means the end."""
        return list(itertools.islice(self._records(), limit))

    def close(self) -> None:
        self._stream.close()

    def _records(self) -> Iterator[Record]:
        while (cells := self._next()) is not None:
            if any(cell.strip() for cell in cells):
                yield Record(self._row, cells)

    def _next(self) -> Sequence[str] | None:
        try:
            cells = next(self._reader, None)
        except csv.Error as error:
            raise BadCsv(row=self._row + 1, why=error) from error
        self._row += 1
        return cells

    def _first_row(self, columns: Sequence[Column]) -> Sequence[str]:
        try:
            names = [name.strip() for name in next(self._reader, [])]
        except csv.Error as error:
            raise BadCsv(row=1, why=error) from error
        needed = [column.name for column in columns if column.needed]
        if not any(names):
            raise EmptyFile(needed=", ".join(needed))
        missing = [name for name in needed if name not in names]
        if missing:
            _refuse_delimiter(names)
            raise MissingColumns(missing=", ".join(missing), found=", ".join(names)[:200])
        for name in names:
            if name and names.count(name) > 1:
                raise ColumnTwice(column=name)
        return names


def encoding_of(path: Path) -> str:
    """Return "utf-8-sig" (with or without a byte order mark) or "gb18030": whichever reads the whole file."""
    possible = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8-sig", "gb18030")}
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            if b"\0" in block:
                raise NulBytes
            possible = {name: decoder for name, decoder in possible.items() if _reads(decoder, block, final=False)}
    possible = {name: decoder for name, decoder in possible.items() if _reads(decoder, b"", final=True)}
    if not possible:
        raise WrongEncoding
    return next(iter(possible))


def _reads(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_delimiter(names: Sequence[str]) -> None:
    if len(names) == 1:
        for delimiter, spoken in OTHER_DELIMITERS.items():
            if delimiter in names[0]:
                raise WrongDelimiter(delimiter=spoken)
