"""Choices of the records."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClockUnit(TextChoices):
    """In what a clock is counted: minutes and hours run round the clock, working days by the calendar."""

    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    WORKING_DAYS = "working_days", _("working days")


class ClockFamily(TextChoices):
    """Short clocks and day clocks are reminded of at different moments."""

    SHORT = "short", _("minute and hour clocks")
    DAYS = "days", _("day clocks")


class Anchor(TextChoices):
    """From where the moment of a reminder is counted."""

    SHARE = "share", _("after this share of the time, in percent")
    BEFORE = "before", _("before it is due")
    LATE = "late", _("after it was due")


class LeadUnit(TextChoices):
    PERCENT = "percent", _("percent")
    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    WORKING_HOURS = "working_hours", _("working hours")
    WORKING_DAYS = "working_days", _("working days")


class Circle(TextChoices):
    """Who is reminded, each wider than the one before (records.circles)."""

    DUTY = "duty", _("those on duty in the unit")
    HEAD = "head", _("the head of the unit")
    ABOVE = "above", _("the street or command above")
    LEADER = "leader", _("the district leader")


class DeliveryMode(TextChoices):
    """When a reminder leaves the house: by itself, or together with the others of the day."""

    IMMEDIATE = "immediate", _("at once")
    DIGEST = "digest", _("as a morning digest")


class DeliveryState(TextChoices):
    WAITING = "waiting", pgettext_lazy("delivery", "waiting")
    SENT = "sent", pgettext_lazy("delivery", "sent")
    FAILED = "failed", pgettext_lazy("delivery", "failed")
    DROPPED = "dropped", pgettext_lazy("delivery", "dropped")
