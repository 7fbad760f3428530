"""What may be done to a meeting on its page: by its convenors, and by those who are invited."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.errors import NotAllowed
from consultation.actions import invitations, meetings
from consultation.enums import MeetingVerb
from consultation.forms.meetings import CallForm, GuestForm, MeetingForm, OffForm, ReplyForm, TimeForm
from consultation.models import Meeting
from consultation.queries.invitations import invitation_of
from consultation.queries.rights import offered_on_meeting
from service.views.panels import Row


def _reply(*, meeting: Meeting, user, **given) -> None:
    own = invitation_of(user, meeting)
    if own is None:
        raise NotAllowed
    invitations.reply(invitation=own, user=user, **given)


MEETING_VERBS: dict[str, Row] = {
    MeetingVerb.REPLY: Row(
        _("Reply to the invitation"),
        _("Your reply has been noted. You can change it until you check in or the meeting opens."),
        _reply,
        "mail-check",
        ReplyForm,
    ),
    MeetingVerb.CALL: Row(
        _("Call the meeting"),
        _("The meeting is called; the invitations are on their way."),
        meetings.call_meeting,
        "megaphone",
        CallForm,
        _("Every member is invited, and everybody can see time, place and agenda. The agenda cannot be changed after."),
        _("Call this meeting and invite all members?"),
    ),
    MeetingVerb.CHANGE: Row(
        _("Change time and place"), _("The meeting has been changed."), meetings.change_meeting, "pencil", MeetingForm
    ),
    MeetingVerb.INVITE: Row(
        _("Invite a guest"),
        _("The guest is invited."),
        invitations.invite_guest,
        "user-plus",
        GuestForm,
        _("A guest speaks and reads the papers, but has no vote."),
    ),
    MeetingVerb.POSTPONE: Row(
        _("Postpone the meeting"),
        _("The meeting is postponed; everybody has been told."),
        meetings.postpone_meeting,
        "calendar-clock",
        OffForm,
        _("Everybody is told at once. The agenda stays; the replies lapse, and the meeting is called anew."),
        _("Postpone this meeting and tell everybody?"),
    ),
    MeetingVerb.RESCHEDULE: Row(
        _("Plan a new time"),
        _("The new time is planned. Look at the agenda, then call the meeting."),
        meetings.reschedule_meeting,
        "calendar-plus",
        TimeForm,
    ),
    MeetingVerb.CANCEL: Row(
        _("Cancel the meeting"),
        _("The meeting is cancelled; whoever knew of it has been told."),
        meetings.cancel_meeting,
        "ban",
        OffForm,
        _("Its matters wait for another meeting. This cannot be undone."),
        _("Cancel this meeting for good?"),
    ),
}
"""In the order in which the page offers them."""


def offered(user, meeting: Meeting) -> list[str]:
    """Return what `user` can do on the page of `meeting` now.

    A substitute does not answer for who sent them, and nobody once they have checked in.
    """
    found = [verb for verb in offered_on_meeting(user, meeting) if verb in MEETING_VERBS]
    own = invitation_of(user, meeting) if MeetingVerb.REPLY in found else None
    answers = own is not None and own.person_id == user.pk and own.checked_in_at is None
    return [verb for verb in found if verb != MeetingVerb.REPLY or answers]


def meeting_form(verb: str, meeting: Meeting, user, data=None) -> forms.Form:
    """Return the form of `verb` for `meeting`, bound to `data` if it is given. Raises NotAllowed without invitation."""
    form, given = MEETING_VERBS[verb].form, {}
    if form in (MeetingForm, TimeForm):
        given["meeting"] = meeting
    elif form is GuestForm:
        given["forum"] = meeting.forum
    elif form is ReplyForm:
        given["invitation"] = invitation_of(user, meeting)
        if given["invitation"] is None:
            raise NotAllowed
    return form(data, prefix=verb, **given)
