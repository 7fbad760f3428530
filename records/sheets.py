"""Tables that leave the portal: CSV as a stream, XLSX as a workbook, and no cell that a spreadsheet would run."""

import csv
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO

from openpyxl import Workbook

from records.text import plain

FORMULA = "=+-@＝＋－＠\t\n"


def neutral(value: object) -> str:
    """Return `value` as the text of a cell that no spreadsheet takes for a formula."""
    text = plain(str(value if value is not None else "")).strip(" ")
    return f"'{text}" if text.startswith(tuple(FORMULA)) else text


class _Echo:
    """A file that hands back what is written, so that csv can make a stream."""

    def write(self, text: str) -> str:
        return text


def csv_lines(lines: Iterable[list[str]]) -> Iterator[str]:
    """Yield `lines` as CSV, with the mark at the beginning by which Excel knows UTF-8."""
    yield "\ufeff"
    writer = csv.writer(_Echo())
    for line in lines:
        yield writer.writerow(line)


def workbook(lines: Iterable[list[str | int]]) -> IO[bytes]:
    """Return an open file that holds `lines` as an XLSX workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in lines:
        sheet.append(line)
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file
