"""Extensions and pauses of deadlines. Both stay as rows, so that they can be listed and counted for good."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from records.terms.enums import PauseCode


def _unit(verbose_name):
    return models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+", verbose_name=verbose_name)


def _person(verbose_name, **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=verbose_name, **options
    )


class Extension(models.Model):
    """The one request for more time that a deadline may have, and its decision by another office.

    `asks_as` and `decides_as` are permissions (records.terms.rules): command's desk and the district leader are
    two offices of one unit.
    """

    deadline = models.OneToOneField("records.Deadline", on_delete=models.PROTECT, related_name="extension")
    reason = models.CharField(_("reason"), max_length=500)
    wanted = models.DateTimeField(_("wanted until"))
    asked_by = _person(_("asked by"))
    asking_unit = _unit(_("asking unit"))
    asks_as = models.CharField(max_length=40)
    asked_at = models.DateTimeField(_("asked at"))
    deciding_unit = _unit(_("deciding unit"))
    decides_as = models.CharField(max_length=40)
    decided_by = _person(_("decided by"), null=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    approved = models.BooleanField(_("approved"), null=True)
    answer = models.CharField(_("reason of the decision"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["asked_at", "id"]
        indexes = [
            models.Index(
                fields=["deciding_unit", "asked_at", "id"],
                condition=Q(decided_at__isnull=True),
                name="extension_to_decide",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(deciding_unit=F("asking_unit")) | ~Q(decides_as=F("asks_as")),
                name="extension_decided_elsewhere",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="extension_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, approved__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, approved__isnull=False),
                name="extension_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.wanted:%Y-%m-%d %H:%M}"


class Pause(models.Model):
    """A span in which a clock stands still; what it lasted is added to the due time when it ends."""

    deadline = models.ForeignKey("records.Deadline", on_delete=models.PROTECT, related_name="pauses")
    code = models.CharField(_("reason"), max_length=20, choices=PauseCode)
    unit = _unit(_("unit"))
    started_by = _person(_("paused by"))
    started_at = models.DateTimeField(_("paused at"))
    ended_by = _person(_("resumed by"), null=True)
    ended_at = models.DateTimeField(_("resumed at"), null=True)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["started_at", "id"]
        indexes = [models.Index(fields=["started_at"], condition=Q(ended_at__isnull=True), name="pause_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline"], condition=Q(ended_at__isnull=True), name="paused_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="pause_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.get_code_display()}"
