"""The Chinese working calendar: the State Council's days as the `holidays` library has them, and our own."""

from datetime import date
from functools import cache

import holidays

from records.models import CalendarDay


@cache
def _published() -> holidays.HolidayBase:
    return holidays.country_holidays("CN", language="zh_CN")


class WorkingCalendar:
    """Tells working days from days off; reads the overrides of a span once."""

    def __init__(self, overrides: dict[date, bool] | None = None):
        self._overrides = overrides or {}

    def is_working(self, day: date) -> bool:
        """Return whether `day` is worked: an override wins, then the published days, then the weekday."""
        if day in self._overrides:
            return self._overrides[day]
        return _published().is_working_day(day)


def working_calendar(start: date) -> WorkingCalendar:
    """Return the calendar with the overrides from `start` on."""
    return WorkingCalendar(dict(CalendarDay.objects.filter(day__gte=start).values_list("day", "is_working")))
