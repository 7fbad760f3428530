"""A month as a calendar shows it: weeks from Monday to Sunday. Pure arithmetic."""

from calendar import Calendar
from datetime import date, timedelta


def read(text: str, today: date) -> date:
    """Return the first day of the month that `text`, as 2026-11, names; of today's when it names none of our time."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return month if abs(month.year - today.year) <= 2 else today.replace(day=1)


def weeks(month: date) -> list[list[date]]:
    """Return the weeks of `month`, the days before and after it that fill them included."""
    return Calendar().monthdatescalendar(month.year, month.month)


def before(month: date) -> date:
    """Return the first day of the month before."""
    return (month - timedelta(days=1)).replace(day=1)


def after(month: date) -> date:
    """Return the first day of the month after."""
    return (month + timedelta(days=31)).replace(day=1)
