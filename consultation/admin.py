"""What the administrator sets: how long the steps may take."""

from django.contrib import admin

from consultation.models import ConsultationClock
from records.step_clock_admin import StepClockAdmin


@admin.register(ConsultationClock)
class ConsultationClockAdmin(StepClockAdmin):
    """How long the steps of consultation may take."""
