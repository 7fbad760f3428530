"""Who is there: by the code on site, or noted by a convenor."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn, Refused
from accounts.models import User
from consultation.actions.room_steps import check_convenes, locked_invitation, opens_at
from consultation.actions.steps import check_meeting, locked_meeting
from consultation.enums import MeetingVerb
from consultation.models import Invitation, Meeting
from consultation.queries.room import own_invitations, substituted
from records import actions as records
from service import codes
from service.throttle import CHECK_INS


@transaction.atomic
def check_in(*, meeting: Meeting, user: User, code: str, now: datetime | None = None) -> Invitation:
    """Note that `user` is on site, by the `code` shown there; return the invitation by which they come.

    Raises NotAllowed for who is not invited, OutOfTurn too early, after the close or a second time, Refused for who
    sent a substitute and for a code that is not shown now; after ten wrong ones only the convenor can help.
    """
    now = now or timezone.now()
    meeting = locked_meeting(meeting)
    check_meeting(meeting=meeting, verb=MeetingVerb.CHECK_IN, user=user)
    invitation = _own(meeting, user)
    _check_time(meeting, invitation, now)
    _check_code(meeting, invitation, code, now)
    return _noted(invitation, user, now)


def _own(meeting: Meeting, user: User) -> Invitation:
    own = own_invitations(user, meeting)
    if own:
        return locked_invitation(own[0])
    sent = substituted(user, meeting)
    raise Refused(
        _("You have sent a substitute: %(name)s comes in your place and has your vote.") % {"name": sent.substitute}
    )


def _check_time(meeting: Meeting, invitation: Invitation, now: datetime) -> None:
    if invitation.checked_in_at:
        raise OutOfTurn(
            _("You have already checked in, at %(time)s.")
            % {"time": f"{timezone.localtime(invitation.checked_in_at):%H:%M}"}
        )
    if now < opens_at(meeting):
        raise OutOfTurn(
            _("Check-in opens at %(time)s, an hour before the meeting begins.")
            % {"time": f"{timezone.localtime(opens_at(meeting)):%Y-%m-%d %H:%M}"}
        )


def _check_code(meeting: Meeting, invitation: Invitation, code: str, now: datetime) -> None:
    who = f"invitation:{invitation.pk}"
    if CHECK_INS.is_full(who):
        raise Refused(_("Too many wrong codes. Please ask the convenor to note that you are there."), field="code")
    if codes.is_valid(meeting.secret, code, now):
        return
    CHECK_INS.count(who)
    if codes.has_run_out(meeting.secret, code, now):
        raise Refused(
            _("This code has run out: it changes every minute. Type the one that is shown on site now."), field="code"
        )
    raise Refused(_("This is not the code of this meeting. Type the one that is shown on site now."), field="code")


def _noted(invitation: Invitation, user: User, now: datetime) -> Invitation:
    invitation.checked_in_at = now
    invitation.checked_in_by = user
    invitation.save(update_fields=["checked_in_at", "checked_in_by"])
    return invitation


@transaction.atomic
def note_presence(*, invitation: Invitation, user: User, now: datetime | None = None) -> Invitation:
    """Note, as a convenor, that whoever comes for `invitation` is there; return it. It cannot be taken back.

    Raises NotAllowed to others, OutOfTurn too early, after the close or a second time.
    """
    now = now or timezone.now()
    meeting = locked_meeting(invitation.meeting)
    check_convenes(user, meeting)
    check_meeting(meeting=meeting, verb=MeetingVerb.CHECK_IN, user=None)
    invitation = locked_invitation(invitation)
    if invitation.checked_in_at:
        raise OutOfTurn(_("This person has already been noted as present."))
    if now < opens_at(meeting):
        raise OutOfTurn(_("Nobody can be present more than an hour before the meeting begins."))
    invitation = _noted(invitation, user, now)
    detail = {"invitation": invitation.pk}
    records.audit(verb="meeting.presence", subject=meeting, actor=user, unit=meeting.forum.unit, detail=detail, now=now)
    return invitation
