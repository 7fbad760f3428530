"""Due times and the moments of reminders: pure arithmetic, without a database and without a clock of its own.

Minute and hour clocks run round the clock; day clocks run in working days of the Chinese calendar, make-up
Saturdays included (domain, section 1).
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from records.enums import Anchor, ClockFamily, ClockUnit, LeadUnit

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE_OPENS = time(9, 0)
OFFICE_CLOSES = time(18, 0)
IsWorking = Callable[[date], bool]


class Due(NamedTuple):
    """When something is due, and in what its clock was counted."""

    at: datetime
    counted_in: ClockUnit


def family_of(counted_in: str) -> ClockFamily:
    """Return the family of a clock that is counted in `counted_in`."""
    return ClockFamily.DAYS if counted_in == ClockUnit.WORKING_DAYS else ClockFamily.SHORT


def units_of(family: ClockFamily) -> list[ClockUnit]:
    """Return the units in which clocks of `family` are counted."""
    return [unit for unit in ClockUnit if family_of(unit) == family]


def due(start: datetime, amount: int, unit: str, is_working: IsWorking) -> datetime:
    """Return when a clock of `amount` minutes, hours or working days that starts at `start` runs out.

    `start` is aware. A working-day clock that starts on a day off starts at 9:00 of the next working day; it
    ends on the `amount`-th working day after its start, at the same time of day in Shanghai.
    """
    if unit == ClockUnit.MINUTES:
        return start + timedelta(minutes=amount)
    if unit == ClockUnit.HOURS:
        return start + timedelta(hours=amount)
    local = start.astimezone(SHANGHAI)
    day, at = local.date(), local.timetz().replace(tzinfo=None)
    if not is_working(day):
        at = OFFICE_OPENS
        day = _next_working(day, is_working, 1)
    for _day in range(amount):
        day = _next_working(day, is_working, 1)
    return datetime.combine(day, at, SHANGHAI).astimezone(start.tzinfo)


class Lead(NamedTuple):
    """How far from a due time a reminder lies: `amount` of `unit`, counted from `anchor`."""

    anchor: Anchor
    amount: int
    unit: LeadUnit


def moment(set_at: datetime, due_at: datetime, lead: Lead, is_working: IsWorking) -> datetime | None:
    """Return when a reminder with `lead` of a clock that runs from `set_at` to `due_at` is to be sent.

    SHARE: after `amount` percent of the time; BEFORE and LATE: that much before or after `due_at`, where working
    hours are those from 9:00 to 18:00 of working days. None when a reminder ahead of the due time would fall
    before the clock was set: the clock is too short for it.
    """
    if lead.anchor == Anchor.SHARE:
        return set_at + (due_at - set_at) * lead.amount / 100
    sign = -1 if lead.anchor == Anchor.BEFORE else 1
    at = _shifted(due_at, sign, lead.amount, lead.unit, is_working)
    if lead.anchor == Anchor.LATE:
        return max(at, due_at)  # working hours have ended where the clock ran into the evening
    return None if at <= set_at else at


def _shifted(at: datetime, sign: int, amount: int, unit: str, is_working: IsWorking) -> datetime:
    if unit == LeadUnit.MINUTES:
        return at + sign * timedelta(minutes=amount)
    if unit == LeadUnit.HOURS:
        return at + sign * timedelta(hours=amount)
    local = at.astimezone(SHANGHAI)
    if unit == LeadUnit.WORKING_HOURS:
        return _office_hours(local, sign, timedelta(hours=amount), is_working).astimezone(at.tzinfo)
    day = local.date()
    for _day in range(amount):
        day = _next_working(day, is_working, sign)
    return datetime.combine(day, local.timetz().replace(tzinfo=None), SHANGHAI).astimezone(at.tzinfo)


def _next_working(day: date, is_working: IsWorking, sign: int) -> date:
    day += timedelta(days=sign)
    while not is_working(day):
        day += timedelta(days=sign)
    return day


def _office_hours(at: datetime, sign: int, left: timedelta, is_working: IsWorking) -> datetime:
    """Walk from `at` through the office hours of working days until `left` of them have passed."""
    day = at.date()
    if not is_working(day):
        day = _next_working(day, is_working, sign)
        at = _edge(day, -sign)
    at = min(max(at, _edge(day, -1)), _edge(day, 1))
    while left > abs(_edge(day, sign) - at):
        left -= abs(_edge(day, sign) - at)
        day = _next_working(day, is_working, sign)
        at = _edge(day, -sign)
    return at + sign * left


def _edge(day: date, sign: int) -> datetime:
    """Return the end of the office hours of `day` that lies towards `sign`."""
    return datetime.combine(day, OFFICE_CLOSES if sign > 0 else OFFICE_OPENS, SHANGHAI)


def next_time(at: datetime, clock: time) -> datetime:
    """Return the first moment after `at` when it is `clock` in Shanghai."""
    local = at.astimezone(SHANGHAI)
    found = datetime.combine(local.date(), clock, SHANGHAI)
    if found <= local:
        found = datetime.combine(local.date() + timedelta(days=1), clock, SHANGHAI)
    return found.astimezone(at.tzinfo)


def after_quiet(at: datetime, begins: time | None, ends: time | None) -> datetime:
    """Return `at`, or the end of the quiet hours from `begins` until `ends` in Shanghai if it falls into them.

    The hours may pass midnight; their end is no longer quiet. Without hours (None) nothing is quiet.
    """
    if begins is None or ends is None:
        return at
    clock = at.astimezone(SHANGHAI).time()
    quiet = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    return next_time(at, ends) if quiet else at
