"""Reads of minutes: who may open them, who may do what to them, and who is the second person that confirms them."""

from django.db.models import Q, QuerySet

from accounts.models import User
from consultation.enums import MeetingState, MinutesState, MinutesVerb
from consultation.models import Invitation, Meeting, Minutes, MinutesEdit, MinutesSection
from consultation.queries.room import ATTENDEE
from consultation.queries.scope import convenes, convenors_of, meetings_attended_by
from consultation.workflow import MINUTES_MOVES, Who, allowed_on_minutes

HELD = (MeetingState.CLOSED, MeetingState.MINUTED, MeetingState.PUBLISHED)


def minutes_open_to(user) -> QuerySet[Meeting]:
    """Return the meetings that are over and whose minutes are the business of `user`: kept by them or attended."""
    found = meetings_attended_by(user).filter(state__in=HELD)
    return found.select_related("forum__unit", "forum__convenor")


def is_readable_for(user, meeting: Meeting, minutes: Minutes | None) -> bool:
    """Return whether `user` may read the `minutes`: who writes them always, the invited once they are submitted."""
    if minutes is None:
        return False
    return minutes.state != MinutesState.DRAFT or may(user, MinutesVerb.EDIT, meeting)


def published_meetings() -> QuerySet[Meeting]:
    """Return the meetings whose minutes everybody may read."""
    found = Meeting.objects.filter(state=MeetingState.PUBLISHED, record__state=MinutesState.PUBLISHED)
    return found.select_related("forum__unit", "record")


def record_of(meeting: Meeting) -> Minutes | None:
    """Return the minutes of `meeting`, if they have been drafted."""
    related = ("drafted_by", "confirmed_by", "published_by")
    return Minutes.objects.filter(meeting=meeting).select_related(*related).first()


def sections_of(minutes: Minutes) -> QuerySet[MinutesSection]:
    """Return the sections of `minutes` in the order of the agenda, with what was adopted."""
    return minutes.sections.select_related("item__resolution").order_by("item__position", "item")


def writers_of(meeting: Meeting) -> QuerySet[User]:
    """Return who wrote in the minutes of `meeting`."""
    return User.objects.filter(pk__in=MinutesEdit.objects.filter(minutes__meeting=meeting).values("by"))


def seconds_of(meeting: Meeting) -> QuerySet[User]:
    """Return who may confirm: who was there with a vote or keeps the forum, and never wrote in the minutes."""
    there = Invitation.objects.filter(meeting=meeting, votes=True, checked_in_at__isnull=False)
    there = there.values(attended_by=ATTENDEE)
    known = Q(pk__in=there) | Q(pk__in=convenors_of(meeting.forum.unit).values("pk"))
    found = User.objects.filter(known, is_active=True).exclude(pk__in=writers_of(meeting).values("pk"))
    return found.order_by("name", "username")


def is_second(user, meeting: Meeting) -> bool:
    """Return whether `user` may confirm the minutes of `meeting`, whatever their state."""
    return seconds_of(meeting).filter(pk=user.pk).exists()


def may(user, verb: MinutesVerb, meeting: Meeting) -> bool:
    """Return whether `verb` is for `user`, whatever the state."""
    who = MINUTES_MOVES[verb].who
    if who != Who.SECOND and convenes(user, meeting.forum):
        return True
    return who != Who.CONVENOR and is_second(user, meeting)


def offered(user, meeting: Meeting, minutes: Minutes | None) -> list[MinutesVerb]:
    """Return the verbs that `user` may do to the minutes of `meeting` now, in the order of the table."""
    state = minutes.state if minutes else None
    return [verb for verb in MINUTES_MOVES if allowed_on_minutes(verb, state) and may(user, verb, meeting)]
