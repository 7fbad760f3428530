"""The working calendar of the State Council, and our own days."""

from datetime import date

import pytest

from records.calendar import working_calendar
from records.models import CalendarDay


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 2, 14), True),  # a make-up Saturday before the Spring Festival
        (date(2026, 2, 17), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),  # a make-up Saturday after the National Day
        (date(2026, 11, 21), False),
        (date(2026, 11, 23), True),
    ],
)
def test_published_days(db, day, working):
    assert working_calendar(day).is_working(day) is working


def test_an_override_wins(db):
    day = date(2026, 11, 23)
    CalendarDay.objects.create(day=day, is_working=False, note="heavy snow")
    assert working_calendar(day).is_working(day) is False
