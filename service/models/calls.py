"""支部吹哨、党员报到: a community or a branch whistles for helpers now."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from service.enums import AnswerState, CallState
from service.models.fields import person_key, unit_key
from service.models.registrations import Skill


class HelperCall(models.Model):
    """One whistle: what, where, how many, until when. `coming` is kept under its lock.

    `caller` is the community, or an employer whose branch calls its own members there.
    """

    community = unit_key(_("community"), kinds=("community",))
    caller = unit_key(_("called by"))
    title = models.CharField(_("what is needed"), max_length=80)
    text = models.TextField(_("description"), max_length=1000, blank=True)
    place = models.CharField(_("meeting place"), max_length=200)
    skills = models.ManyToManyField(Skill, verbose_name=_("skills needed"), blank=True, related_name="+")
    helpers = models.PositiveSmallIntegerField(
        _("helpers needed"), validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    coming = models.PositiveSmallIntegerField(_("helpers coming"), default=0)
    arrive_by = models.DateTimeField(_("to be there by"))
    until = models.DateTimeField(_("needed until"))
    state = models.CharField(_("state"), max_length=9, choices=CallState, default=CallState.OPEN)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    called_by = person_key(_("called by person"))
    called_at = models.DateTimeField(_("called"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("call for helpers")
        verbose_name_plural = _("calls for helpers")
        indexes = [models.Index(fields=["community", "-called_at", "-id"], name="call_of_community")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("called_at")), name="call_ends_after_start"),
            models.CheckConstraint(condition=Q(coming__lte=F("helpers")), name="call_not_overfull"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("helper_call", args=[self.pk])


class HelperAnswer(models.Model):
    """One member's answer to one call: told → coming → arrived → released."""

    call = models.ForeignKey(HelperCall, on_delete=models.PROTECT, related_name="answers", verbose_name=_("call"))
    member = person_key(_("member"), related_name="helper_answers")
    employer = unit_key(_("employer"), kinds=("employer",), null=True)
    branch = models.CharField(_("Party branch"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=AnswerState, default=AnswerState.TOLD)
    told_at = models.DateTimeField(_("told"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True)
    released_at = models.DateTimeField(_("released"), null=True)
    released_by = person_key(_("released by"), null=True)

    class Meta:
        verbose_name = _("answer to a call")
        verbose_name_plural = _("answers to calls")
        indexes = [models.Index(fields=["member", "-told_at", "-id"], name="answer_of_member")]
        constraints = [
            models.UniqueConstraint(fields=["call", "member"], name="answered_once"),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("member")), name="released_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.member_id}"
