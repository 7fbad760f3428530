"""The working calendar from a file: all or nothing, every mistake named by line and column, twice is as once."""

from collections import Counter
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.days import check_day
from accounts.errors import Refused
from accounts.events import tell
from accounts.imports import Report
from accounts.imports.report import Tally
from accounts.models import User
from accounts.tabular import Problems, Row, complaint_about, read_table
from records.enums import ClockFamily
from records.models import CalendarDay
from records.replanning import ask_replanning

WORKING = {"1": True, "yes": True, "true": True, "是": True, "0": False, "no": False, "false": False, "否": False}
MOST_DAYS_OFF = 60
LONGEST_NOTE = CalendarDay._meta.get_field("note").max_length


@transaction.atomic
def import_calendar(*, source: BinaryIO, actor: User | None = None) -> Report:
    """Take over days off and make-up workdays (`day,is_working,note`) that `actor` sent; return what changed.

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
    off = Counter(day.year for day, (_row, working) in wanted.items() if not working)
    for year, days in off.items():
        if days > MOST_DAYS_OFF:
            first = min(row.line for day, (row, working) in wanted.items() if day.year == year and not working)
            sentence = _("%(year)d would have %(days)d days off beside weekends; at most %(most)d are taken for true.")
            problems.add(first, "day", sentence % {"year": year, "days": days, "most": MOST_DAYS_OFF})
    problems.check()
    return _written(wanted, actor)


def _day(row: Row, problems: Problems) -> date | None:
    try:
        day = datetime.strptime(row.cells["day"], "%Y-%m-%d").date()  # noqa: DTZ007 - a day of the calendar
    except ValueError:
        problems.add(row.line, "day", _("This is not a date; write it like 2027-01-01."))
        return None
    try:
        check_day(day, field="day")
    except Refused as refusal:
        problems.add(row.line, "day", refusal.sentence)
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


def _written(wanted: dict[date, tuple[Row, bool]], actor: User | None) -> Report:
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
    if tally.created or tally.changed:
        years = sorted({day.year for day in wanted})
        ask_replanning(family=ClockFamily.DAYS)
        tell(row=CalendarDay(), verb="calendarday.import", actor=actor, detail={"years": years})
    return Report({_("Days of the calendar"): tally})
