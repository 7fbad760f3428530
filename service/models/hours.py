"""Attested hours: never changed; a correction is a new entry with a reason."""

import secrets

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from service.enums import HourKind
from service.models.calls import HelperAnswer
from service.models.fields import person_key, unit_key
from service.models.posts import SignUp

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class HourEntry(models.Model):
    """服务时长: minutes of service on one day, attested by somebody else than the member. Append-only.

    `employer` and `branch` are the member's when the place was taken, so that a quarter's sheet does not change when
    somebody leaves. What comes from no shift has no sign-up but the `answer` to a call for helpers; `title` says what
    it was. From `begins_at` until `ends_at` nothing else can be attested. `attested_for` is the employer in whose name
    it was attested, to a helper of its own call; without one it was the community.
    """

    member = person_key(_("member"), related_name="hours")
    community = unit_key(_("community"), kinds=("community",))
    employer = unit_key(_("employer"), kinds=("employer",), null=True)
    branch = models.CharField(_("Party branch"), max_length=100, blank=True)
    begins_at = models.DateTimeField(_("begins"), null=True)
    ends_at = models.DateTimeField(_("ends"), null=True)
    sign_up = models.ForeignKey(
        SignUp, on_delete=models.PROTECT, null=True, related_name="hours", verbose_name=_("sign-up")
    )
    answer = models.ForeignKey(
        HelperAnswer, on_delete=models.PROTECT, null=True, related_name="hours", verbose_name=_("answer to a call")
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrections", verbose_name=_("corrects")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=HourKind, default=HourKind.ATTESTED)
    day = models.DateField(_("day"))
    title = models.CharField(_("what"), max_length=80)
    minutes = models.SmallIntegerField(
        _("minutes"), help_text=_("of a correction the difference, which may be negative")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    attested_by = person_key(_("attested by"))
    attested_for = unit_key(_("attested for the employer"), kinds=("employer",), null=True)
    attested_at = models.DateTimeField(_("attested"))

    class Meta:
        verbose_name = _("hour entry")
        verbose_name_plural = _("hour entries")
        ordering = ["day", "id"]
        indexes = [
            models.Index(fields=["member", "day", "id"], name="hours_of_member"),
            models.Index(fields=["community", "day", "id"], name="hours_of_community"),
            models.Index(fields=["employer", "day", "id"], name="hours_of_employer"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(attested_by=F("member")), name="hours_attested_by_another"),
            models.CheckConstraint(
                condition=Q(kind=HourKind.ATTESTED, minutes__gte=1, minutes__lte=1440, corrects__isnull=True)
                | Q(kind=HourKind.CORRECTION, corrects__isnull=False) & ~Q(minutes=0) & ~Q(reason=""),
                name="hours_within_a_day",
            ),
            models.UniqueConstraint(
                fields=["sign_up"], condition=Q(kind=HourKind.ATTESTED, sign_up__isnull=False), name="attested_once"
            ),
            models.UniqueConstraint(
                fields=["answer"],
                condition=Q(kind=HourKind.ATTESTED, answer__isnull=False),
                name="answer_attested_once",
            ),
            models.CheckConstraint(
                condition=Q(attested_for__isnull=True) | Q(answer__isnull=False), name="hours_of_own_call"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.day} {self.minutes}"

    @property
    def attesting_unit(self) -> Unit:
        """In whose name it was attested."""
        return self.attested_for or self.community


def new_code() -> str:
    """Return the public code of a certificate: 16 characters without look-alikes, 80 bits."""
    return "".join(secrets.choice(ALPHABET) for _i in range(16))


class Certificate(models.Model):
    """What a member may show: minutes attested in a span of days, as they stood when it was issued. Append-only."""

    code = models.CharField(_("code"), max_length=16, unique=True, default=new_code)
    member = person_key(_("member"), related_name="certificates")
    name = models.CharField(_("name"), max_length=60)
    community = unit_key(_("community"), kinds=("community",))
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"))
    minutes = models.PositiveIntegerField(_("minutes"))
    services = models.PositiveIntegerField(_("services"), help_text=_("how many times"))
    employer_minutes = models.PositiveIntegerField(_("minutes attested by employers"), null=True)
    issued_at = models.DateTimeField(_("issued"))

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="certificate_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.code
