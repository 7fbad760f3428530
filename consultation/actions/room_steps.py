"""The steps that the verbs of the meeting room are made of: lock, check who leads, note who is there."""

from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn
from accounts.models import User
from consultation.actions.steps import check_meeting, locked_meeting
from consultation.enums import AgendaState, MeetingVerb, VoteState
from consultation.models import AgendaItem, Invitation, Meeting, Vote
from consultation.queries.rights import may_on_meeting
from service import codes


def opens_at(meeting: Meeting):
    """Return from when on one may check in to `meeting` and open it."""
    return meeting.starts_at - codes.EARLIEST


def locked_item(item: AgendaItem, meeting: Meeting) -> AgendaItem:
    """Return `item` of the locked `meeting` read anew and locked."""
    rows = AgendaItem.objects.filter(meeting=meeting).select_related("matter", "meeting__forum__unit")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=item.pk)


def locked_vote(vote: Vote) -> Vote:
    """Return `vote` read anew and locked."""
    return Vote.objects.select_for_update(no_key=True).get(pk=vote.pk)


def locked_invitation(invitation: Invitation) -> Invitation:
    """Return `invitation` read anew and locked."""
    rows = Invitation.objects.select_related("person", "substitute")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=invitation.pk)


def led(item: AgendaItem, user: User) -> tuple[Meeting, AgendaItem]:
    """Return the meeting of `item`, which `user` leads, and `item`, both locked. Raises NotAllowed, OutOfTurn."""
    meeting = locked_meeting(item.meeting)
    check_meeting(meeting=meeting, verb=MeetingVerb.LEAD, user=user)
    return meeting, locked_item(item, meeting)


def check_convenes(user: User, meeting: Meeting) -> None:
    """Raise NotAllowed unless `user` convenes the forum of `meeting`."""
    if not may_on_meeting(user, MeetingVerb.LEAD, meeting):
        raise NotAllowed


def check_at_hand(item: AgendaItem, meeting: Meeting) -> None:
    """Raise OutOfTurn unless `item` is the one at hand."""
    if meeting.at_hand_id != item.pk or item.state != AgendaState.AT_HAND:
        raise OutOfTurn(_("“%(item)s” is not at hand any more. Look at the page again.") % {"item": item.title})


def check_no_vote_open(meeting: Meeting) -> None:
    """Raise OutOfTurn while a vote of the locked `meeting` is open."""
    if Vote.objects.filter(meeting=meeting, state=VoteState.OPEN).exists():
        raise OutOfTurn(_("A vote is open. Close it or break it off first."))
