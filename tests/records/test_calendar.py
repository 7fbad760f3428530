"""The working calendar: the published days, our own, and weekdays beyond them."""

from datetime import UTC, date, datetime

import pytest

from records.calendar import beyond_calendar, working_calendar, years_missing
from records.models import CalendarDay, Deadline


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2024, 2, 4), True),  # a make-up Sunday before the Spring Festival
        (date(2025, 1, 28), False),  # the eve of the Spring Festival, a day off since 2025
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


def test_beyond_the_table_weekdays_count(db):
    calendar = working_calendar(date(2030, 1, 1))
    assert calendar.is_working(date(2030, 10, 1))  # a Tuesday, and the National Day
    assert not calendar.is_working(date(2030, 10, 5))
    assert years_missing([2024, 2025, 2026, 2030]) == [2030]


def test_an_own_day_wins(db):
    day = date(2026, 11, 23)
    CalendarDay.objects.create(day=day, is_working=False, note="heavy snow")
    assert working_calendar(day).is_working(day) is False


def clock(year: int, counted_in: str = "working_days", **given) -> Deadline:
    return Deadline(counted_in=counted_in, due_at=datetime(year, 3, 1, tzinfo=UTC), **given)


@pytest.mark.parametrize(
    ("deadlines", "years"),
    [
        ([clock(2026), clock(2031), clock(2030)], [2030, 2031]),
        ([clock(2030, "hours")], []),
        ([clock(2030, met_at=datetime(2029, 1, 1, tzinfo=UTC))], []),
        ([Deadline(counted_in="working_days", due_at=datetime(2026, 12, 31, 17, tzinfo=UTC))], [2027]),  # in Shanghai
        ([], []),
    ],
)
def test_open_day_clocks_beyond_the_table_are_named(db, deadlines, years):
    assert beyond_calendar(deadlines) == years


def test_short_clocks_ask_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        beyond_calendar([clock(2030, "minutes")])
