"""The sheet of an employer for a quarter or a year, as a workbook; `service.sheet_pdf` makes the PDF of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Unit
from records.sheets import neutral
from service.durations import named, spelled
from service.models import ListItem
from service.quarters import Period, is_running
from service.queries.reports import MemberLine, Sums, lines_of, projects_of


@dataclass(frozen=True)
class Sheet:
    """What the employer receives, read once for either form."""

    employer: Unit
    period: Period
    lines: list[MemberLine]
    projects: list[ListItem]
    made_at: datetime

    @property
    def sums(self) -> Sums:
        return Sums(
            len(self.lines),
            sum(line.minutes for line in self.lines),
            sum(line.services for line in self.lines),
            sum(line.by_employers for line in self.lines),
        )

    @property
    def is_running(self) -> bool:
        """Whether the figures are not final, since the period still ran when they were read."""
        return is_running(self.period, timezone.localdate(self.made_at))


def sheet_of(employer: Unit, period: Period, *, now: datetime | None = None) -> Sheet:
    """Return the sheet of `employer` for `period` as it stands: three queries for any number of members."""
    return Sheet(
        employer, period, lines_of(employer, period), list(projects_of(employer, period)), now or timezone.now()
    )


def rows_of(sheet: Sheet) -> Iterator[list[str | int]]:
    """Yield the rows of the workbook: numbers to count with, and no text that a spreadsheet would run."""
    for row in _rows(sheet):
        yield [cell if isinstance(cell, int) else neutral(cell) for cell in row]


def _rows(sheet: Sheet) -> Iterator[list[object]]:
    sums, period = sheet.sums, named(sheet.period)
    yield [sheet.employer, period, _("made on"), f"{timezone.localtime(sheet.made_at):%Y-%m-%d %H:%M}"]
    yield [still_running(sheet.period)] if sheet.is_running else []
    yield [
        _("Member"),
        _("Party branch"),
        _("Times"),
        _("Minutes"),
        _("Hours of service"),
        _("Minutes attested by the employer that called"),
    ]
    for line in sheet.lines:
        yield [line.name, line.branch, line.services, line.minutes, spelled(line.minutes), line.by_employers]
    yield [_("Together"), "", sums.services, sums.minutes, spelled(sums.minutes), sums.by_employers]
    yield []
    yield [_("Rated project"), _("Asked by"), _("Delivered"), _("Rated"), pgettext("project", "Rating")]
    for project in sheet.projects:
        yield [project.title, project.asker, _day(project.delivered_at), _day(project.rated_at), project.rating]


def still_running(period: Period) -> str:
    """Return the sentence that warns of figures of a `period` that has not ended."""
    return _("These figures are not final: %(period)s is still running.") % {"period": named(period)}


def _day(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d}" if at else ""
