"""What leaves the portal: who wants it, by which way, and how far it has come."""

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from records.enums import DeliveryMode, DeliveryState


class ReminderPreference(models.Model):
    """Whether a person wants e-mail about one kind of deadline, or about all that have no line of their own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminder_preferences")
    kind = models.CharField(_("kind of deadline"), max_length=40, blank=True)
    email = models.BooleanField(_("by e-mail"), default=False)
    mode = models.CharField(_("when"), max_length=9, choices=DeliveryMode, default=DeliveryMode.IMMEDIATE)

    class Meta:
        verbose_name = _("reminder preference")
        verbose_name_plural = _("reminder preferences")
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="reminder_preference_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind or '*'}"


class QuietHours(models.Model):
    """From when until when only emergencies reach a person outside the portal, and when their digest comes."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiet_hours")
    begins = models.TimeField(_("quiet from"), null=True)
    ends = models.TimeField(_("quiet until"), null=True)
    digest_at = models.TimeField(_("digest at"), default=time(8, 0))

    class Meta:
        verbose_name = _("quiet hours")
        verbose_name_plural = _("quiet hours")
        constraints = [
            models.CheckConstraint(
                condition=Q(begins__isnull=True, ends__isnull=True)
                | Q(begins__isnull=False, ends__isnull=False) & ~Q(begins=F("ends")),
                name="quiet_hours_both_or_none",
            )
        ]

    def __str__(self) -> str:
        return f"{self.begins}-{self.ends}"


class UnitChannel(models.Model):
    """A group robot or SMS gateway of a unit. The address holds a secret: it is never logged or listed."""

    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="channels", verbose_name=_("unit"))
    name = models.CharField(_("name of the channel"), max_length=60)
    address = models.CharField(
        _("address"),
        max_length=500,
        help_text=_("As apprise writes it, e.g. dingtalk://token, wecombot://key, feishu://token or twilio://…"),
    )
    kinds = models.JSONField(
        _("kinds of deadline"), default=list, blank=True, help_text=_("None ticked means all kinds.")
    )
    mode = models.CharField(_("when"), max_length=9, choices=DeliveryMode, default=DeliveryMode.IMMEDIATE)
    digest_at = models.TimeField(_("digest at"), default=time(8, 0))
    begins = models.TimeField(_("quiet from"), null=True, blank=True, help_text=_("Only emergencies pass."))
    ends = models.TimeField(_("quiet until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords(excluded_fields=["address"])

    class Meta:
        verbose_name = _("channel of a unit")
        verbose_name_plural = _("channels of units")
        ordering = ["unit", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(begins__isnull=True, ends__isnull=True)
                | Q(begins__isnull=False, ends__isnull=False) & ~Q(begins=F("ends")),
                name="channel_quiet_both_or_none",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.name}"


class Delivery(models.Model):
    """One reminder on its way out of the portal, to one person's e-mail or one channel of a unit.

    `not_before` is when it may be tried next: the end of quiet hours, the digest, a retry, or the end of the
    lease of whoever is sending it now. `last_error` is a code or the name of an exception, never an address.
    """

    deadline = models.ForeignKey("records.Deadline", on_delete=models.CASCADE, related_name="deliveries")
    revision = models.PositiveSmallIntegerField(default=0)
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+", verbose_name=_("owed by"))
    level = models.PositiveSmallIntegerField(_("level"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="deliveries",
        verbose_name=_("recipient"),
    )
    unit_channel = models.ForeignKey(
        UnitChannel, on_delete=models.CASCADE, null=True, related_name="deliveries", verbose_name=_("channel of a unit")
    )
    mode = models.CharField(_("when"), max_length=9, choices=DeliveryMode, default=DeliveryMode.IMMEDIATE)
    state = models.CharField(_("state"), max_length=7, choices=DeliveryState, default=DeliveryState.WAITING)
    created_at = models.DateTimeField(_("since"))
    not_before = models.DateTimeField(_("not before"))
    enqueued_at = models.DateTimeField(_("handed over"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=60, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["not_before", "id"], condition=Q(state=DeliveryState.WAITING), name="delivery_waiting"
            ),
            models.Index(fields=["-id"], condition=Q(state=DeliveryState.FAILED), name="delivery_failed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "revision", "level", "recipient"],
                condition=Q(recipient__isnull=False),
                name="delivered_once_to_person",
            ),
            models.UniqueConstraint(
                fields=["deadline", "revision", "level", "unit_channel"],
                condition=Q(unit_channel__isnull=False),
                name="delivered_once_to_channel",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=True, unit_channel__isnull=False)
                | Q(recipient__isnull=False, unit_channel__isnull=True),
                name="delivery_to_person_or_channel",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id}/{self.level} {self.get_state_display()}"
