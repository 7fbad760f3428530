"""How long the steps may take."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from records import clocks
from records.calendar import working_calendar
from records.clocks import Due
from records.enums import ClockUnit
from records.registry import Clock
from service.enums import Step
from service.models import ServiceClock


def due_times(*, steps: Iterable[Step], now: datetime) -> dict[str, Due]:
    """Return when each of `steps` is due when it starts at `now`."""
    calendar = working_calendar(timezone.localdate(now))
    return {
        clock.step: Due(clocks.due(now, clock.amount, clock.unit, calendar.is_working), ClockUnit(clock.unit))
        for clock in ServiceClock.objects.filter(step__in=list(steps))
    }


def lengths_of(kind: str) -> list[Clock]:
    """Return how long deadlines of `kind`, or of any kind if it is empty, may take."""
    rows = ServiceClock.objects.filter(step=kind) if kind else ServiceClock.objects.all()
    return [Clock(row.get_step_display(), row.amount, row.unit) for row in rows]
