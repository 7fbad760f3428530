"""Quarters and years, as sheets and pages name them: 2026Q4, 2026. Pure."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

QUARTER = re.compile(r"(20\d\d)Q([1-4])", re.ASCII)
YEAR = re.compile(r"20\d\d", re.ASCII)


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter; quarters are ordered in time."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def asked(self) -> str:
        """How an address asks for it."""
        return f"quarter={self}"

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def previous(self) -> "Quarter":
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)


@dataclass(frozen=True, order=True)
class Year:
    """One calendar year; years are ordered in time."""

    number: int

    def __str__(self) -> str:
        return str(self.number)

    @property
    def asked(self) -> str:
        """How an address asks for it."""
        return f"year={self}"

    @property
    def first_day(self) -> date:
        return date(self.number, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.number, 12, 31)

    @property
    def next(self) -> "Year":
        return Year(self.number + 1)

    @property
    def previous(self) -> "Year":
        return Year(self.number - 1)

    def quarters(self, today: date) -> list[Quarter]:
        """Return those of its quarters that have begun by `today`."""
        whole = [Quarter(self.number, number) for number in (1, 2, 3, 4)]
        return [quarter for quarter in whole if has_begun(quarter, today)]


Period = Quarter | Year
"""What a sheet is about."""


def quarter_of(day: date) -> Quarter:
    """Return the quarter in which `day` lies."""
    return Quarter(day.year, (day.month + 2) // 3)


def has_begun(period: Period, today: date) -> bool:
    """Return whether `period` does not lie ahead of `today`."""
    return period.first_day <= today


def is_running(period: Period, today: date) -> bool:
    """Return whether `today` lies in `period`: then its figures are not final."""
    return period.first_day <= today <= period.last_day


def before(period: Period) -> Period | None:
    """Return the period before `period`, or None where it could not be read back."""
    found = period.previous
    return found if read_quarter(str(found)) or read_year(str(found)) else None


def read_quarter(text: str) -> Quarter | None:
    """Return the quarter of this century that `text` names, or None when there is no such quarter."""
    found = QUARTER.fullmatch(text.strip().upper())
    return Quarter(int(found[1]), int(found[2])) if found else None


def read_year(text: str) -> Year | None:
    """Return the year of this century that `text` names, or None when there is no such year."""
    return Year(int(text)) if YEAR.fullmatch(text.strip()) else None
