"""The end of a day, as what falls due on a day falls due."""

from datetime import date, datetime, time

from records.clocks import SHANGHAI

LAST_MINUTE = time(23, 59)


def end_of(day: date) -> datetime:
    """Return the last minute of `day` in Shanghai."""
    return datetime.combine(day, LAST_MINUTE, SHANGHAI)
