"""The sheet of a quarter: employers are told that it is ready, and what is taken out is on record."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit, User
from records import actions as records
from service.quarters import Quarter, quarter_of
from service.queries.reports import employers_with_sheets
from service.queries.scope import liaisons_of

ANNOUNCED = 7  # days from the beginning of a quarter, so that an outage loses nothing


def announce_sheets(*, now: datetime | None = None) -> int:
    """In the first week of a quarter tell the liaisons, once, that the sheet of the last one is ready.

    Returns how many employers have one, or 0 outside that week.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    current = quarter_of(today)
    if (today - current.first_day).days >= ANNOUNCED:
        return 0
    employers = list(employers_with_sheets(current.previous))
    for employer in employers:
        _announce(employer, current.previous, now)
    return len(employers)


@transaction.atomic
def _announce(employer: Unit, quarter: Quarter, now: datetime) -> None:
    records.notify(
        recipients=liaisons_of(employer),
        kind="service.sheet_ready",
        parameters={"employer": employer.name, "quarter": str(quarter)},
        url=f"{reverse('employer_hours', args=[employer.pk])}?quarter={quarter}",
        key=f"service.sheet:{employer.pk}:{quarter}",
        now=now,
    )


def note_sheet(*, user: User, employer: Unit, quarter: Quarter, form: str, members: int) -> None:
    """Record in the audit trail that `user` takes the sheet of `employer` for `quarter` out as a `form`."""
    records.audit(
        verb="hours.export",
        subject=employer,
        actor=user,
        unit=employer,
        detail={"quarter": str(quarter), "format": form, "members": members},
    )
