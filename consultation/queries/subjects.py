"""What the deadlines of this app are about, for desks and reminders."""

from collections.abc import Iterable

from django.utils import timezone

from consultation.models import Invitation, Matter, Meeting
from records.registry import Subject


def matters_as_subjects(keys: Iterable[int]) -> dict[int, Subject]:
    """Return the subjects of deadlines on the matters with these `keys`."""
    return {row.pk: Subject(row.title, row.get_absolute_url()) for row in Matter.objects.filter(pk__in=keys)}


def meetings_as_subjects(keys: Iterable[int]) -> dict[int, Subject]:
    """Return the subjects of deadlines on the meetings with these `keys`."""
    rows = Meeting.objects.filter(pk__in=keys)
    return {row.pk: Subject(meeting_title(row), row.get_absolute_url()) for row in rows}


def invitations_as_subjects(keys: Iterable[int]) -> dict[int, Subject]:
    """Return the subjects of deadlines on the invitations with these `keys`."""
    rows = Invitation.objects.filter(pk__in=keys).select_related("meeting")
    return {row.pk: Subject(meeting_title(row.meeting), row.meeting.get_absolute_url()) for row in rows}


def meeting_title(meeting: Meeting) -> str:
    """Return what `meeting` is and when it begins."""
    return f"{meeting.title} {timezone.localtime(meeting.starts_at):%Y-%m-%d %H:%M}"
