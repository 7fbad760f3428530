"""A weekly series of shifts: pure arithmetic, without a database and without a clock of its own."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from records.clocks import SHANGHAI

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Series:
    """On `weekdays` (0 is Monday) from `first` until `last`, from `begins` until `ends` o'clock in Shanghai."""

    first: date
    last: date
    weekdays: Collection[int]
    begins: time
    ends: time

    def days(self) -> list[date]:
        """Return the days of the series."""
        span = [self.first + number * DAY for number in range((self.last - self.first).days + 1)]
        return [day for day in span if day.weekday() in self.weekdays]

    def spans(self, days: Collection[date]) -> list[tuple[datetime, datetime]]:
        """Return when the shifts on `days` begin and end."""
        return [
            (datetime.combine(day, self.begins, SHANGHAI), datetime.combine(day, self.ends, SHANGHAI)) for day in days
        ]


def without_days_off(days: Collection[date], is_working: Callable[[date], bool]) -> list[date]:
    """Return those of `days` that are worked."""
    return [day for day in days if is_working(day)]
