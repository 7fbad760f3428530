"""The steps that changes of an agenda are made of: lock the meeting, check, find the item, count the change."""

from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn
from accounts.models import User
from consultation.actions.steps import check_meeting, locked_meeting
from consultation.enums import MeetingVerb
from consultation.models import AgendaItem, Meeting


def arranging(*, meeting: Meeting, user: User) -> Meeting:
    """Return `meeting` locked, whose agenda `user` arranges. Raises NotAllowed, OutOfTurn once it is called."""
    meeting = locked_meeting(meeting)
    check_meeting(meeting=meeting, verb=MeetingVerb.ARRANGE, user=user)
    return meeting


def arranged_item(*, item: AgendaItem, user: User) -> AgendaItem:
    """Return `item` of its locked meeting, read anew. Raises as `arranging`, and OutOfTurn when it is gone."""
    meeting = arranging(meeting=item.meeting, user=user)
    found = meeting.items.select_related("matter").filter(pk=item.pk).first()
    if found is None:
        raise OutOfTurn(gone())
    found.meeting = meeting
    return found


def gone() -> str:
    """Return what to say when an item was taken off the agenda meanwhile."""
    return _("Somebody has taken this item off the agenda meanwhile. You see the agenda as it is now.")


def count_change(meeting: Meeting) -> None:
    """Count one more change of the agenda of the locked `meeting`."""
    meeting.agenda_revision += 1
    meeting.save(update_fields=["agenda_revision"])
