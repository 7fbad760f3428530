"""The sheets of quarters and years: employers are told that it is ready, and what is taken out is on record."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit, User
from records import actions as records
from service.quarters import Period, Year, quarter_of
from service.queries.reports import employers_with_sheets
from service.queries.scope import liaisons_of

ANNOUNCED = 7  # days from the beginning of a quarter or year, so that an outage loses nothing


def announce_sheets(*, now: datetime | None = None) -> int:
    """In the first week of a quarter or year tell the liaisons, once, that the sheet of the last one is ready.

    Returns how many sheets there are, or 0 outside that week.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    begun = [period for period in (quarter_of(today), Year(today.year)) if (today - period.first_day).days < ANNOUNCED]
    ended = [period.previous for period in begun]
    sheets = [(employer, period) for period in ended for employer in employers_with_sheets(period)]
    for employer, period in sheets:
        _announce(employer, period, now)
    return len(sheets)


@transaction.atomic
def _announce(employer: Unit, period: Period, now: datetime) -> None:
    of_year = isinstance(period, Year)
    records.notify(
        recipients=liaisons_of(employer),
        kind="service.year_sheet_ready" if of_year else "service.sheet_ready",
        parameters={"employer": employer.name, "year" if of_year else "quarter": str(period)},
        url=f"{reverse('employer_hours', args=[employer.pk])}?{period.asked}",
        key=f"service.sheet:{employer.pk}:{period}",
        now=now,
    )


def note_sheet(*, user: User, employer: Unit, period: Period, form: str, members: int) -> None:
    """Record in the audit trail that `user` takes the sheet of `employer` for `period` out as a `form`."""
    records.audit(
        verb="hours.export",
        subject=employer,
        actor=user,
        unit=employer,
        detail={"period": str(period), "format": form, "members": members},
    )
