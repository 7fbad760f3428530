"""Single days of the working calendar, as the administrator sets them; reminders of day clocks are planned anew."""

from django.db import transaction

from records.enums import ClockFamily
from records.models import CalendarDay
from records.replanning import ask_replanning


@transaction.atomic
def keep_day(*, day: CalendarDay) -> CalendarDay:
    """Save `day` and return it. What is due already stays as it was counted."""
    day.save()
    ask_replanning(family=ClockFamily.DAYS)
    return day


@transaction.atomic
def drop_day(*, day: CalendarDay) -> None:
    """Delete `day`: it is again as its weekday says."""
    day.delete()
    ask_replanning(family=ClockFamily.DAYS)
