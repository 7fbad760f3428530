"""The sheet of an employer as PDF, through the optional extra `pdf`.

A row of its own for each of thousands of members takes the layout many seconds. So members whose words surely fit
share rows of five, in whose one cell tabs stand where the columns do; the others have a row with a cell for each
column, in which long words wrap.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from records import pdf
from service.durations import named, spelled
from service.queries.reports import MemberLine
from service.sheets import Sheet, still_running

IN_A_ROW = 5
WIDEST = (8, 8.5, 8.5, 8, 22)
"""How many Chinese characters fit into the columns that static/css/sheet.css sets."""

NARROW = dict.fromkeys("0123456789", 0.65) | {" ": 0.35}
"""Of what hours are written with, how wide it is at most in the fonts of the sheet."""


@dataclass(frozen=True)
class Row:
    """One row of the table: the lines of several members, or the `cells` of one."""

    lines: str = ""
    cells: tuple[str, ...] = ()


def as_pdf(sheet: Sheet) -> bytes:
    """Return `sheet` as a PDF. Raises Refused where the extra `pdf` is not installed."""
    missing = _("No PDF can be made here: the operator must install the extra “pdf”. Take the XLSX meanwhile.")
    return pdf.as_pdf(render_to_string("service/hours/sheet.html", _context(sheet)), missing=missing)


def _context(sheet: Sheet) -> dict:
    sums = sheet.sums
    return {
        "sheet": sheet,
        "period": named(sheet.period),
        "warning": still_running(sheet.period) if sheet.is_running else "",
        "rows": list(table_rows(sheet.lines)),
        "sums": sums,
        "hours": spelled(sums.minutes),
        "by_employers": spelled(sums.by_employers),
    }


def table_rows(lines: list[MemberLine]) -> Iterator[Row]:
    """Yield the rows of the table for `lines`, in their order."""
    waiting: list[str] = []
    for line in lines:
        cells = _cells(line)
        fits = all(_width(cell) <= most for cell, most in zip(cells, WIDEST, strict=True))
        if fits:
            waiting.append("\t".join(cells))
        if waiting and (not fits or len(waiting) == IN_A_ROW):
            yield Row(lines="\n".join(waiting))
            waiting = []
        if not fits:
            yield Row(cells=cells)
    if waiting:
        yield Row(lines="\n".join(waiting))


def _cells(line: MemberLine) -> tuple[str, ...]:
    part = spelled(line.by_employers) if line.by_employers else "–"
    texts = (str(line.services), spelled(line.minutes), part, line.name, line.branch)
    return tuple(" ".join(text.split()) for text in texts)


def _width(text: str) -> float:
    """Return how wide `text` is in Chinese characters, rather too much than too little: W, m and @ are hardly less."""
    return sum(NARROW.get(character, 1) for character in text)
