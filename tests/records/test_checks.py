"""The system check of the working calendar."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import ProgrammingError

from records import checks
from records.models import CalendarDay


def warnings_on(monkeypatch, day: date) -> list[str]:
    monkeypatch.setattr(checks.timezone, "localdate", lambda: day)
    found = checks.working_calendar_is_there(None, databases=["default"])
    assert all(message.id == "records.W001" and message.hint for message in found)
    return [message.msg for message in found]


@pytest.mark.parametrize(
    ("day", "years"),
    [
        (date(2026, 10, 31), []),
        (date(2026, 11, 1), ["2027"]),
        (date(2026, 12, 31), ["2027"]),
        (date(2027, 1, 1), ["2027"]),
        (date(2025, 11, 1), []),
    ],
)
def test_the_next_year_is_asked_for_from_november(db, monkeypatch, day, years):
    found = warnings_on(monkeypatch, day)
    assert len(found) == len(years)
    assert all(year in message for year, message in zip(years, found, strict=True))


def test_a_loaded_year_is_not_asked_for(db, monkeypatch):
    CalendarDay.objects.create(day=date(2027, 1, 1), is_working=False)
    assert warnings_on(monkeypatch, date(2026, 11, 20)) == []


def test_it_is_part_of_the_checks_of_the_database(db, monkeypatch):
    monkeypatch.setattr(checks.timezone, "localdate", lambda: date(2030, 5, 1))
    out = StringIO()
    call_command("check", databases=["default"], stderr=out)
    assert "records.W001" in out.getvalue()


def test_before_the_first_migrate_it_is_silent(monkeypatch):
    def no_table(years):
        raise ProgrammingError

    monkeypatch.setattr(checks, "years_missing", no_table)
    assert checks.working_calendar_is_there(None, databases=["default"]) == []
