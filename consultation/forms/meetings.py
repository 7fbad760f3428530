"""What a convenor types about a meeting, and what the invited answer."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultation.enums import Reply
from consultation.models import Forum, Invitation, Meeting
from consultation.queries.forums import person_known_as, units_to_sit
from records.text import LongTextField, PlainTextField
from service.actions.typed import LONGEST_REASON
from service.forms.fields import RowField
from service.forms.shifts import ShiftMomentField

LENGTHS = {name: Meeting._meta.get_field(name).max_length for name in ("title", "place")}
NOBODY = _("Nobody has exactly this username or mobile number. Ask the person for it.")


class TimeForm(forms.Form):
    """Where a meeting is held, from when until when; with `meeting`, as it stands now."""

    place = PlainTextField(label=_("Place"), max_length=LENGTHS["place"], help_text=_("So that a stranger finds it."))
    starts_at = ShiftMomentField(label=_("Begins"))
    ends_at = ShiftMomentField(label=_("Ends"))

    def __init__(self, *args, meeting: Meeting | None = None, **kwargs):
        if meeting is not None:
            kwargs["initial"] = {
                "title": meeting.title,
                "place": meeting.place,
                **{name: timezone.localtime(getattr(meeting, name)) for name in ("starts_at", "ends_at")},
            }
        super().__init__(*args, **kwargs)


class MeetingForm(TimeForm):
    """What a meeting is called, where and when it is."""

    title = PlainTextField(label=_("Title"), max_length=LENGTHS["title"], help_text=_("As it stands on the notice."))
    field_order = ["title", "place", "starts_at", "ends_at"]


class CallForm(forms.Form):
    """Whether the meeting is urgent, and why."""

    is_urgent = forms.BooleanField(
        label=_("Urgent: with less notice than usual"), required=False, help_text=_("Only when it cannot wait.")
    )
    urgent_reason = LongTextField(
        label=_("Why it is urgent"),
        max_length=LONGEST_REASON,
        rows=2,
        required=False,
        help_text=_("Everybody reads it. Please no names of residents."),
    )


class OffForm(forms.Form):
    """Why a meeting is postponed or cancelled."""

    reason = LongTextField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        rows=2,
        help_text=_("Everybody reads it, on the page of the meeting and in calendars. Please no names of residents."),
    )


class GuestForm(forms.Form):
    """Who is invited as a guest to a meeting of `forum`, and for which unit."""

    person = PlainTextField(
        label=_("Username or mobile number"), max_length=60, help_text=_("Exactly as the person signs in.")
    )
    unit = RowField(label=_("Comes for"), required=False, help_text=_("Leave it open for a person of their own."))

    def __init__(self, *args, forum: Forum, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(units_to_sit(forum))

    def clean_person(self):
        person = person_known_as(self.cleaned_data["person"])
        if person is None:
            raise forms.ValidationError(NOBODY)
        return person


class ReplyForm(forms.Form):
    """The answer to an `invitation`, as it stands now."""

    reply = forms.ChoiceField(
        label=_("Are you coming?"),
        choices=[
            (Reply.YES, _("I am coming")),
            (Reply.NO, _("I cannot come")),
            (Reply.SUBSTITUTE, _("I send a substitute")),
        ],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Please say whether you are coming.")},
    )
    substitute = PlainTextField(
        label=_("Who comes in your place"),
        max_length=60,
        required=False,
        help_text=_("Username or mobile number, exactly as the person signs in. They have your vote and are told."),
    )
    reason = LongTextField(
        label=_("Reason"),
        max_length=Invitation._meta.get_field("reason").max_length,
        rows=2,
        required=False,
        help_text=_("Needed when you cannot come. Only the convenor reads it."),
    )

    def __init__(self, *args, invitation: Invitation, **kwargs):
        answered = invitation.reply != Reply.NONE
        kwargs["initial"] = {
            "reply": invitation.reply if answered else None,
            "reason": invitation.reason,
            "substitute": invitation.substitute.username if invitation.substitute else "",
        }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict:
        cleaned = super().clean()
        typed, cleaned["substitute"] = cleaned.get("substitute"), None
        if cleaned.get("reply") == Reply.SUBSTITUTE and typed:
            cleaned["substitute"] = person_known_as(typed)
            if cleaned["substitute"] is None:
                self.add_error("substitute", NOBODY)
        return cleaned
