"""Due times: pure arithmetic, without a database and without a clock of its own.

Minute and hour clocks run round the clock; day clocks run in working days of the Chinese calendar, make-up
Saturdays included (domain, section 1).
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cases.enums import ClockUnit

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE_OPENS = time(9, 0)


def due(start: datetime, amount: int, unit: str, is_working: Callable[[date], bool]) -> datetime:
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
        while not is_working(day):
            day += timedelta(days=1)
    for _day in range(amount):
        day += timedelta(days=1)
        while not is_working(day):
            day += timedelta(days=1)
    return datetime.combine(day, at, SHANGHAI).astimezone(start.tzinfo)
