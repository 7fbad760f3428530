"""Due times, as pure arithmetic."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.clocks import SHANGHAI, after_quiet, due, next_time

DAYS_OFF = {date(2026, 10, day) for day in range(1, 8)} | {date(2026, 9, 26), date(2026, 9, 27)}
MAKE_UP = {date(2026, 10, 10)}


def working(day: date) -> bool:
    return day in MAKE_UP or (day.weekday() < 5 and day not in DAYS_OFF)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        (at(9, 30, 23, 50), 30, "minutes", at(10, 1, 0, 20)),  # minutes run through the night and the holiday
        (at(9, 30, 12), 24, "hours", at(10, 1, 12)),
        (at(9, 28, 10, 15), 2, "working_days", at(9, 30, 10, 15)),
        (at(9, 30, 16), 1, "working_days", at(10, 8, 16)),  # over the National Day week
        (at(10, 9, 16), 1, "working_days", at(10, 10, 16)),  # the make-up Saturday counts
        (at(10, 3, 20), 1, "working_days", at(10, 9, 9)),  # lodged on a day off: starts at 9:00 of the next one
        (at(10, 10, 8), 1, "working_days", at(10, 12, 8)),  # from the make-up Saturday over the Sunday
    ],
)
def test_due(start, amount, unit, expected):
    assert due(start, amount, unit, working) == expected


def test_the_time_zone_of_the_start_is_kept():
    start = datetime(2026, 9, 28, 17, 0, tzinfo=UTC)  # 1:00 of the 29th in Shanghai
    assert due(start, 1, "working_days", working) == datetime(2026, 9, 29, 17, 0, tzinfo=UTC)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.integers(1, 40), st.integers(1, 40))
def test_a_longer_clock_never_ends_earlier(start, one, other):
    start = start.replace(tzinfo=SHANGHAI)
    short, long = sorted([one, other])
    assert due(start, short, "working_days", working) <= due(start, long, "working_days", working)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.integers(1, 30))
def test_a_working_day_clock_ends_on_a_working_day(start, amount):
    start = start.replace(tzinfo=SHANGHAI)
    end = due(start, amount, "working_days", working)
    assert working(end.date())
    assert end >= start + timedelta(days=amount) - timedelta(hours=24)


@pytest.mark.parametrize(
    ("moment", "begins", "ends", "expected"),
    [
        (at(9, 28, 21, 59), time(22), time(7), at(9, 28, 21, 59)),
        (at(9, 28, 22), time(22), time(7), at(9, 29, 7)),  # over midnight
        (at(9, 29, 6, 59), time(22), time(7), at(9, 29, 7)),
        (at(9, 29, 7), time(22), time(7), at(9, 29, 7)),  # their end is no longer quiet
        (at(9, 28, 12, 30), time(12), time(14), at(9, 28, 14)),  # a rest at noon
        (at(9, 28, 15), time(12), time(14), at(9, 28, 15)),
        (at(9, 28, 23), None, None, at(9, 28, 23)),
    ],
)
def test_quiet_hours(moment, begins, ends, expected):
    found = after_quiet(moment.astimezone(UTC), begins, ends)
    assert (found, found.tzinfo) == (expected, UTC)


def test_the_next_digest_is_never_now():
    assert next_time(at(9, 28, 7), time(8)) == at(9, 28, 8)
    assert next_time(at(9, 28, 8), time(8)) == at(9, 29, 8)
    assert next_time(at(9, 28, 8).astimezone(UTC), time(8)) == at(9, 29, 8)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
)
def test_after_quiet_hours_nothing_is_quiet(moment, begins, ends):
    if begins != ends:
        moment = moment.replace(tzinfo=UTC)
        found = after_quiet(moment, begins, ends)
        assert moment <= found < moment + timedelta(days=1)
        assert after_quiet(found, begins, ends) == found
