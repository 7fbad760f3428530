"""How long the steps of an app may take: a table each app has of its own, set by the administrator."""

from collections.abc import Iterable
from datetime import datetime

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from records import clocks
from records.calendar import working_calendar
from records.clocks import Due
from records.enums import ClockUnit
from records.registry import Clock


class StepClock(models.Model):
    """The time that one `step`, which the app's model names, may take.

    Changed, never removed; what has begun keeps the time it was given.
    """

    amount = models.PositiveSmallIntegerField(_("amount"), validators=[MinValueValidator(1)])
    unit = models.CharField(_("unit"), max_length=12, choices=ClockUnit)
    history = HistoricalRecords(inherit=True)

    class Meta:
        abstract = True
        ordering = ["step"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=1), name="%(app_label)s_clock_positive")]

    def __str__(self) -> str:
        return f"{self.get_step_display()} {self.amount} {self.get_unit_display()}"


def due_times(model: type[StepClock], steps: Iterable[str], now: datetime) -> dict[str, Due]:
    """Return when each of `steps` is due when it starts at `now`, by the clocks of `model`."""
    calendar = working_calendar(timezone.localdate(now))
    return {
        clock.step: Due(clocks.due(now, clock.amount, clock.unit, calendar.is_working), ClockUnit(clock.unit))
        for clock in model.objects.filter(step__in=list(steps))
    }


def lengths_of(model: type[StepClock], kind: str) -> list[Clock]:
    """Return how long deadlines of `kind`, or of any kind if it is empty, may take, by the clocks of `model`."""
    rows = model.objects.filter(step=kind) if kind else model.objects.all()
    return [Clock(row.get_step_display(), row.amount, row.unit) for row in rows]
