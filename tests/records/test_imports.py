"""import_calendar: all or nothing, every mistake by line and column, twice is as once."""

from datetime import date
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.tabular import FileRefused
from records.calendar import years_missing
from records.imports import import_calendar
from records.models import CalendarDay

pytestmark = pytest.mark.django_db
HEADER = "day,is_working,note\n"


def taken(text: str):
    return import_calendar(source=BytesIO((HEADER + text).encode()))


def places(text: str) -> list[tuple[int, str]]:
    with pytest.raises(FileRefused) as refusal:
        taken(text)
    return [(problem.line, problem.column) for problem in refusal.value.problems]


def test_a_year_is_loaded_and_known_from_then_on(tmp_path):
    assert years_missing([2026, 2027]) == [2027]
    file = tmp_path / "2027.csv"
    file.write_text(f"{HEADER}2027-01-01,no,元旦\n2027-02-20,yes,\n", encoding="utf-8")
    out = StringIO()
    call_command("import_calendar", str(file), stdout=out)
    assert "2" in out.getvalue()
    assert years_missing([2026, 2027]) == []
    days = CalendarDay.objects.filter(day__year=2027).values_list("day", "is_working", "note")
    assert set(days) == {(date(2027, 1, 1), False, "元旦"), (date(2027, 2, 20), True, "")}


def test_twice_is_as_once_and_a_correction_is_taken():
    text = "2027-01-01,no,元旦\n"
    taken(text)
    [again] = taken(text).tallies.values()
    assert (again.created, again.changed, again.unchanged) == (0, 0, 1)
    [corrected] = taken("2027-01-01,yes,\n").tallies.values()
    assert (corrected.created, corrected.changed) == (0, 1)
    assert CalendarDay.objects.get(day=date(2027, 1, 1)).is_working


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-13-01,no,\n", [(2, "day")]),
        ("0001-01-01,no,\n", [(2, "day")]),
        ("2027-01-01,maybe,\n", [(2, "is_working")]),
        ("2027-01-01,,\n", [(2, "is_working")]),
        (f"2027-01-01,no,{'长' * 101}\n", [(2, "note")]),
        ("2027-01-01,no\n", [(2, "")]),
        ("2027-01-01,no,\n2027-01-02,no,\n2027-01-01,yes,\n", [(4, "is_working")]),
        (",,\n2027-01-01,no,\n,no,\n", [(4, "day")]),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_written(text, expected):
    assert places("2027-05-01,no,劳动节\n" + text) == [(line + 1, column) for line, column in expected]
    assert not CalendarDay.objects.filter(day__year=2027).exists()


def test_a_day_both_off_and_on_names_the_other_line(tmp_path):
    file = tmp_path / "2027.csv"
    file.write_text(f"{HEADER}2027-01-01,no,\n2027-01-01,yes,\n", encoding="utf-8")
    with pytest.raises(CommandError, match="2"):
        call_command("import_calendar", str(file))


def test_a_file_that_is_not_there_is_a_sentence():
    with pytest.raises(CommandError):
        call_command("import_calendar", "/nowhere/2027.csv")
