"""Choices of extensions and pauses."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PauseCode(TextChoices):
    """Why a clock may stand still."""

    RESIDENT = "resident", _("Waiting for the resident")
    THIRD_PARTY = "third_party", _("Waiting for a third party")
    WEATHER = "weather", _("Weather")


class TermVerb(TextChoices):
    """What may be done to the time of a deadline."""

    ASK = "ask_extension", _("Ask for an extension")
    APPROVE = "approve_extension", _("Approve the extension")
    REJECT = "reject_extension", _("Reject the extension")
    PAUSE = "pause", _("Pause the clock")
    RESUME = "resume", _("Resume the clock")
