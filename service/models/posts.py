"""Work that a community offers, when, and who takes it."""

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from service.enums import LIVE_SIGN_UPS, ShiftState, SignUpState
from service.models.fields import person_key, unit_key
from service.models.registrations import Choice, Skill

MOST_PLACES = 500


def new_secret() -> str:
    """Return the key from which a shift's check-in codes are made: 160 bits, in base 32 as such keys are written."""
    return "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _i in range(32))


class Activity(Choice):
    """The kind of a service post, such as "elderly care" or "traffic"."""

    class Meta(Choice.Meta):
        verbose_name = _("kind of service")
        verbose_name_plural = _("kinds of service")


class ServicePost(models.Model):
    """服务岗位: what is to be done where, and what it takes. It is done in shifts."""

    community = unit_key(_("community"), kinds=("community",))
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="+", verbose_name=_("kind of service")
    )
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("what is to be done"), max_length=2000)
    place = models.CharField(_("meeting place"), max_length=200)
    skills = models.ManyToManyField(Skill, verbose_name=_("skills needed"), blank=True, related_name="+")
    minimum_age = models.PositiveSmallIntegerField(
        _("minimum age"), default=18, validators=[MinValueValidator(18), MaxValueValidator(80)]
    )
    is_open = models.BooleanField(_("open"), default=True)
    created_by = person_key(_("published by"))
    created_at = models.DateTimeField(_("published"))

    class Meta:
        verbose_name = _("service post")
        verbose_name_plural = _("service posts")
        indexes = [models.Index(fields=["community", "-created_at", "-id"], name="post_of_community")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("service_post", args=[self.pk])


class Shift(models.Model):
    """班次: one span of time of a post. `taken` counts the sign-ups that hold a place; it is kept under its lock."""

    post = models.ForeignKey(ServicePost, on_delete=models.PROTECT, related_name="shifts", verbose_name=_("post"))
    community = unit_key(_("community"), kinds=("community",))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    places = models.PositiveSmallIntegerField(
        _("places"), validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)]
    )
    taken = models.PositiveSmallIntegerField(_("places taken"), default=0)
    state = models.CharField(_("state"), max_length=9, choices=ShiftState, default=ShiftState.OPEN)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    secret = models.CharField(max_length=32, default=new_secret, editable=False)
    revision = models.PositiveSmallIntegerField(default=0, help_text=_("how many times it was moved or cancelled"))

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["community", "starts_at", "id"], name="shift_of_community"),
            models.Index(fields=["post", "starts_at", "id"], name="shift_of_post"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start"),
            models.CheckConstraint(condition=Q(taken__lte=F("places")), name="shift_not_overfull"),
            models.CheckConstraint(condition=Q(places__gte=1), name="shift_has_places"),
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.starts_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("shift", args=[self.pk])

    @property
    def free(self) -> int:
        """How many places nobody holds."""
        return self.places - self.taken


class SignUp(models.Model):
    """报名: where one member stands with one shift. The waiting list is ordered by `queued_at`, then by key."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="sign_ups", verbose_name=_("shift"))
    member = person_key(_("member"), related_name="sign_ups")
    state = models.CharField(_("state"), max_length=9, choices=SignUpState)
    starts_at = models.DateTimeField(_("begins"), help_text=_("the shift's, for the clash"))
    ends_at = models.DateTimeField(_("ends"))
    signed_up_at = models.DateTimeField(_("signed up"))
    queued_at = models.DateTimeField(_("waiting since"), null=True)
    offered_until = models.DateTimeField(_("offered until"), null=True)
    offers = models.PositiveSmallIntegerField(_("offers"), default=0)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    employer = unit_key(_("employer"), kinds=("employer",), null=True)
    branch = models.CharField(_("Party branch"), max_length=100, blank=True)
    checked_in_at = models.DateTimeField(_("checked in"), null=True)
    checked_out_at = models.DateTimeField(_("checked out"), null=True)
    marked_by = person_key(_("marked by"), null=True)
    revision = models.PositiveIntegerField(default=0, help_text=_("how many times its state has changed"))

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        indexes = [
            models.Index(fields=["member", "-starts_at", "-id"], name="sign_up_of_member"),
            models.Index(
                fields=["shift", "queued_at", "id"], condition=Q(state=SignUpState.WAITING), name="sign_up_waiting"
            ),
            models.Index(fields=["ends_at"], condition=Q(state=SignUpState.TAKEN), name="sign_up_to_attest"),
            models.Index(fields=["offered_until"], condition=Q(state=SignUpState.OFFERED), name="sign_up_offered"),
            models.Index(
                fields=["member", "starts_at", "ends_at"],
                condition=Q(state__in=[SignUpState.TAKEN, SignUpState.OFFERED]),
                name="sign_up_clash",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["shift", "member"], name="signed_up_once"),
            models.CheckConstraint(
                condition=~Q(state=SignUpState.WAITING) | Q(queued_at__isnull=False), name="sign_up_queued"
            ),
            models.CheckConstraint(
                condition=~Q(state=SignUpState.OFFERED) | Q(offered_until__isnull=False), name="sign_up_offered_until"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.shift_id} {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return self.shift.get_absolute_url()

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_SIGN_UPS

    @property
    def standing(self) -> str:
        """How the state reads: a place in a shift that has ended waits to be attested."""
        if self.state == SignUpState.TAKEN and self.ends_at <= timezone.now():
            return pgettext("sign-up", "Waiting to be attested")
        return self.get_state_display()


def new_token() -> str:
    """Return the secret of a private calendar address: 160 bits."""
    return secrets.token_urlsafe(20)


class CalendarFeed(models.Model):
    """The private address of a member's calendar; a new token makes the old address useless."""

    member = models.OneToOneField(
        "accounts.User", on_delete=models.CASCADE, related_name="service_calendar", verbose_name=_("member")
    )
    token = models.CharField(max_length=40, unique=True, default=new_token)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return f"{self.member_id}"
