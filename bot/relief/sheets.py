"""The ledger as files: CSV that a spreadsheet opens in Chinese, and XLSX written row by row."""

import csv
import io
from collections.abc import Iterable, Sequence

from bot.relief.ledger import COLUMNS, Cell

BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet takes Chinese for something else
STARTS_A_FORMULA = ("=", "@", "\t", "\r")


def csv_of(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return the ledger as CSV, UTF-8; what a spreadsheet would run as a formula is made a text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def xlsx_of(rows: Iterable[Sequence[Cell]], title: str) -> bytes:
    """Return the ledger as XLSX; texts are written as texts, never as formulas."""
    import xlsxwriter  # noqa: PLC0415 - only who asks for such a file waits for it

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True})
        for column, name in enumerate(COLUMNS):
            sheet.write_string(0, column, name, bold)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, int | float):
                    sheet.write_number(number, column, cell)
                elif cell is not None:
                    sheet.write_string(number, column, cell)
    return file.getvalue()


def _harmless(cell: Cell) -> Cell:
    """A name may begin like a formula; a telephone number begins with a plus and stays as it is."""
    if not isinstance(cell, str) or not cell:
        return cell
    signed = cell[0] in "+-" and not cell[1:].replace(" ", "").isdigit()
    return f"'{cell}" if cell.startswith(STARTS_A_FORMULA) or signed else cell
