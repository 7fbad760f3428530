"""What somebody raises for discussion, with its record through the levels."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consultation.enums import MatterState, MatterVerb
from consultation.models.forums import Forum
from service.models.fields import person_key, unit_key


class Matter(models.Model):
    """One matter, at `forum` now. It may come from a `case`, or from a recurring `category`.

    每月一题: the `category` recurred in a `street` in a `month`.
    """

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="matters", verbose_name=_("forum"))
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("description"), max_length=2000)
    state = models.CharField(_("state"), max_length=9, choices=MatterState, default=MatterState.RAISED)
    proposer = person_key(_("raised by"))
    unit = unit_key(_("on behalf of"), null=True, blank=True)
    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, null=True, related_name="matters", verbose_name=_("case")
    )
    category = models.ForeignKey(
        "cases.Category", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("category")
    )
    street = unit_key(_("street"), null=True)
    month = models.DateField(_("month"), null=True, help_text=_("The first day of the month in which it recurred."))
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="absorbed", verbose_name=_("merged into")
    )
    token = models.UUIDField(null=True, unique=True, help_text=_("of the form, so that it is carried out once"))
    raised_at = models.DateTimeField(_("raised"))
    decided_by = person_key(_("accepted or refused by"), null=True)
    decided_at = models.DateTimeField(_("accepted or refused"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("matter")
        verbose_name_plural = _("matters")
        indexes = [
            models.Index(fields=["forum", "state", "-raised_at", "-id"], name="matter_of_forum"),
            models.Index(fields=["proposer", "-raised_at", "-id"], name="matter_of_proposer"),
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="matter_of_case"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "category", "street", "month"],
                condition=Q(category__isnull=False, merged_into__isnull=True) & ~Q(state="withdrawn"),
                name="matter_once_per_topic",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("matter", args=[self.pk])


class MatterStep(models.Model):
    """One entry of a matter's record. Never changed or deleted: the database refuses both by a trigger."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    verb = models.CharField(max_length=9, choices=MatterVerb)
    actor = person_key(_("who"), null=True)
    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="+")
    to_forum = models.ForeignKey(Forum, on_delete=models.PROTECT, null=True, related_name="+")
    other = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, related_name="+")
    meeting = models.ForeignKey("consultation.Meeting", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("entry of a matter's record")
        verbose_name_plural = _("entries of matters' records")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["matter", "at", "id"], name="step_of_matter")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_verb_display()}"
