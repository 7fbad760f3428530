"""How long the steps of this app may take: set by the administrator."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultation.enums import Step
from records.step_clocks import StepClock


class ConsultationClock(StepClock):
    """The time that one step of this app may take."""

    step = models.CharField(_("step"), max_length=40, choices=Step, unique=True)

    class Meta(StepClock.Meta):
        verbose_name = _("clock of consultation")
        verbose_name_plural = _("clocks of consultation")
