"""What every app writes in: the audit trail, deadlines, notices, attachments and the working calendar."""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from records import registry
from records.enums import Anchor, Circle, ClockFamily, ClockUnit, LeadUnit
from records.outgoing.models import Delivery, QuietHours, ReminderPreference, UnitChannel
from records.terms.models import Extension, Pause

# Found here by Django; kept with what else is about terms, and about what leaves the portal.
__all__ = ["Delivery", "Extension", "Pause", "QuietHours", "ReminderPreference", "UnitChannel"]


class AuditEntry(models.Model):
    """One link of the audit chain. Never changed or deleted: the database refuses both by a trigger.

    `digest` is the SHA-256 of the previous entry's digest and this entry's canonical JSON (records.chain).
    `detail` holds codes and numbers, never a resident's name, telephone or address; contact.reveal and
    wish.reveal alone keep the reason an official typed.
    """

    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    unit = models.ForeignKey(
        "accounts.Unit", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("unit")
    )
    verb = models.CharField(_("what"), max_length=60)
    subject = models.CharField(_("subject"), max_length=100, help_text=_("app.model:key"))
    detail = models.JSONField(_("detail"), default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject", "-id"], name="audit_of_subject")]
        constraints = [models.UniqueConstraint(fields=["previous"], name="audit_chain_has_no_fork")]

    def __str__(self) -> str:
        return f"{self.pk} {self.verb} {self.subject}"


class Deadline(models.Model):
    """A dated obligation of a unit, or of a person towards it.

    One per subject, kind and round; moved to another unit, never reset.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    kind = models.CharField(_("kind"), max_length=40, help_text=_("app.step, e.g. case.accept"))
    round = models.PositiveSmallIntegerField(default=1)
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="deadlines")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deadlines",
        help_text=_("who owes it to the unit, where it is not the unit's own people who are on duty"),
    )
    set_at = models.DateTimeField(_("set at"))
    due_at = models.DateTimeField(_("due at"))
    first_due_at = models.DateTimeField(_("first due at"))
    counted_in = models.CharField(_("counted in"), max_length=12, choices=ClockUnit, default=ClockUnit.HOURS)
    is_emergency = models.BooleanField(_("emergency"), default=False, help_text=_("Passes quiet hours."))
    revision = models.PositiveSmallIntegerField(default=0, help_text=_("how many times its time was changed"))
    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True)
    remind_at = models.DateTimeField(null=True, help_text=_("when the sweep looks at it next"))
    reminded_until = models.DateTimeField(help_text=_("reminders of an earlier moment are settled"))
    met_at = models.DateTimeField(_("met at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        indexes = [
            models.Index(
                fields=["unit", "due_at"],
                condition=Q(met_at__isnull=True, cancelled_at__isnull=True, person__isnull=True),
                name="deadline_open_of_unit",
            ),
            models.Index(
                fields=["person", "due_at"],
                condition=Q(met_at__isnull=True, cancelled_at__isnull=True, person__isnull=False),
                name="deadline_open_of_person",
            ),
            models.Index(
                fields=["remind_at", "id"],
                condition=Q(
                    met_at__isnull=True, cancelled_at__isnull=True, paused_at__isnull=True, remind_at__isnull=False
                ),
                name="deadline_to_be_reminded",
            ),
            models.Index(
                fields=["id"], condition=Q(met_at__isnull=True, cancelled_at__isnull=True), name="deadline_open"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "kind", "round"], name="deadline_once_per_round"
            ),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="deadline_met_or_cancelled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("deadline", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.cancelled_at is None

    def is_late(self, now=None) -> bool:
        """Whether it was met after it was due, or is open and past due at `now` (default: the present)."""
        if self.cancelled_at is not None:
            return False
        return (self.met_at or now or timezone.now()) > self.due_at


class ReminderLevel(models.Model):
    """One line of the plan of reminders: when, and to which circle. Without a kind it is for all kinds.

    A kind that has lines of its own for a family of clocks does not follow the general ones for that family.
    """

    kind = models.CharField(_("kind of deadline"), max_length=40, blank=True)
    family = models.CharField(_("kind of clock"), max_length=5, choices=ClockFamily)
    order = models.PositiveSmallIntegerField(_("level"), validators=[MinValueValidator(1), MaxValueValidator(20)])
    anchor = models.CharField(_("counted from"), max_length=6, choices=Anchor)
    amount = models.PositiveSmallIntegerField(_("amount"), validators=[MaxValueValidator(999)])
    unit = models.CharField(_("unit of time"), max_length=13, choices=LeadUnit)
    circle = models.CharField(_("to whom"), max_length=6, choices=Circle)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("reminder level")
        verbose_name_plural = _("reminder levels")
        ordering = ["kind", "family", "order"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "family", "order"], name="reminder_level_once"),
            models.CheckConstraint(condition=Q(anchor=Anchor.LATE) | Q(amount__gte=1), name="reminder_lead_positive"),
            models.CheckConstraint(
                condition=Q(anchor=Anchor.SHARE, unit=LeadUnit.PERCENT, amount__range=(1, 99))
                | (~Q(anchor=Anchor.SHARE) & ~Q(unit=LeadUnit.PERCENT)),
                name="reminder_share_in_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind or '*'} {self.get_family_display()} {self.order}"


class Replanning(models.Model):
    """Open deadlines that the sweep is to plan anew, a part at each time, since the plan or the calendar changed.

    `after` is the key of the last one that was; without a kind it is for all kinds.
    """

    kind = models.CharField(max_length=40, blank=True)
    family = models.CharField(max_length=5, choices=ClockFamily)
    after = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("replanning")
        verbose_name_plural = _("replannings")

    def __str__(self) -> str:
        return f"{self.kind or '*'} {self.family} {self.after}"


class Reminder(models.Model):
    """One message about one deadline, at one level, to one person: claimed by inserting this row, never twice."""

    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="reminders")
    revision = models.PositiveSmallIntegerField(default=0)
    level = models.PositiveSmallIntegerField(_("level"))
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders")
    is_late = models.BooleanField(_("late"))
    sent_at = models.DateTimeField(_("sent"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["deadline", "revision", "level", "recipient"], name="reminded_once")
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id}/{self.level} {self.recipient_id}"


class Notice(models.Model):
    """A message in a person's inbox. Its sentence is made when it is read, in the reader's language."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=120, null=True, unique=True, help_text=_("Nobody is told twice."))
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notice_inbox"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """The notice in the language that is active."""
        return registry.notice_text(self.kind, self.parameters)


def attachment_path(_attachment: "Attachment", _name: str) -> str:
    """Return a random path: nothing of the sender's file name reaches the disk."""
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}.jpg"


class Attachment(models.Model):
    """A photo, re-encoded without metadata. Without a subject it is a draft that waits for its form."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField(upload_to=attachment_path)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text=_("bytes"))
    draft_token = models.UUIDField(null=True, db_index=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, null=True)
    object_id = models.PositiveBigIntegerField(null=True)
    subject = GenericForeignKey("content_type", "object_id")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="attachment_of_subject")]
        constraints = [
            models.CheckConstraint(
                condition=Q(object_id__isnull=False) | Q(draft_token__isnull=False),
                name="attachment_has_subject_or_draft",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class CalendarDay(models.Model):
    """A day of the working calendar that is not as its weekday says: a day off, or a make-up workday.

    The State Council's days of the published years, and our own; a year without rows counts by weekdays.
    """

    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"))
    note = models.CharField(_("note"), max_length=100, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("working calendar")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day}"


class Heartbeat(models.Model):
    """When a process was last seen at work: `worker` when it has swept, `beat` when it has sent the sweep."""

    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


class FailedTask(models.Model):
    """A background task that failed for good, so that the operator sees it and can send it again.

    The same failure of the same task is one row with a count until it is sent again. `args` are keys and codes
    only; None when the task carried anything else, and then it cannot be sent again from here.
    """

    task = models.CharField(_("task"), max_length=200)
    args = models.JSONField(_("keys"), null=True)
    error = models.CharField(_("error"), max_length=100)
    times = models.PositiveIntegerField(_("times"), default=1)
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"))
    sent_again_at = models.DateTimeField(_("sent again"), null=True)

    class Meta:
        verbose_name = _("failed task")
        verbose_name_plural = _("failed tasks")
        ordering = ["-last_at", "-id"]

    def __str__(self) -> str:
        return f"{self.task} {self.error}"
