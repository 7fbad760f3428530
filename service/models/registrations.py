"""双报到: members and employers register with a community."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from service.enums import RegistrationState
from service.models.fields import person_key, unit_key

WAITING = Q(state=RegistrationState.SUBMITTED)
ACTIVE = Q(state=RegistrationState.ACTIVE)
DECIDED = ~Q(state__in=[RegistrationState.SUBMITTED, RegistrationState.WITHDRAWN])


class Choice(models.Model):
    """What the administrator offers to choose from, with a name in both languages."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("Chinese name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    history = HistoricalRecords(inherit=True)

    class Meta:
        abstract = True
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name if (get_language() or "").startswith("zh") else self.name_en


class Skill(Choice):
    """What a member can do and a service post may need."""

    class Meta(Choice.Meta):
        verbose_name = _("skill")
        verbose_name_plural = _("skills")


class Registration(models.Model):
    """A member's registration with the community where they live: seen by the member and that community only.

    One waits and one is active at most; while a move waits to be confirmed, the old one stays active.
    """

    member = person_key(_("member"), related_name="registrations")
    community = unit_key(_("community"), kinds=("community",))
    employer = unit_key(_("employer"), kinds=("employer",), null=True, blank=True)
    employer_name = models.CharField(_("employer, if it is not in the list"), max_length=100, blank=True)
    branch = models.CharField(_("Party branch"), max_length=100, blank=True)
    skills = models.ManyToManyField(Skill, verbose_name=_("skills"), blank=True, related_name="+")
    hours_per_month = models.PositiveSmallIntegerField(_("hours a month"))
    interests = models.CharField(_("interests"), max_length=200, blank=True)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    shows_name = models.BooleanField(_("name may be shown on the community's public page"), default=False)
    consent_version = models.CharField(_("version of the consent"), max_length=20)
    state = models.CharField(_("state"), max_length=12, choices=RegistrationState, default=RegistrationState.SUBMITTED)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    submitted_at = models.DateTimeField(_("submitted"))
    decided_by = person_key(_("decided by"), null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    expires_on = models.DateField(_("runs out after"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("registration of a member")
        verbose_name_plural = _("registrations of members")
        indexes = [
            models.Index(fields=["community", "-submitted_at", "-id"], name="registration_of_community"),
            models.Index(fields=["community", "member"], condition=ACTIVE, name="registration_active_of"),
            models.Index(fields=["expires_on"], condition=ACTIVE, name="registration_running_out"),
            models.Index(fields=["employer", "member"], condition=ACTIVE, name="registration_of_employer"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=ACTIVE, name="registered_once"),
            models.UniqueConstraint(fields=["member"], condition=WAITING, name="registering_once"),
            models.CheckConstraint(
                condition=~DECIDED | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="registration_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("member")),
                name="registration_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.community}"

    def get_absolute_url(self) -> str:
        return reverse("member_registration", args=[self.pk])


class EmployerRegistration(models.Model):
    """The registration of an employer's Party organisation with the community it sits in, with its agreement."""

    employer = unit_key(_("employer"), kinds=("employer",))
    community = unit_key(_("community"), kinds=("community",))
    organisation = models.CharField(_("Party organisation"), max_length=100)
    agreement = models.TextField(_("co-building agreement"), max_length=5000)
    agreed_from = models.DateField(_("agreed from"))
    agreed_until = models.DateField(_("agreed until"))
    state = models.CharField(_("state"), max_length=12, choices=RegistrationState, default=RegistrationState.SUBMITTED)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    submitted_by = person_key(_("submitted by"))
    submitted_at = models.DateTimeField(_("submitted"))
    decided_by = person_key(_("decided by"), null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("registration of an employer")
        verbose_name_plural = _("registrations of employers")
        indexes = [
            models.Index(fields=["community", "-submitted_at", "-id"], name="employer_of_community"),
            models.Index(fields=["agreed_until"], condition=ACTIVE, name="agreement_running_out"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["employer"], condition=ACTIVE, name="employer_registered_once"),
            models.UniqueConstraint(fields=["employer"], condition=WAITING, name="employer_registering_once"),
            models.CheckConstraint(condition=Q(agreed_until__gte=F("agreed_from")), name="agreement_ends_after_start"),
            models.CheckConstraint(
                condition=~DECIDED | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="employer_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
                name="employer_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer} {self.community}"

    def get_absolute_url(self) -> str:
        return reverse("employer_registration", args=[self.pk])
