"""How long the steps of this app may take: set by the administrator."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from records.enums import ClockUnit
from service.enums import Step


class ServiceClock(models.Model):
    """The time that one step may take. Changed, never removed; what has begun keeps the time it was given."""

    step = models.CharField(_("step"), max_length=40, choices=Step, unique=True)
    amount = models.PositiveSmallIntegerField(_("amount"), validators=[MinValueValidator(1)])
    unit = models.CharField(_("unit"), max_length=12, choices=ClockUnit)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("clock of services")
        verbose_name_plural = _("clocks of services")
        ordering = ["step"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=1), name="service_clock_positive")]

    def __str__(self) -> str:
        return f"{self.get_step_display()} {self.amount} {self.get_unit_display()}"
