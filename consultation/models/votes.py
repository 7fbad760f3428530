"""Votes on agenda items, who may vote, and what an adopted one became."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultation.enums import Balloting, Choice, Majority, VoteState
from consultation.models.forums import Forum
from consultation.models.matters import Matter
from consultation.models.meetings import AgendaItem, Invitation, Meeting
from service.models.fields import person_key


class Vote(models.Model):
    """One vote, with its electorate frozen when it was opened.

    The counters grow with each vote cast, in the transaction that marks the elector. Of a secret vote nothing else
    is kept, so that no row, key or time leads from an elector to a choice; that the counters add up to the electors
    who have voted shows it complete.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="votes")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="votes", verbose_name=_("agenda item"))
    question = models.CharField(_("question"), max_length=200)
    balloting = models.CharField(_("way of voting"), max_length=6, choices=Balloting)
    majority = models.CharField(_("majority"), max_length=10, choices=Majority)
    state = models.CharField(_("state"), max_length=10, choices=VoteState, default=VoteState.OPEN)
    electorate = models.PositiveIntegerField(_("may vote"))
    in_favour = models.PositiveIntegerField(_("in favour"), default=0)
    against = models.PositiveIntegerField(_("against"), default=0)
    abstained = models.PositiveIntegerField(_("abstained"), default=0)
    adopted = models.BooleanField(_("adopted"), null=True)
    opened_by = person_key(_("opened by"))
    opened_at = models.DateTimeField(_("opened"))
    closed_by = person_key(_("closed by"), null=True)
    closed_at = models.DateTimeField(pgettext_lazy("vote", "closed"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting"], condition=Q(state="open"), name="one_open_vote_per_meeting"),
            models.CheckConstraint(
                condition=Q(electorate__gte=F("in_favour") + F("against") + F("abstained")),
                name="no_more_votes_than_electors",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def cast(self) -> int:
        """How many have voted."""
        return self.in_favour + self.against + self.abstained


class Elector(models.Model):
    """Somebody who may vote in one vote, and whether they have. Without a time: it would lead to a secret choice."""

    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="electors")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="+")
    person = person_key(_("person"))
    is_absent = models.BooleanField(_("not in the room"), default=False)
    has_voted = models.BooleanField(_("has voted"), default=False)

    class Meta:
        verbose_name = _("elector")
        verbose_name_plural = _("electors")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["vote", "invitation"], name="elector_once_per_invitation"),
            models.UniqueConstraint(fields=["vote", "person"], name="elector_once_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.vote_id} {self.person_id}"


class Ballot(models.Model):
    """The choice of one elector in an open vote. Never changed or deleted: see the trigger."""

    elector = models.OneToOneField(Elector, on_delete=models.PROTECT, related_name="ballot")
    choice = models.CharField(_("choice"), max_length=7, choices=Choice)
    is_written = models.BooleanField(_("in writing"), default=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")

    def __str__(self) -> str:
        return self.get_choice_display()


class WrittenVote(models.Model):
    """What an absent member says before an open vote; it is cast for them when the vote opens."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="written_votes")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="written_votes")
    choice = models.CharField(_("choice"), max_length=7, choices=Choice)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("written vote")
        verbose_name_plural = _("written votes")
        constraints = [models.UniqueConstraint(fields=["item", "invitation"], name="written_vote_once")]

    def __str__(self) -> str:
        return self.get_choice_display()


class Resolution(models.Model):
    """What a meeting adopted. Its number counts within the forum and the year.

    Those who were invited read `title` and `text`, everybody else what was published of them.
    """

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="resolutions", verbose_name=_("forum"))
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="resolutions")
    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, related_name="resolution")
    vote = models.OneToOneField(Vote, on_delete=models.PROTECT, related_name="resolution")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, related_name="resolutions")
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveSmallIntegerField(_("number in the year"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("resolution"), max_length=2000)
    public_title = models.CharField(max_length=160, blank=True)
    public_text = models.TextField(blank=True)
    adopted_at = models.DateTimeField(pgettext_lazy("resolution", "adopted"))
    published_at = models.DateTimeField(pgettext_lazy("resolution", "published"), null=True)

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        indexes = [models.Index(fields=["forum", "-adopted_at", "-id"], name="resolution_of_forum")]
        constraints = [models.UniqueConstraint(fields=["forum", "year", "serial"], name="resolution_numbered_once")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("resolution", args=[self.pk])

    @property
    def number(self) -> str:
        """The number by which it is quoted, e.g. 2026-3."""
        return f"{self.year}-{self.serial}"


class ResolutionTask(models.Model):
    """Which list item a measure of a resolution became."""

    resolution = models.ForeignKey(Resolution, on_delete=models.PROTECT, related_name="tasks")
    commitment = models.OneToOneField("service.ListItem", on_delete=models.PROTECT, related_name="resolution_task")

    class Meta:
        verbose_name = _("task of a resolution")
        verbose_name_plural = _("tasks of resolutions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.resolution_id} {self.commitment_id}"
