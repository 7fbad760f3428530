"""A standing body of consultation, who sits on it, by which rules, and who follows it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from consultation.enums import Balloting, ForumLevel, Majority, Proposers
from service.models.fields import person_key, unit_key


class Forum(models.Model):
    """A forum of `unit` with its rules. `convenor` answers for it; whoever convenes at the unit may act.

    `lead_days` are calendar days between the call and the meeting. A meeting keeps the quorum it was called with,
    a vote the majority it was opened with.
    """

    level = models.CharField(_("level"), max_length=10, choices=ForumLevel)
    unit = unit_key(_("kept by"))
    name = models.CharField(_("name of the forum"), max_length=80)
    text = models.TextField(_("what it is for"), max_length=2000, blank=True)
    convenor = person_key(_("convenor"))
    lead_days = models.PositiveSmallIntegerField(
        _("days of notice"), default=3, validators=[MaxValueValidator(60)], help_text=_("Calendar days.")
    )
    quorum_percent = models.PositiveSmallIntegerField(
        _("quorum in per cent"),
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Of the voting seats, who must be present."),
    )
    majority = models.CharField(_("majority"), max_length=10, choices=Majority, default=Majority.SIMPLE)
    balloting = models.CharField(_("way of voting"), max_length=6, choices=Balloting, default=Balloting.OPEN)
    written_votes = models.BooleanField(
        _("absent members may vote"),
        default=False,
        help_text=_("In writing before an open vote, or by phone while a vote is open."),
    )
    proposers = models.CharField(
        _("who may raise matters"), max_length=8, choices=Proposers, default=Proposers.EVERYONE
    )
    names_public = models.BooleanField(
        _("published minutes name people"), default=False, help_text=_("Otherwise they name units and seats only.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("forum")
        verbose_name_plural = _("forums")
        indexes = [models.Index(fields=["unit", "level", "name"], name="forum_of_unit")]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="forum_named_once_per_unit"),
            models.CheckConstraint(condition=Q(quorum_percent__range=(1, 100)), name="forum_quorum_in_percent"),
            models.CheckConstraint(condition=Q(lead_days__lte=60), name="forum_lead_in_days"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("forum", args=[self.pk])


class Seat(models.Model):
    """A member of a forum: a person, who may sit for a `unit`. A seat without a vote is that of an adviser."""

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="seats", verbose_name=_("forum"))
    person = person_key(_("member"), related_name="forum_seats")
    unit = unit_key(_("sits for"), null=True, blank=True)
    title = models.CharField(_("as what"), max_length=40, blank=True)
    votes = models.BooleanField(_("has a vote"), default=True)
    since = models.DateTimeField(pgettext_lazy("seat", "since"))
    left_at = models.DateTimeField(_("left"), null=True)

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "person"], condition=Q(left_at__isnull=True), name="seat_once_per_person"
            ),
            models.UniqueConstraint(
                fields=["forum", "unit"],
                condition=Q(left_at__isnull=True, unit__isnull=False),
                name="seat_once_per_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.unit}" if self.unit_id else str(self.person)


class Follow(models.Model):
    """Somebody who is told when the forum is called and when it publishes."""

    forum = models.ForeignKey(Forum, on_delete=models.CASCADE, related_name="followers")
    user = person_key(_("person"), related_name="followed_forums")
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [models.UniqueConstraint(fields=["forum", "user"], name="followed_once")]

    def __str__(self) -> str:
        return f"{self.forum_id} {self.user_id}"
