"""Months of the appraisal, as their first day, on the calendar of Shanghai."""

import re
from datetime import date, datetime, time, timedelta

from records.clocks import SHANGHAI

FIRST_YEAR = 2000
PATTERN = re.compile("[0-9]{4}-[0-9]{2}")


def month_of(text: str) -> date:
    """Return the first day of the month written YYYY-MM. Raises ValueError for anything else or before 2000."""
    if not PATTERN.fullmatch(text) or int(text[:4]) < FIRST_YEAR:
        raise ValueError(text)
    return date(int(text[:4]), int(text[5:]), 1)


def month_at(moment: datetime) -> date:
    """Return the month in which an aware `moment` lies in Shanghai."""
    return moment.astimezone(SHANGHAI).date().replace(day=1)


def following(month: date) -> date:
    """Return the month after `month`."""
    return (month + timedelta(days=32)).replace(day=1)


def preceding(month: date) -> date:
    """Return the month before `month`."""
    return (month - timedelta(days=1)).replace(day=1)


def bounds(month: date) -> tuple[datetime, datetime]:
    """Return when `month` begins and when the following one does."""
    first, last = (datetime.combine(day, time(), SHANGHAI) for day in (month, following(month)))
    return first, last


class MonthConverter:
    """`<month:month>` in an address; what is no month is no address."""

    regex = PATTERN.pattern

    def to_python(self, value: str) -> date:
        return month_of(value)

    def to_url(self, value: date) -> str:
        return f"{value:%Y-%m}"
