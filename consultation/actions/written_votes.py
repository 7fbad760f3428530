"""What absent members say before an open vote; it is cast for them when the vote opens."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import User
from consultation.actions.room_steps import locked_item
from consultation.actions.steps import check_meeting, locked_meeting
from consultation.enums import Choice, MeetingVerb, VoteState
from consultation.models import AgendaItem, Meeting, WrittenVote
from consultation.queries.room import RUNNING, own_invitations, takes_writing


@transaction.atomic
def write_vote(*, item: AgendaItem, user: User, choice: str, now: datetime | None = None) -> WrittenVote:
    """Note how `user`, who cannot be there, votes on `item`; until the vote opens it can be changed. Return it.

    It is cast when the vote opens, unless they have checked in by then. Raises NotAllowed without a vote of their own,
    OutOfTurn at the wrong time, Refused where the rules of the forum or a secret vote forbid it.
    """
    now = now or timezone.now()
    meeting = locked_meeting(item.meeting)
    check_meeting(meeting=meeting, verb=MeetingVerb.CHECK_IN, user=user)
    item = locked_item(item, meeting)
    own = next((row for row in own_invitations(user, meeting) if row.votes and row.person_id == user.pk), None)
    if own is None:
        raise NotAllowed(_("Only whoever has a vote of their own and sends no substitute can vote in writing."))
    _check_writing(item, meeting, choice)
    if own.checked_in_at:
        raise OutOfTurn(_("You are present: you vote when the vote is opened."))
    given, _is_new = WrittenVote.objects.update_or_create(
        item=item, invitation=own, defaults={"choice": choice, "at": now}
    )
    return given


def _check_writing(item: AgendaItem, meeting: Meeting, choice: str) -> None:
    if not meeting.forum.written_votes:
        raise Refused(_("The rules of this forum allow no written votes."))
    if not takes_writing(item):
        raise Refused(
            _("“%(item)s” is not put to an open vote, so nobody votes on it in writing.") % {"item": item.title}
        )
    if item.state not in RUNNING or item.votes.exclude(state=VoteState.BROKEN_OFF).exists():
        raise OutOfTurn(_("It is too late to vote on “%(item)s” in writing.") % {"item": item.title})
    if choice not in Choice.values:
        raise Refused(_("Please choose how you vote."), field="choice")
