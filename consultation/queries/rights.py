"""Whose verb it is: the `Who` of the workflow tables, answered for one person and one row."""

from django.db.models import Q

from consultation.enums import MatterVerb, MeetingVerb
from consultation.models import Matter, Meeting
from consultation.queries.scope import convenes
from consultation.workflow import MATTER_MOVES, MEETING_MOVES, Who, allowed_on_matter, allowed_on_meeting


def may_on_matter(user, verb: MatterVerb, matter: Matter) -> bool:
    """Return whether `verb` on `matter` is for `user`, whatever the state."""
    who = MATTER_MOVES[verb].who
    if who == Who.PROPOSER:
        return user.pk is not None and matter.proposer_id == user.pk
    return who == Who.CONVENOR and convenes(user, matter.forum)


def may_on_meeting(user, verb: MeetingVerb, meeting: Meeting) -> bool:
    """Return whether `verb` on `meeting` is for `user`, whatever the state.

    That who confirms the minutes did not write them is asked of the minutes, not here.
    """
    if user.pk is None:
        return False
    who = MEETING_MOVES[verb].who
    is_convenor = convenes(user, meeting.forum)
    if who == Who.CONVENOR:
        return is_convenor
    invited = meeting.invitations.filter(Q(person=user) | Q(substitute=user))
    return (who == Who.SECOND and is_convenor) or invited.exists()


def offered_on_matter(user, matter: Matter) -> list[MatterVerb]:
    """Return the verbs that `user` may do to `matter` now, in the order of the table."""
    return [v for v in MATTER_MOVES if allowed_on_matter(v, matter.state) and may_on_matter(user, v, matter)]


def offered_on_meeting(user, meeting: Meeting) -> list[MeetingVerb]:
    """Return the verbs that `user` may do to `meeting` now, in the order of the table."""
    return [v for v in MEETING_MOVES if allowed_on_meeting(v, meeting.state) and may_on_meeting(user, v, meeting)]
