"""The quarterly sheet of an employer: as a workbook, and as PDF through the optional extra `pdf`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.errors import Refused
from accounts.models import Unit
from records.sheets import neutral
from service.durations import spelled
from service.models import ListItem
from service.quarters import Quarter
from service.queries.reports import MemberLine, Sums, lines_of, projects_of

STYLE = "css/sheet.css"


@dataclass(frozen=True)
class Sheet:
    """What the employer receives, read once for either form."""

    employer: Unit
    quarter: Quarter
    lines: list[MemberLine]
    projects: list[ListItem]
    made_at: datetime

    @property
    def sums(self) -> Sums:
        return Sums(
            len(self.lines), sum(line.minutes for line in self.lines), sum(line.services for line in self.lines)
        )


def sheet_of(employer: Unit, quarter: Quarter, *, now: datetime | None = None) -> Sheet:
    """Return the sheet of `employer` for `quarter` as it stands: three queries for any number of members."""
    return Sheet(
        employer, quarter, lines_of(employer, quarter), list(projects_of(employer, quarter)), now or timezone.now()
    )


def rows_of(sheet: Sheet) -> Iterator[list[str | int]]:
    """Yield the rows of the workbook: numbers to count with, and no text that a spreadsheet would run."""
    for row in _rows(sheet):
        yield [cell if isinstance(cell, int) else neutral(cell) for cell in row]


def _rows(sheet: Sheet) -> Iterator[list[object]]:
    sums = sheet.sums
    yield [sheet.employer, sheet.quarter, _("made on"), f"{timezone.localtime(sheet.made_at):%Y-%m-%d %H:%M}"]
    yield []
    yield [_("Member"), _("Party branch"), _("Times"), _("Minutes"), _("Hours of service")]
    for line in sheet.lines:
        yield [line.name, line.branch, line.services, line.minutes, spelled(line.minutes)]
    yield [_("Together"), "", sums.services, sums.minutes, spelled(sums.minutes)]
    yield []
    yield [_("Rated project"), _("Asked by"), _("Delivered"), _("Rated"), pgettext("project", "Rating")]
    for project in sheet.projects:
        yield [project.title, project.asker, _day(project.delivered_at), _day(project.rated_at), project.rating]


def _day(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d}" if at else ""


def as_pdf(sheet: Sheet) -> bytes:
    """Return `sheet` as a PDF. Raises Refused where the extra `pdf` is not installed.

    A sheet may refer to nothing but data in the address itself, so that no name typed somewhere can make the server
    fetch from the network or read a file.
    """
    try:
        from weasyprint import CSS, HTML, URLFetcher  # noqa: PLC0415 - an optional extra, and slow to load
    except (ImportError, OSError) as error:  # OSError: the package is there, the libraries of the system are not
        raise Refused(
            _("No PDF can be made here: the operator must install the extra “pdf”. Take the XLSX meanwhile.")
        ) from error
    sums = sheet.sums
    context = {
        "sheet": sheet,
        "lines": [(line, spelled(line.minutes)) for line in sheet.lines],
        "sums": sums,
        "hours": spelled(sums.minutes),
    }
    fetcher = URLFetcher(allowed_protocols=("data",))
    style = CSS(string=Path(finders.find(STYLE)).read_text(encoding="utf-8"), url_fetcher=fetcher)
    page = HTML(string=render_to_string("service/hours/sheet.html", context), url_fetcher=fetcher)
    return page.write_pdf(stylesheets=[style])
