"""The working calendar from a file: all or nothing, every mistake named by line and column, twice is as once."""

from datetime import date
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.imports import Report
from accounts.imports.report import Tally
from accounts.tabular import Problems, Row, complaint_about, read_table
from records.models import CalendarDay

WORKING = {"1": True, "yes": True, "true": True, "是": True, "0": False, "no": False, "false": False, "否": False}
LONGEST_NOTE = CalendarDay._meta.get_field("note").max_length
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)


@transaction.atomic
def import_calendar(*, source: BinaryIO) -> Report:
    """Take over days off and make-up workdays (`day,is_working,note`) and return what changed.

    Days that are not in the file stay as they are. Raises FileRefused, and writes nothing, when a line is wrong
    or a day stands there twice with different answers.
    """
    problems = Problems()
    wanted: dict[date, tuple[Row, bool]] = {}
    for row in read_table(source, problems=problems, required=["day", "is_working"], optional=["note"]):
        read = _day(row, problems), _is_working(row, problems)
        note_is_fine = _note(row, problems)
        if read[0] is None or read[1] is None or not note_is_fine:
            continue
        day, working = read
        first, before = wanted.setdefault(day, (row, working))
        if before != working:
            problems.add(
                row.line, "is_working", _("Line %(line)d says the opposite of this day.") % {"line": first.line}
            )
    problems.check()
    return _written(wanted)


def _day(row: Row, problems: Problems) -> date | None:
    try:
        day = date.fromisoformat(row.cells["day"])
    except ValueError:
        problems.add(row.line, "day", _("This is not a date; write it like 2027-01-01."))
        return None
    if not FIRST <= day <= LAST:
        problems.add(row.line, "day", _("The day must lie between 2000 and 2100."))
        return None
    return day


def _is_working(row: Row, problems: Problems) -> bool | None:
    working = WORKING.get(row.cells["is_working"].lower())
    if working is None:
        problems.add(row.line, "is_working", _("Write yes for a make-up workday and no for a day off."))
    return working


def _note(row: Row, problems: Problems) -> bool:
    complaint = complaint_about(row.cells.get("note", ""), longest=LONGEST_NOTE)
    if complaint:
        problems.add(row.line, "note", complaint)
    return not complaint


def _written(wanted: dict[date, tuple[Row, bool]]) -> Report:
    there = {row.day: row for row in CalendarDay.objects.filter(day__in=wanted)}
    tally = Tally()
    for day, (row, working) in wanted.items():
        kept = there.get(day, CalendarDay(day=day))
        note = row.cells.get("note", "")
        if kept.pk and (kept.is_working, kept.note) == (working, note):
            tally.unchanged += 1
            continue
        tally.created, tally.changed = tally.created + (not kept.pk), tally.changed + bool(kept.pk)
        kept.is_working, kept.note = working, note
        kept.save()
    return Report({_("Days of the calendar"): tally})
