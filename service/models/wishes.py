"""微心愿: a resident's small wish; and 党员联户: the households in a member's care."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from service.enums import ThanksState, WishState
from service.models.fields import person_key, unit_key


class Wish(models.Model):
    """A small wish. Only `title` and `text`, as the review left them, are public; never who made or claimed it."""

    community = unit_key(_("community"), kinds=("community",))
    resident = person_key(_("resident"), related_name="wishes")
    title = models.CharField(_("wish"), max_length=60)
    text = models.TextField(_("why, and what would help"), max_length=500)
    contact = models.CharField(
        _("where to bring it"),
        max_length=200,
        help_text=_("Shown to whoever claims it, meanwhile; to the community for a reason of which you are told."),
    )
    state = models.CharField(_("state"), max_length=9, choices=WishState, default=WishState.SUBMITTED)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    submitted_at = models.DateTimeField(_("submitted"))
    reviewed_by = person_key(_("reviewed by"), null=True)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)
    claimed_by = person_key(_("claimed by person"), null=True, related_name="claimed_wishes")
    claimed_for = unit_key(_("claimed for the employer"), kinds=("employer",), null=True)
    claimed_at = models.DateTimeField(_("claimed"), null=True)
    due_at = models.DateTimeField(_("due"), null=True)
    outcome = models.CharField(_("how it was fulfilled"), max_length=500, blank=True)
    fulfilled_at = models.DateTimeField(_("fulfilled"), null=True)
    thanks = models.CharField(_("thanks"), max_length=200, blank=True)
    thanks_state = models.CharField(
        _("state of the thanks"), max_length=9, choices=ThanksState, default=ThanksState.NONE
    )
    thanked_at = models.DateTimeField(_("thanked"), null=True)

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        indexes = [
            models.Index(fields=["community", "state", "-submitted_at", "-id"], name="wish_of_community"),
            models.Index(fields=["claimed_by", "-claimed_at", "-id"], name="wish_of_claimant"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True) | ~Q(claimed_by=F("resident")), name="wish_claimed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("resident")), name="wish_reviewed_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[WishState.CLAIMED, WishState.FULFILLED])
                | Q(claimed_by__isnull=False, due_at__isnull=False),
                name="wish_claimed_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("wish", args=[self.pk])


class Household(models.Model):
    """A household in a member's care (community → grid → group → member → households): seen by both only."""

    community = unit_key(_("community"), kinds=("community",))
    grid = unit_key(_("grid"), kinds=("grid",), null=True, blank=True)
    group = models.CharField(_("group"), max_length=40, blank=True)
    label = models.CharField(
        _("household"), max_length=60, help_text=_("As the community calls it, e.g. building 3, entrance 2, flat 501.")
    )
    note = models.CharField(_("what to mind"), max_length=200, blank=True)
    carer = person_key(_("member who cares"), null=True, blank=True, related_name="households")
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        ordering = ["label", "id"]
        indexes = [
            models.Index(fields=["community", "label", "id"], name="household_of_community"),
            models.Index(fields=["carer"], condition=Q(is_active=True), name="household_of_carer"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "label"], condition=Q(is_active=True), name="household_entered_once"
            )
        ]

    def __str__(self) -> str:
        return self.label


class Visit(models.Model):
    """One visit to a household, as a dated line. Append-only."""

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="visits", verbose_name=_("household")
    )
    member = person_key(_("member"))
    day = models.DateField(_("day"))
    note = models.CharField(_("what was found"), max_length=500)
    noted_at = models.DateTimeField(_("noted"))

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-day", "-id"]
        indexes = [models.Index(fields=["household", "-day", "-id"], name="visit_of_household")]

    def __str__(self) -> str:
        return f"{self.household_id} {self.day}"
