"""A system check of the data: is the working calendar of the next year there?"""

from collections.abc import Sequence
from datetime import date

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from records.calendar import years_missing

ASKED_FROM = (11, 1)
"""Month and day: the State Council publishes the next year's days in November."""


def years_needed(today: date) -> list[int]:
    """Return the years whose calendar must be there on `today`."""
    return [today.year, today.year + 1] if (today.month, today.day) >= ASKED_FROM else [today.year]


@register(Tags.database)
def working_calendar_is_there(
    app_configs: Sequence | None, databases: Sequence[str] | None = None, **kwargs
) -> list[CheckMessage]:
    """Warn when the working calendar of this year, or from 1 November of the next one, is missing."""
    if not databases:
        return []
    try:
        missing = years_missing(years_needed(timezone.localdate()))
    except DatabaseError:  # before the first migrate there is no table
        return []
    return [
        Warning(
            _("The working calendar of %(year)d is missing: day clocks count its weekdays.") % {"year": year},
            hint=_("Load the State Council's days: manage.py import_calendar FILE.csv (see docs/operating.md)."),
            id="records.W001",
        )
        for year in missing
    ]
