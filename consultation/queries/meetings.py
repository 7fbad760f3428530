"""Reads of meetings: those to which a person is invited, coming and past."""

from datetime import datetime

from django.db.models import Q, QuerySet

from consultation.enums import MeetingState
from consultation.models import Invitation, Meeting


def meetings_of(user) -> QuerySet[Meeting]:
    """Return the meetings to which `user` is invited or sent as a substitute, once they were called: by starts_at."""
    invited = Invitation.objects.filter(Q(person=user) | Q(substitute=user)).values("meeting")
    found = Meeting.objects.filter(pk__in=invited).exclude(state=MeetingState.PLANNED)
    return found.select_related("forum__unit")


def coming(meetings: QuerySet[Meeting], now: datetime) -> QuerySet[Meeting]:
    """Return those of `meetings` that are not over, and those in session, however long they last."""
    return meetings.filter(Q(ends_at__gt=now) | Q(state=MeetingState.OPENED))


def ahead(meetings: QuerySet[Meeting], now: datetime) -> QuerySet[Meeting]:
    """Return those of `meetings` that are not over."""
    return meetings.filter(ends_at__gt=now)


def past(meetings: QuerySet[Meeting], now: datetime) -> QuerySet[Meeting]:
    """Return those of `meetings` whose time is over."""
    return meetings.filter(ends_at__lte=now)


def invitations_by_meeting(user, meetings: list[Meeting]) -> dict[int, Invitation]:
    """Return by which invitation `user` comes to each of `meetings`, by the meeting's key: one query."""
    rows = Invitation.objects.filter(Q(person=user) | Q(substitute=user), meeting__in=meetings)
    return {row.meeting_id: row for row in rows.select_related("person", "substitute").order_by("pk")}
