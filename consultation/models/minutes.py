"""The minutes of a meeting: drafted from what happened, confirmed by a second person, published without some names."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultation.enums import MinutesState
from consultation.models.meetings import AgendaItem, Meeting
from service.models.fields import person_key


class Minutes(models.Model):
    """The minutes of one meeting. `revision` counts the edits, so that who edits an old text is told."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="record")
    state = models.CharField(_("state"), max_length=9, choices=MinutesState, default=MinutesState.DRAFT)
    opening = models.TextField(_("opening"), max_length=4000, blank=True)
    public_opening = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    drafted_by = person_key(_("written by"))
    drafted_at = models.DateTimeField(_("written"))
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    confirmed_by = person_key(_("confirmed by"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    published_by = person_key(pgettext_lazy("minutes", "published by"), null=True)
    published_at = models.DateTimeField(pgettext_lazy("minutes", "published"), null=True)
    reason = models.CharField(_("reason for sending them back"), max_length=500, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("of a meeting", "minutes")
        verbose_name_plural = pgettext_lazy("of a meeting", "minutes")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("drafted_by")),
                name="minutes_confirmed_by_another",
            )
        ]

    def __str__(self) -> str:
        return str(self.meeting)


class MinutesSection(models.Model):
    """What the minutes say of one agenda item.

    `public_text` is what was published of it: its title in the first line, below it what was said of it.
    """

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="sections")
    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, related_name="section")
    text = models.TextField(_("text"), max_length=8000, blank=True)
    public_text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("section of minutes")
        verbose_name_plural = _("sections of minutes")
        ordering = ["item__position", "item"]

    def __str__(self) -> str:
        return str(self.item)

    @property
    def public_title(self) -> str:
        """What was published of the title of the item."""
        return self.public_text.partition("\n")[0]

    @property
    def public_body(self) -> str:
        """What was published of the text."""
        return self.public_text.partition("\n")[2]


class MinutesEdit(models.Model):
    """Who edited the minutes, for the rule that nobody confirms what they wrote. Never changed: see the trigger."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="edits")
    by = person_key(_("edited by"))
    at = models.DateTimeField(_("edited"))

    class Meta:
        verbose_name = _("edit of minutes")
        verbose_name_plural = _("edits of minutes")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.minutes_id} {self.at:%Y-%m-%d %H:%M}"
