"""The working calendar: the table of days off and make-up workdays; a year it does not know counts by weekdays."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from records.enums import ClockUnit
from records.models import CalendarDay, Deadline

SATURDAY = 5


class WorkingCalendar:
    """Tells working days from days off; reads the days of a span once."""

    def __init__(self, days: dict[date, bool] | None = None):
        self._days = days or {}

    def is_working(self, day: date) -> bool:
        """Return whether `day` is worked: as the table says, else as its weekday does."""
        return self._days.get(day, day.weekday() < SATURDAY)


def working_calendar(start: date) -> WorkingCalendar:
    """Return the calendar from `start` on."""
    return WorkingCalendar(dict(CalendarDay.objects.filter(day__gte=start).values_list("day", "is_working")))


def years_missing(years: Iterable[int]) -> list[int]:
    """Return those of `years` for which the table has no day: they count by weekdays only."""
    wanted = set(years)
    known = {day.year for day in CalendarDay.objects.filter(day__year__in=wanted).dates("day", "year")}
    return sorted(wanted - known)


def beyond_calendar(deadlines: Iterable[Deadline]) -> list[int]:
    """Return the coming years that open day clocks among `deadlines` run into and whose calendar is missing.

    One query when such a clock ends after this year, else none. That this year is there, a system check sees to.
    """
    this_year = timezone.localdate().year
    years = {
        timezone.localtime(deadline.due_at).year
        for deadline in deadlines
        if deadline.is_open and deadline.counted_in == ClockUnit.WORKING_DAYS
    }
    coming = {year for year in years if year > this_year}
    return years_missing(coming) if coming else []
