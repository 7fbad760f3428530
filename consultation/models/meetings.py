"""Meetings, their agenda and papers, who is invited, and what was said."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultation.enums import AgendaKind, AgendaState, Balloting, MeetingState, Reply
from consultation.models.forums import Forum, Seat
from consultation.models.matters import Matter
from service.models.fields import person_key, unit_key
from service.models.posts import new_secret


class Meeting(models.Model):
    """One meeting of a forum.

    `agenda_revision` counts the changes of the agenda, so that who arranges an old one is told; `revision` those of
    the calendar entry. `quorum_percent` is that of the forum when the meeting was called.
    """

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("forum"))
    title = models.CharField(_("title"), max_length=80)
    place = models.CharField(_("place"), max_length=120)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    state = models.CharField(_("state"), max_length=9, choices=MeetingState, default=MeetingState.PLANNED)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    urgent_reason = models.CharField(_("why it is urgent"), max_length=500, blank=True)
    quorum_percent = models.PositiveSmallIntegerField(_("quorum in per cent"), null=True)
    names_public = models.BooleanField(
        _("published minutes name people"), null=True, help_text=_("The forum's rule when the meeting was called.")
    )
    secret = models.CharField(max_length=32, default=new_secret, editable=False)
    at_hand = models.ForeignKey(
        "consultation.AgendaItem", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("at hand")
    )
    agenda_revision = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)
    created_by = person_key(_("planned by"))
    created_at = models.DateTimeField(_("planned"))
    called_by = person_key(pgettext_lazy("meeting", "called by"), null=True)
    called_at = models.DateTimeField(pgettext_lazy("meeting", "called"), null=True)
    invited_at = models.DateTimeField(_("all invitations sent"), null=True)
    opened_at = models.DateTimeField(_("opened"), null=True)
    closed_at = models.DateTimeField(pgettext_lazy("meeting", "closed"), null=True)
    published_at = models.DateTimeField(_("minutes published"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        indexes = [
            models.Index(fields=["forum", "-starts_at", "-id"], name="meeting_of_forum"),
            models.Index(fields=["starts_at", "id"], name="meeting_by_time"),
            models.Index(
                fields=["called_at"], condition=Q(state="called", invited_at__isnull=True), name="meeting_to_invite"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start"),
            models.CheckConstraint(
                condition=Q(quorum_percent__isnull=True) | Q(quorum_percent__range=(1, 100)),
                name="meeting_quorum_in_percent",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.pk])


class AgendaItem(models.Model):
    """One item of an agenda, in the order of `position`.

    It may discuss a `matter`, or bring back a `commitment` that was not kept or rated poorly. `measures` are what
    becomes of it if it is adopted. `discussion` and `decision` are noted in the meeting.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items", verbose_name=_("meeting"))
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind of item"), max_length=10, choices=AgendaKind, default=AgendaKind.DECISION)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(pgettext_lazy("agenda item", "description"), max_length=2000, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=15, validators=[MinValueValidator(1), MaxValueValidator(480)]
    )
    presenter = person_key(_("presented by"), null=True, blank=True)
    matter = models.ForeignKey(
        Matter, on_delete=models.PROTECT, null=True, related_name="agenda_items", verbose_name=_("matter")
    )
    commitment = models.ForeignKey(
        "service.ListItem",
        on_delete=models.PROTECT,
        null=True,
        related_name="agenda_items",
        verbose_name=_("brought back"),
    )
    balloting = models.CharField(_("way of voting"), max_length=6, choices=Balloting, default=Balloting.OPEN)
    state = models.CharField(_("state"), max_length=8, choices=AgendaState, default=AgendaState.PENDING)
    discussion = models.TextField(_("discussion"), max_length=4000, blank=True)
    decision = models.TextField(_("decision"), max_length=2000, blank=True)
    added_by = person_key(_("added by"), null=True)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["meeting", "position", "id"], name="agenda_of_meeting")]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "matter"], condition=Q(matter__isnull=False), name="matter_once_per_agenda"
            ),
            models.UniqueConstraint(
                fields=["meeting", "commitment"],
                condition=Q(commitment__isnull=False),
                name="commitment_once_per_agenda",
            ),
            models.CheckConstraint(condition=Q(minutes__range=(1, 480)), name="agenda_minutes_in_range"),
        ]

    def __str__(self) -> str:
        return self.title


class Measure(models.Model):
    """What is to be done if the item is adopted: who owes it, what, by when, and which side asks for it."""

    item = models.ForeignKey(
        AgendaItem, on_delete=models.CASCADE, related_name="measures", verbose_name=_("agenda item")
    )
    what = models.CharField(pgettext_lazy("measure", "what is to be done"), max_length=200)
    owner = unit_key(_("who does it"))
    asker = unit_key(_("who asks for it and rates it"))
    due_on = models.DateField(_("by"))

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.what


def paper_path(paper: "Paper", _name: str) -> str:
    """Return a random path: nothing of the sender's file name reaches the disk."""
    name = uuid.uuid4().hex
    return f"papers/{name[:2]}/{name}.{paper.suffix}"


class Paper(models.Model):
    """A document that belongs to an agenda item, for those who are invited."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="papers", verbose_name=_("agenda item"))
    file = models.FileField(upload_to=paper_path)
    name = models.CharField(_("name of the file"), max_length=120)
    suffix = models.CharField(max_length=5)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text=_("bytes"))
    uploaded_by = person_key(_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded"))

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["uploaded_at", "id"]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """One person who is invited to one meeting, with the vote of a seat or as a guest.

    A `substitute` comes in their place and has their vote. `checked_in_by` is whoever noted the presence: the person
    who came, by the code on site, or a convenor.
    """

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("meeting")
    )
    seat = models.ForeignKey(
        Seat, on_delete=models.PROTECT, null=True, related_name="invitations", verbose_name=_("seat")
    )
    person = person_key(_("invited"), related_name="invitations")
    unit = unit_key(_("comes for"), null=True, blank=True)
    votes = models.BooleanField(_("has a vote"), default=False)
    reply = models.CharField(_("reply"), max_length=10, choices=Reply, default=Reply.NONE)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    substitute = person_key(_("substitute"), null=True, related_name="substitutions")
    replied_at = models.DateTimeField(_("replied"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    mailed_revision = models.PositiveIntegerField(
        null=True, help_text=_("of the meeting's calendar entry that was last sent by e-mail")
    )
    mailed_to = models.EmailField(blank=True, help_text=_("the address that has the calendar entry"))
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    checked_in_at = models.DateTimeField(_("checked in"), null=True)
    checked_in_by = person_key(_("checked in by"), null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="invited_once"),
            models.CheckConstraint(
                condition=Q(substitute__isnull=True, reply__in=["none", "yes", "no"])
                | Q(substitute__isnull=False, reply="substitute"),
                name="substitute_when_sent",
            ),
        ]

    def __str__(self) -> str:
        return str(self.attendee)

    @property
    def attendee(self):
        """Who comes: the substitute where one is sent, else the person who was invited."""
        return self.substitute or self.person


class SpeakingNote(models.Model):
    """What somebody said to an item, in the words of who keeps the notes. Never changed: see the trigger."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="notes", verbose_name=_("agenda item"))
    speaker = models.ForeignKey(
        Invitation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("speaker")
    )
    text = models.CharField(_("what was said"), max_length=1000)
    noted_by = person_key(_("noted by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("speaking note")
        verbose_name_plural = _("speaking notes")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text
